import { defineNode, int, socket } from '../define.ts';
import { repeatToBatch, type Tensor, tensor } from '../diffusion/tensor.ts';

export const latentComposite = defineNode({
  type: 'LatentComposite',
  version: 1,
  title: 'Paste Latent',
  category: 'latent',
  description: 'Puts one latent picture onto another at a place of your choice, with soft edges if wanted.',
  aliases: ['composite', 'overlay', 'insert'],
  inputs: {
    samples_to: socket('LATENT', 'The picture underneath.'),
    samples_from: socket('LATENT', 'The picture that is put onto it.'),
    x: int({ default: 0, min: 0, max: 16384, step: 8, tooltip: 'Pixels between the left edges of the two.' }),
    y: int({ default: 0, min: 0, max: 16384, step: 8, tooltip: 'Pixels between the top edges of the two.' }),
    feather: int({ default: 0, min: 0, max: 16384, step: 8, tooltip: 'Pixels over which the edges fade out.' }),
  },
  outputs: { LATENT: 'LATENT' },
  device: 'any',
  run({ samples_to, samples_from, x, y, feather }) {
    const latent = (pixels: number) => Math.floor(pixels / 8);
    return { LATENT: { ...samples_to, samples: paste(samples_to.samples, samples_from.samples, latent(x), latent(y), latent(feather)) } };
  },
});

export const setLatentNoiseMask = defineNode({
  type: 'SetLatentNoiseMask',
  version: 1,
  title: 'Mask Latent',
  category: 'latent/inpaint',
  description: 'Limits sampling to the white part of a mask; the rest of the picture is kept.',
  aliases: ['inpaint', 'noise mask'],
  inputs: { samples: socket('LATENT'), mask: socket('MASK', 'White where the picture may change.') },
  outputs: { LATENT: 'LATENT' },
  device: 'any',
  run: ({ samples, mask }) => ({ LATENT: { ...samples, noiseMask: mask } }),
});

/** Pastes `from` onto `to` at (x, y), fading over `feather` latent pixels at the edges that lie inside `to`. */
function paste(to: Tensor, from: Tensor, x: number, y: number, feather: number): Tensor {
  const [batch, depth, height, width] = to.shape;
  const patch = repeatToBatch(from, batch);
  const [, , patchHeight, patchWidth] = patch.shape;
  const columns = edgeFade(x, Math.min(patchWidth, width - x), width, feather);
  const rows = edgeFade(y, Math.min(patchHeight, height - y), height, feather);
  const data = to.data.slice();
  for (let plane = 0; plane < batch * depth; plane += 1) {
    for (const [row, rowShare] of rows.entries()) {
      const target = (plane * height + y + row) * width + x;
      const source = (plane * patchHeight + row) * patchWidth;
      for (const [column, columnShare] of columns.entries()) {
        const share = rowShare * columnShare;
        data[target + column] = patch.data[source + column] * share + data[target + column] * (1 - share);
      }
    }
  }
  return tensor(data, to.shape);
}

/** How much of the patch shows along an axis: `length` cells from `start` of `total`. */
function edgeFade(start: number, length: number, total: number, feather: number): number[] {
  return Array.from({ length: Math.max(length, 0) }, (_, at) => {
    const before = start > 0 ? Math.min((at + 1) / feather, 1) : 1;
    const after = start + length < total ? Math.min((length - at) / feather, 1) : 1;
    return feather === 0 ? 1 : before * after;
  });
}
