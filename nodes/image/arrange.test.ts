import { describe, expect, it } from 'vitest';
import { runFor, runNode } from '../../test/run-node.ts';
import { filled, type Tensor, tensor } from '../diffusion/tensor.ts';
import { emptyImage, imageBatch, rebatchImages } from './batch.ts';
import { imageCompositeMasked } from './composite.ts';
import { imageCrop, imagePadForOutpaint, outpaintMask } from './crop.ts';
import { imageScale, imageScaleBy, imageScaleToTotalPixels } from './scale.ts';
import { imageStitch } from './stitch.ts';

const counting = (shape: readonly number[]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, index) => index),
    shape,
  );
};
const redOf = ({ data }: Tensor) => Array.from(data).filter((_, index) => index % 3 === 0);

describe('ImageScale', () => {
  const image = filled([1, 30, 40, 3], 0.5);
  it.each([
    [80, 60, [1, 60, 80, 3]],
    [0, 60, [1, 60, 80, 3]],
    [80, 0, [1, 60, 80, 3]],
    [0, 0, [1, 30, 40, 3]],
  ])('to %i x %i, where 0 keeps the proportions', async (width, height, shape) => {
    expect((await runFor('IMAGE', imageScale, { image, width, height })).shape).toEqual(shape);
  });
  it('scales by a factor and never to nothing', async () => {
    expect((await runFor('IMAGE', imageScaleBy, { image, scale_by: 1.5 })).shape).toEqual([1, 45, 60, 3]);
    expect((await runFor('IMAGE', imageScaleBy, { image, scale_by: 0.01 })).shape).toEqual([1, 1, 1, 3]);
  });
  it('comes near a number of megapixels in the same proportions', async () => {
    const scaled = await runFor('IMAGE', imageScaleToTotalPixels, { image, megapixels: 0.05 });
    expect(scaled.shape).toEqual([1, 198, 264, 3]);
  });
});

describe('ImageCrop', () => {
  it('cuts a rectangle out of every picture', async () => {
    const cut = await runFor('IMAGE', imageCrop, { image: counting([2, 3, 4, 3]), width: 2, height: 1, x: 1, y: 2 });
    expect(cut.shape).toEqual([2, 1, 2, 3]);
    expect(redOf(cut)).toEqual([27, 30, 63, 66]);
  });
  it('ends at the edge', async () => {
    expect((await runFor('IMAGE', imageCrop, { image: counting([1, 3, 4, 3]), x: 3, y: 99 })).shape).toEqual([1, 1, 1, 3]);
  });
});

describe('ImagePadForOutpaint', () => {
  it('adds grey margins', async () => {
    const padded = await runFor('IMAGE', imagePadForOutpaint, { image: filled([1, 1, 1, 3], 1), left: 1, bottom: 1 });
    expect(padded.shape).toEqual([1, 2, 2, 3]);
    expect(redOf(padded)).toEqual([0.5, 1, 0.5, 0.5]);
  });
  it('fades the mask out inside edges that got a margin', () => {
    const mask = outpaintMask({ width: 7, height: 6 }, { left: 2, top: 0, right: 0, bottom: 1 }, 2);
    const row = [1, 1, 1, 0.25, 0, 0, 0, 0, 0];
    const last = [1, 1, 1, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25];
    expect(mask.shape).toEqual([1, 7, 9]);
    expect(Array.from(mask.data)).toEqual([...row, ...row, ...row, ...row, ...row, ...last, ...new Array(9).fill(1)]);
  });
  it('does not fade a picture that is too small', () => {
    const mask = outpaintMask({ width: 4, height: 4 }, { left: 1, top: 0, right: 0, bottom: 0 }, 2);
    expect(Array.from(mask.data).filter((value) => value !== 0)).toEqual([1, 1, 1, 1]);
  });
});

describe('ImageCompositeMasked', () => {
  const destination = filled([1, 4, 4, 3], 0.25);
  const source = filled([1, 3, 3, 3], 1);
  it('stretches the mask over the source and cuts at the edge', async () => {
    const mask = tensor(Float32Array.of(1, 0, 0, 1), [1, 2, 2]);
    const pasted = await runFor('IMAGE', imageCompositeMasked, { destination, source, x: 2, y: 1, mask });
    // torch's bilinear interpolate of the mask to 3 x 3
    const expected = [0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 1, 0.625, 0.25, 0.25, 0.625, 0.625, 0.25, 0.25, 0.25, 0.625];
    expect(redOf(pasted)).toEqual(expected);
  });
  it('shows all of the source without a mask, repeated for every picture', async () => {
    const pasted = await runFor('IMAGE', imageCompositeMasked, { destination: filled([2, 4, 4, 3], 0), source, x: 3, y: 3 });
    expect(redOf(pasted)).toEqual([...new Array(15).fill(0), 1, ...new Array(15).fill(0), 1]);
  });
  it('leaves the picture alone if the source lies outside', async () => {
    expect(await runFor('IMAGE', imageCompositeMasked, { destination, source, x: 100, y: 0 })).toEqual(destination);
  });
  it('stretches the source if asked', async () => {
    const pasted = await runFor('IMAGE', imageCompositeMasked, { destination, source, resize_source: true });
    expect(redOf(pasted)).toEqual(new Array(16).fill(1));
  });
});

describe('batches of pictures', () => {
  it('joins, with opacity and size of the first made to fit', async () => {
    const joined = await runFor('IMAGE', imageBatch, { image1: filled([1, 2, 2, 3], 0), image2: filled([2, 4, 4, 4], 0.5) });
    expect(joined.shape).toEqual([3, 2, 2, 4]);
    expect(Array.from(joined.data.slice(0, 4))).toEqual([0, 0, 0, 1]);
  });
  it('deals lists out again, sizes apart', async () => {
    const images = [counting([3, 1, 1, 3]), counting([1, 1, 2, 3])];
    const { IMAGE } = await runNode(rebatchImages, { images, batch_size: [2] });
    expect(IMAGE).toMatchObject([{ shape: [2, 1, 1, 3] }, { shape: [1, 1, 1, 3] }, { shape: [1, 1, 2, 3] }]);
  });
});

describe('EmptyImage', () => {
  it('takes its colour apart', async () => {
    const image = await runFor('IMAGE', emptyImage, { width: 1, height: 1, batch_size: 2, color: 0xff8000 });
    expect(image).toEqual(tensor(Float32Array.of(1, 128 / 255, 0, 1, 128 / 255, 0), [2, 1, 1, 3]));
  });
});

describe('ImageStitch', () => {
  const image1 = filled([1, 2, 2, 3], 0.25);
  const image2 = filled([1, 4, 8, 3], 0.75);
  it('gives the first picture if there is no second', async () => {
    expect(await runFor('IMAGE', imageStitch, { image1 })).toBe(image1);
  });
  it('brings the second picture to the side of the first', async () => {
    expect((await runFor('IMAGE', imageStitch, { image1, image2 })).shape).toEqual([1, 2, 6, 3]);
    expect((await runFor('IMAGE', imageStitch, { image1, image2, direction: 'up' })).shape).toEqual([1, 3, 2, 3]);
  });
  it('centres pictures of different size, with a strip between them', async () => {
    const inputs = { image1, image2: filled([1, 4, 1, 3], 0.75), direction: 'left', match_image_size: false };
    const stitched = await runFor('IMAGE', imageStitch, { ...inputs, spacing_width: 2, spacing_color: 'red' });
    expect(stitched.shape).toEqual([1, 4, 5, 3]);
    expect(redOf(stitched)).toEqual([0.75, 1, 1, 0, 0, 0.75, 1, 1, 0.25, 0.25, 0.75, 1, 1, 0.25, 0.25, 0.75, 1, 1, 0, 0]);
  });
});
