import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { scanOnnx } from '../../../nodes/diffusion/onnx/scan.ts';
import type { WeightsRef } from '../../../nodes/types.ts';
import type { SessionSource } from '../sessions.ts';

/** A session over the graph of a person's own .onnx file. The bytes that are loaded are the ones that were found to be harmless. */
export function onnxSource({ file, part }: WeightsRef, title: string): SessionSource {
  const path = part === undefined ? file.path : join(file.path, part);
  return {
    key: `onnx ${file.fingerprint} ${path}`,
    title: `${title} of "${file.name}"`,
    repeats: false,
    graph: async () => {
      const model = await readFile(path);
      const { externalBytes } = scanOnnx(model, file.name);
      return {
        model,
        folder: dirname(await realpath(path)),
        weightBytes: model.byteLength + externalBytes,
        given: [],
        mappedBytes: 0,
        // What somebody else's graph computes is not known before it runs.
        activationBytes: () => 0,
      };
    },
  };
}
