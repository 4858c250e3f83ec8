import { ProblemError } from '../problem.ts';
import type { FileRef } from '../types.ts';

/** Throws a ProblemError for a network of an .onnx file: nothing tells which of its parts is which, to change or to save it. */
export function refuseOnnx(input: string, ...networks: readonly { readonly file: FileRef; readonly onnx?: object }[]): void {
  const found = networks.find(({ onnx }) => onnx !== undefined);
  if (found === undefined) return;
  throw new ProblemError({
    input,
    what: `"${found.file.name}" holds ONNX graphs, which Weft can neither change nor save.`,
    fix: 'Leave this node out, or choose the same model as a .safetensors file, or as a folder of them.',
  });
}
