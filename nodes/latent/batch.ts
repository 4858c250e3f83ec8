import { defineNode, int, listOf, socket } from '../define.ts';
import { resizeLatent, resizeMask } from '../diffusion/resize.ts';
import { concatBatch, filled, repeatToBatch, sliceBatch, type Tensor } from '../diffusion/tensor.ts';
import { groupNeighbours } from '../rebatch.ts';
import type { LatentValue, MaskValue } from '../types.ts';

export const latentFromBatch = defineNode({
  type: 'LatentFromBatch',
  version: 1,
  title: 'Pick from Latent Batch',
  category: 'latent/batch',
  description: 'Takes one or several pictures out of a batch. They are sampled with the same noise as in the whole batch.',
  aliases: ['select', 'index', 'slice'],
  inputs: {
    samples: socket('LATENT'),
    batch_index: int({ default: 0, min: 0, max: 63, tooltip: 'The first picture to take; 0 is the first of the batch.' }),
    length: int({ default: 1, min: 1, max: 64, tooltip: 'How many pictures to take.' }),
  },
  outputs: { LATENT: 'LATENT' },
  device: 'any',
  run({ samples, batch_index, length }) {
    const count = samples.samples.shape[0];
    const start = Math.min(batch_index, count - 1);
    const end = Math.min(start + length, count);
    const mask = samples.noiseMask && perItem(samples.noiseMask, count);
    return {
      LATENT: {
        samples: sliceBatch(samples.samples, start, end),
        ...(mask && { noiseMask: mask.shape[0] === 1 ? mask : sliceBatch(mask, start, end) }),
        batchIndex: places(samples).slice(start, end),
      },
    };
  },
});

export const repeatLatentBatch = defineNode({
  type: 'RepeatLatentBatch',
  version: 1,
  title: 'Repeat Latent Batch',
  category: 'latent/batch',
  description: 'Repeats a batch of latent pictures, each time with other noise: several variants of one start.',
  aliases: ['duplicate', 'copy', 'variations'],
  inputs: {
    samples: socket('LATENT'),
    amount: int({ default: 1, min: 1, max: 64, tooltip: 'How many times the batch occurs in the result.' }),
  },
  outputs: { LATENT: 'LATENT' },
  device: 'any',
  run({ samples, amount }) {
    const count = samples.samples.shape[0];
    const mask = samples.noiseMask && perItem(samples.noiseMask, count);
    return {
      LATENT: {
        samples: repeatToBatch(samples.samples, count * amount),
        ...(mask && { noiseMask: mask.shape[0] === 1 ? mask : repeatToBatch(mask, count * amount) }),
        ...(samples.batchIndex && { batchIndex: repeatPlaces(samples.batchIndex, amount) }),
      },
    };
  },
});

export const latentBatch = defineNode({
  type: 'LatentBatch',
  version: 1,
  title: 'Join Latent Batches',
  category: 'latent/batch',
  description: 'Puts two batches of latent pictures together. The second gets the size of the first.',
  aliases: ['merge', 'combine', 'concat'],
  inputs: { samples1: socket('LATENT'), samples2: socket('LATENT') },
  outputs: { LATENT: 'LATENT' },
  device: 'any',
  run({ samples1, samples2 }) {
    const [, , height, width] = samples1.samples.shape;
    const second = fitLatent(samples2.samples, height, width);
    return {
      LATENT: {
        ...samples1,
        samples: concatBatch([samples1.samples, second]),
        batchIndex: [...places(samples1), ...places(samples2)],
      },
    };
  },
});

export const rebatchLatents = defineNode({
  type: 'RebatchLatents',
  version: 1,
  title: 'Rebatch Latents',
  category: 'latent/batch',
  description:
    'Deals latent pictures out into batches of another size, which are worked on one after the other. Saves memory with large batches.',
  aliases: ['split', 'chunk', 'memory'],
  inputs: {
    latents: socket('LATENT'),
    batch_size: int({ default: 1, min: 1, max: 4096, tooltip: 'How many pictures a new batch has at most.' }),
  },
  outputs: { LATENT: listOf('LATENT') },
  device: 'any',
  takesLists: true,
  run: ({ latents, batch_size }) => ({
    LATENT: groupNeighbours(singleItems(latents), batch_size[0], ({ samples }) => samples.shape.join()).map(joinItems),
  }),
});

/** Each item's place in the batch that its noise is drawn for. */
function places({ samples, batchIndex }: LatentValue): readonly number[] {
  return batchIndex ?? Array.from({ length: samples.shape[0] }, (_, index) => index);
}

function repeatPlaces(own: readonly number[], amount: number): number[] {
  const span = Math.max(...own) - Math.min(...own) + 1;
  return Array.from({ length: amount }, (_, round) => own.map((place) => place + round * span)).flat();
}

/** A mask for each of `count` items, or still the one mask for all of them. */
function perItem(mask: MaskValue, count: number): MaskValue {
  return mask.shape[0] === 1 ? mask : repeatToBatch(mask, count);
}

function fitLatent(samples: Tensor, height: number, width: number): Tensor {
  const fits = samples.shape[2] === height && samples.shape[3] === width;
  return fits ? samples : resizeLatent(samples, { width, height }, 'bilinear', 'center');
}

type Item = { readonly samples: Tensor; readonly mask: MaskValue | undefined; readonly place: number };

/** All items of all batches; those without a place are numbered through. */
function singleItems(latents: readonly LatentValue[]): Item[] {
  const items: Item[] = [];
  for (const { samples, noiseMask, batchIndex } of latents) {
    const before = items.length;
    const masks = noiseMask && repeatToBatch(noiseMask, samples.shape[0]);
    for (let index = 0; index < samples.shape[0]; index += 1) {
      items.push({
        samples: sliceBatch(samples, index, index + 1),
        mask: masks && sliceBatch(masks, index, index + 1),
        place: batchIndex?.[index] ?? before + index,
      });
    }
  }
  return items;
}

function joinItems(items: readonly Item[]): LatentValue {
  const samples = concatBatch(items.map((item) => item.samples));
  const size = { width: samples.shape[3] * 8, height: samples.shape[2] * 8 };
  const masks = items.map(({ mask }) =>
    mask === undefined ? filled([1, size.height, size.width], 1) : resizeMask(mask, size, 'bilinear'),
  );
  const masked = items.some(({ mask }) => mask !== undefined);
  return { samples, ...(masked && { noiseMask: concatBatch(masks) }), batchIndex: items.map(({ place }) => place) };
}
