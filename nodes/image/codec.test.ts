import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tensor } from '../diffusion/tensor.ts';
import { decodePicture, encodeJpeg, encodePng } from './codec.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-codec-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function decode(bytes: Uint8Array) {
  const path = join(folder, 'picture');
  await writeFile(path, bytes);
  return decodePicture({ name: 'picture.png', path, fingerprint: '' });
}

/** A 2 x 3 picture (width x height) whose bytes count up. */
function counting(channels: 1 | 2 | 3 | 4) {
  return sharp(
    Uint8Array.from({ length: 6 * channels }, (_, index) => index),
    { raw: { width: 2, height: 3, channels } },
  );
}
const bytesOf = (data: Float32Array) => Array.from(data, (value) => Math.round(value * 255));

describe('decodePicture', () => {
  it('reads colour', async () => {
    const { image, alpha } = await decode(await counting(3).png().toBuffer());
    expect(image.shape).toEqual([1, 3, 2, 3]);
    expect(bytesOf(image.data)).toEqual(Array.from({ length: 18 }, (_, index) => index));
    expect(alpha).toBeUndefined();
  });
  it('keeps opacity apart from colour', async () => {
    const { image, alpha } = await decode(await counting(4).png().toBuffer());
    expect(bytesOf(image.data).slice(0, 6)).toEqual([0, 1, 2, 4, 5, 6]);
    expect(alpha?.shape).toEqual([1, 3, 2]);
    expect(alpha && bytesOf(alpha.data)).toEqual([3, 7, 11, 15, 19, 23]);
  });
  it('spreads grey over three channels, with and without opacity', async () => {
    const grey = await decode(await counting(1).toColourspace('b-w').png().toBuffer());
    expect(bytesOf(grey.image.data).slice(0, 6)).toEqual([0, 0, 0, 1, 1, 1]);
    const withAlpha = await decode(await counting(2).toColourspace('b-w').png().toBuffer());
    expect(bytesOf(withAlpha.image.data).slice(0, 6)).toEqual([0, 0, 0, 2, 2, 2]);
    expect(withAlpha.alpha && bytesOf(withAlpha.alpha.data).slice(0, 2)).toEqual([1, 3]);
  });
  it('reads palettes', async () => {
    const { image } = await decode(await counting(3).png({ palette: true }).toBuffer());
    expect(bytesOf(image.data)).toEqual(Array.from({ length: 18 }, (_, index) => index));
  });
  it('keeps the precision of 16 bits a channel', async () => {
    const values = Uint16Array.from({ length: 18 }, (_, index) => index * 3001);
    const raw = { width: 2, height: 3, channels: 3 } as const;
    const { image } = await decode(await sharp(values, { raw }).toColourspace('rgb16').png().toBuffer());
    expect(image.data).toEqual(Float32Array.from(values, (value) => value / 65535));
    const grey = sharp(values.subarray(0, 6), { raw: { ...raw, channels: 1 } }).toColourspace('grey16');
    expect((await decode(await grey.png().toBuffer())).image.data[3]).toBeCloseTo(3001 / 65535, 7);
  });
  it('turns pictures upright', async () => {
    const { image } = await decode(await counting(3).withMetadata({ orientation: 6 }).png().toBuffer());
    expect(image.shape).toEqual([1, 2, 3, 3]);
    expect(bytesOf(image.data).filter((_, index) => index % 3 === 0)).toEqual([12, 6, 0, 15, 9, 3]);
  });
  it('turns CMYK into RGB', async () => {
    const ink = sharp({ create: { width: 4, height: 4, channels: 3, background: '#d04020' } });
    const { image } = await decode(await ink.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
    const [red, green, blue] = bytesOf(image.data);
    expect(Math.max(Math.abs(red - 208), Math.abs(green - 64), Math.abs(blue - 32))).toBeLessThan(48);
  });
  it('does not touch colours under an sRGB profile', async () => {
    const { image } = await decode(await counting(3).withIccProfile('srgb').png().toBuffer());
    expect(bytesOf(image.data)).toEqual(Array.from({ length: 18 }, (_, index) => index));
  });
  it('converts from other colour profiles', async () => {
    const vivid = sharp({ create: { width: 1, height: 1, channels: 3, background: '#c86432' } });
    const { image } = await decode(await vivid.withIccProfile('p3').png().toBuffer());
    const [red, green, blue] = bytesOf(image.data);
    expect(Math.max(Math.abs(red - 0xc8), Math.abs(green - 0x64), Math.abs(blue - 0x32))).toBeLessThan(4);
  });
  it('gives all frames of an animation', async () => {
    const frames = await Promise.all([counting(3).png().toBuffer(), counting(3).negate().png().toBuffer()]);
    const animation = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    const { image } = await decode(animation);
    expect(image.shape).toEqual([2, 3, 2, 3]);
    expect(bytesOf(image.data.subarray(18))).toEqual(Array.from({ length: 18 }, (_, index) => 255 - index));
  });
  it.each([
    ['text', Buffer.from('this is not a picture')],
    ['an empty file', Buffer.alloc(0)],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')],
  ])('refuses %s in a sentence', async (_, bytes) => {
    await expect(decode(bytes)).rejects.toMatchObject({ name: 'ProblemError', problem: { input: 'image' } });
  });
  it('refuses a picture that was cut off', async () => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 7919) % 251);
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer();
    await expect(decode(whole.subarray(0, whole.length / 2))).rejects.toThrow('cannot be read as a picture');
  });
  it('refuses a small file that claims to unfold to a huge picture', async () => {
    const bytes = Buffer.from(await counting(3).png().toBuffer());
    bytes.writeUInt32BE(12000, 16);
    bytes.writeUInt32BE(12000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    await expect(decode(bytes)).rejects.toThrow('too large: 12000 x 12000');
  });
});

describe('encodePng', () => {
  it('gives every colour back', async () => {
    const values = Float32Array.from({ length: 256 * 3 }, (_, index) => Math.floor(index / 3) / 255);
    const image = tensor(values, [1, 16, 16, 3]);
    expect((await decode(await encodePng(image))).image).toEqual(image);
  });
  it('keeps opacity', async () => {
    const rgba = tensor(Float32Array.of(1, 0, 0, 0.2), [1, 1, 1, 4]);
    const { alpha } = await decode(await encodePng(rgba));
    expect(alpha?.data[0]).toBeCloseTo(0.2, 6);
  });
});

describe('encodeJpeg', () => {
  it('fits the picture into the side and never enlarges', async () => {
    const image = tensor(new Float32Array(40 * 100 * 3).fill(0.5), [1, 40, 100, 3]);
    expect((await decode(await encodeJpeg(image, 50))).image.shape).toEqual([1, 20, 50, 3]);
    expect((await decode(await encodeJpeg(image, 500))).image.shape).toEqual([1, 40, 100, 3]);
  });
});
