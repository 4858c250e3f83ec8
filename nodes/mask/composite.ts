import { combo, defineNode, int, socket } from '../define.ts';
import { repeatToBatch, tensor } from '../diffusion/tensor.ts';
import type { MaskValue } from '../types.ts';

const isWhite = (value: number) => value > 0.5;

/** What destination value d and source value s give, before it is clamped to 0..1. */
const operations = {
  multiply: (d, s) => d * s,
  add: (d, s) => d + s,
  subtract: (d, s) => d - s,
  and: (d, s) => Number(isWhite(d) && isWhite(s)),
  or: (d, s) => Number(isWhite(d) || isWhite(s)),
  xor: (d, s) => Number(isWhite(d) !== isWhite(s)),
} as const satisfies Record<string, (d: number, s: number) => number>;

export const maskComposite = defineNode({
  type: 'MaskComposite',
  version: 1,
  title: 'Combine Masks',
  category: 'mask',
  description: 'Puts one mask onto another at a place of your choice, and joins, cuts or intersects the two.',
  aliases: ['add', 'subtract', 'union', 'intersection'],
  inputs: {
    destination: socket('MASK', 'The mask underneath.'),
    source: socket('MASK', 'The mask that is put onto it.'),
    x: int({ default: 0, min: 0, max: 16384, tooltip: 'Pixels between the left edges of the two.' }),
    y: int({ default: 0, min: 0, max: 16384, tooltip: 'Pixels between the top edges of the two.' }),
    operation: combo(['multiply', 'add', 'subtract', 'and', 'or', 'xor'], {
      tooltip: 'Add joins the two, subtract cuts the upper one out, multiply keeps what both share. And, or and xor make hard edges.',
    }),
  },
  outputs: { MASK: 'MASK' },
  device: 'cpu',
  run: ({ destination, source, x, y, operation }) => ({ MASK: combine(destination, source, x, y, operations[operation]) }),
});

/** Masks [B, H, W] with `operation` applied where `source` [b, h, w] at (x, y) covers them. The shorter batch repeats. */
function combine(destination: MaskValue, source: MaskValue, x: number, y: number, operation: (d: number, s: number) => number): MaskValue {
  const batch = Math.max(destination.shape[0], source.shape[0]);
  const lower = repeatToBatch(destination, batch);
  const upper = repeatToBatch(source, batch);
  const [, height, width] = lower.shape;
  const [, sourceHeight, sourceWidth] = upper.shape;
  const data = lower.data.map((value) => Math.min(Math.max(value, 0), 1));
  for (let item = 0; item < batch; item += 1) {
    for (let row = 0; row < Math.min(sourceHeight, height - y); row += 1) {
      const to = (item * height + y + row) * width + x;
      const from = (item * sourceHeight + row) * sourceWidth;
      for (let column = 0; column < Math.min(sourceWidth, width - x); column += 1) {
        const value = operation(lower.data[to + column], upper.data[from + column]);
        data[to + column] = Math.min(Math.max(value, 0), 1);
      }
    }
  }
  return tensor(data, lower.shape);
}
