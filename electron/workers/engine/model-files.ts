import { weightsPath } from '../../../nodes/diffusion/file-access.ts';
import { fileWeights } from '../../../nodes/diffusion/models/weights.ts';
import { givenWeights, type OnnxGraph, type WeightSource } from '../../../nodes/diffusion/onnx/graph.ts';
import type { Operators } from '../../../nodes/diffusion/onnx/operators.ts';
import { openTensorFile } from '../../../nodes/diffusion/open-tensor-file.ts';
import type { TensorFile } from '../../../nodes/diffusion/tensor-file.ts';
import type { WeightsRef } from '../../../nodes/types.ts';
import type { GivenSource, SessionSource, Sessions } from '../sessions.ts';

/** What every network of an engine is made with. */
export type Workshop = {
  readonly sessions: Sessions;
  readonly files: ModelFiles;
  /** Tells a person in a sentence what is done in another way than asked for. */
  readonly report: (news: string) => void;
  /** See EngineSettings. */
  readonly int8From?: number | undefined;
};

/** Headers are read again where more files than these have been opened since. */
const filesKept = 16;

/** The headers of the files in use, read once for each content. */
export class ModelFiles {
  readonly #open = new Map<string, Promise<TensorFile>>();

  open(ref: WeightsRef): Promise<TensorFile> {
    const path = weightsPath(ref);
    const key = `${ref.file.fingerprint} ${path}`;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const opened = openTensorFile(path);
    this.#open.set(key, opened);
    const [oldest] = this.#open.keys();
    if (this.#open.size > filesKept) this.#open.delete(oldest);
    opened.catch(() => this.#open.delete(key));
    return opened;
  }
}

/** One network of a file. */
type Network = {
  /** Tells it from the file's other networks, and from other graphs over the same weights. */
  readonly name: string;
  readonly title: string;
  readonly repeats: boolean;
  /** See SessionSource. */
  readonly halves?: boolean;
  /** Gives the file's tensors the names that the graph asks for. */
  readonly layout?: (file: TensorFile) => TensorFile;
  readonly write: (weights: WeightSource, operators: Operators) => OnnxGraph | Promise<OnnxGraph>;
};

/** A session of the network over the file's weights, and over those that are given where the file's are changed. */
export async function sourceOf(files: ModelFiles, ref: WeightsRef, network: Network, given?: GivenByKeys): Promise<SessionSource> {
  const opened = await files.open(ref);
  return {
    key: `${network.name} ${ref.file.fingerprint} ${opened.path}${given === undefined ? '' : ` ${given.keysId}`}`,
    title: `${network.title} of "${ref.file.name}"`,
    repeats: network.repeats,
    halves: network.halves ?? false,
    graph: (operators) => {
      const weights = fileWeights(network.layout?.(opened) ?? opened);
      return network.write(given === undefined ? weights : givenWeights(weights, given.keys), operators);
    },
    given,
  };
}

/** Weights that are given; `keysId` is the same for the same keys. */
export type GivenByKeys = GivenSource & { readonly keys: ReadonlySet<string>; readonly keysId: string };
