import { availableParallelism, cpus } from 'node:os';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Provider } from '../../nodes/diffusion/onnx/forms.ts';
import type { OnnxGraph } from '../../nodes/diffusion/onnx/graph.ts';
import type { Tensor } from '../../nodes/diffusion/tensor.ts';

/** The one file that touches ONNX Runtime. Making and running a network block the thread. */

/** float16 numbers as their bits. */
type Halves = { readonly data: Uint16Array; readonly shape: readonly number[] };

export type Feeds = Readonly<
  Record<string, Tensor | Halves | { readonly data: BigInt64Array | Int32Array; readonly shape: readonly number[] }>
>;

/** A network in the memory of a device. */
export type Network = {
  /** All outputs by name, as float32. */
  run(feeds: Feeds): Promise<Readonly<Record<string, Tensor>>>;
  /** The first output, which may be float16. */
  runFor(feeds: Feeds): Promise<Tensor | Halves>;
  release(): Promise<void>;
};

type NetworkOptions = {
  readonly provider: Provider;
  /** Keep the buffers of one run for the next: faster, but the memory stays taken. */
  readonly keepsBuffers: boolean;
};

/** Throws ONNX Runtime's own errors: `describeFailure` tells what they mean. */
export async function createNetwork(graph: OnnxGraph, { provider, keepsBuffers }: NetworkOptions): Promise<Network> {
  const session = await InferenceSession.create(graph.model, {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    // A plan of one large block for each shape would be held beside the arena's own blocks: 0.9 GB more for a U-Net, and no faster.
    enableMemPattern: false,
    enableCpuMemArena: keepsBuffers,
    intraOpNumThreads: intraOpThreads(),
    // Errors are thrown, and said in words by whoever catches them.
    logSeverityLevel: 4,
    extra: { 'session.model_external_initializers_file_folder_path': graph.folder },
  });
  const run = (feeds: Feeds) => session.run(Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, toOrt(value)])));
  return {
    async runFor(feeds) {
      const { type, data, dims } = (await run(feeds))[session.outputNames[0]];
      if (data instanceof Float32Array) return { data, shape: dims };
      if (type !== 'float16' || !ArrayBuffer.isView(data)) throw new Error(`a network gave ${type}`);
      return { data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2), shape: dims };
    },
    async run(feeds) {
      const outputs = await run(feeds);
      return Object.fromEntries(session.outputNames.map((name) => [name, fromOrt(outputs[name])]));
    },
    release: () => session.release(),
  };
}

/** 0 lets ONNX Runtime count the physical cores; a container's smaller share has to be told to it. */
function intraOpThreads(): number {
  const share = availableParallelism();
  return share < cpus().length ? share : 0;
}

/** ONNX Runtime reads the data where it is, without a copy. */
function toOrt({ data, shape }: Feeds[string]): OrtTensor {
  if (data instanceof Uint16Array) return halfTensor(data, shape);
  if (data instanceof Int32Array) return new OrtTensor('int32', data, shape);
  return data instanceof BigInt64Array ? new OrtTensor('int64', data, shape) : new OrtTensor('float32', data, shape);
}

/** Where JavaScript has a Float16Array, the tensor wraps the data in one, which ONNX Runtime's native side cannot read: it gets the bits. */
function halfTensor(data: Uint16Array, shape: readonly number[]): OrtTensor {
  return Object.defineProperty(new OrtTensor('float16', data, shape), 'data', { value: data });
}

function fromOrt({ type, data, dims }: OrtTensor): Tensor {
  if (data instanceof Float32Array) return { data, shape: dims };
  if (type !== 'float16' || !ArrayBuffer.isView(data)) throw new Error(`a network gave ${type}`);
  return { data: Float32Array.from(new Float16Array(data.buffer, data.byteOffset, data.byteLength / 2)), shape: dims };
}
