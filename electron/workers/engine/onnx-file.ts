import { readFile, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { weightsPath } from '../../../nodes/diffusion/file-access.ts';
import { scanOnnx } from '../../../nodes/diffusion/onnx/scan.ts';
import type { WeightsRef } from '../../../nodes/types.ts';
import type { SessionSource } from '../sessions.ts';

/** A session over the graph of a person's own .onnx file. The bytes that are loaded are the ones that were found to be harmless. */
export function onnxSource(ref: WeightsRef, title: string): SessionSource {
  const { file } = ref;
  const path = weightsPath(ref);
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
