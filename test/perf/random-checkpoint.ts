import { closeSync, openSync, writeSync } from 'node:fs';
import type { CheckpointConfig, UnetConfig } from '../../nodes/diffusion/config.ts';
import { checkpointTensors, visitControlNet } from '../../nodes/diffusion/models/tensors.ts';
import { vaePrefix } from '../../nodes/diffusion/models/vae.ts';
import { elementCount } from '../../nodes/diffusion/tensor.ts';

/**
 * Writes a checkpoint with all tensors of `config` in float16, filled with random values around 0 that are small enough for
 * activations to stay finite (norms included, so pictures come out grey). About 2 GB for SD1.x.
 */
export function writeRandomCheckpoint(path: string, config: CheckpointConfig): void {
  writeRandomTensors(path, checkpointTensors(config, vaePrefix));
}

/** The same for a ControlNet of a U-Net, under bare names. About 0.7 GB for SD1.x. */
export function writeRandomControlNet(path: string, unet: UnetConfig): void {
  const shapes = new Map<string, readonly number[]>();
  visitControlNet(unet, (key, shape) => shapes.set(key, shape));
  writeRandomTensors(path, shapes);
}

function writeRandomTensors(path: string, tensors: ReadonlyMap<string, readonly number[]>): void {
  let end = 0;
  const entries = [...tensors].map(([key, shape]) => {
    const begin = end;
    end += 2 * elementCount(shape);
    return [key, { dtype: 'F16', shape, data_offsets: [begin, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(path, 'w');
  try {
    writeSync(file, length);
    writeSync(file, header);
    const block = Buffer.from(new Float16Array(2 ** 20).map(() => (Math.random() - 0.5) * 0.04).buffer);
    for (let left = end; left > 0; left -= block.length) writeSync(file, block, 0, Math.min(left, block.length));
  } finally {
    closeSync(file);
  }
}
