import { availableParallelism, cpus } from 'node:os';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Provider } from '../../nodes/diffusion/onnx/forms.ts';
import { GraphBuilder, type OnnxGraph } from '../../nodes/diffusion/onnx/graph.ts';
import type { Tensor } from '../../nodes/diffusion/tensor.ts';
import { KeptInputs } from './kept-inputs.ts';

/** The one file that touches ONNX Runtime. Making and running a network block the thread. */

/** float16 numbers as their bits. */
type Halves = { readonly data: Uint16Array; readonly shape: readonly number[] };

export type Feeds = Readonly<
  Record<string, Tensor | Halves | { readonly data: BigInt64Array | Int32Array; readonly shape: readonly number[] }>
>;

/** A network in the memory of a device. */
export type Network = {
  /**
   * All outputs by name, as float32. `steady` are inputs whose objects, and the numbers in them, stay the same for several runs: they
   * stay on the device where that can be (WebGPU).
   */
  run(feeds: Feeds, steady?: readonly Feeds[]): Promise<Readonly<Record<string, Tensor>>>;
  /** Frees what steady inputs take on the device; without it they go some runs after their last. */
  forget(steady: Feeds): void;
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
  const kept = provider === 'webgpu' ? new KeptInputs<Feeds, OrtFeeds>({ put: toDevice, free: freeOnDevice }) : undefined;
  const run = async (feeds: Feeds, steady: readonly Feeds[] = []) =>
    session.run(Object.assign(toOrtFeeds(feeds), ...((await kept?.forRun(steady)) ?? steady.map(toOrtFeeds))));
  return {
    async runFor(feeds) {
      const { type, data, dims } = (await run(feeds))[session.outputNames[0]];
      if (data instanceof Float32Array) return { data, shape: dims };
      if (type !== 'float16' || !ArrayBuffer.isView(data)) throw new Error(`a network gave ${type}`);
      return { data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2), shape: dims };
    },
    async run(feeds, steady) {
      const outputs = await run(feeds, steady);
      return Object.fromEntries(session.outputNames.map((name) => [name, fromOrt(outputs[name])]));
    },
    forget: (steady) => kept?.free(steady),
    async release() {
      kept?.freeAll();
      await session.release();
    },
  };
}

/** 0 lets ONNX Runtime count the physical cores; a container's smaller share has to be told to it. */
function intraOpThreads(): number {
  const share = availableParallelism();
  return share < cpus().length ? share : 0;
}

type OrtFeeds = Record<string, OrtTensor>;

/** Networks that give out what they are given, on the device, by the type and the number of dimensions. */
const uploads = new Map<string, Promise<InferenceSession>>();

/** The same tensors in the memory of WebGPU's device, which all sessions of a process share. */
async function toDevice(feeds: Feeds): Promise<OrtFeeds> {
  const held: OrtFeeds = {};
  for (const [name, feed] of Object.entries(feeds)) {
    const value = toOrt(feed);
    if (value.type !== 'float32' && value.type !== 'float16') throw new Error(`steady inputs of type ${value.type} are not supported`);
    const key = `${value.type} ${value.dims.length}`;
    const session = uploads.get(key) ?? createUpload(value.type, value.dims.length);
    uploads.set(key, session);
    held[name] = (await (await session).run({ here: value })).there;
  }
  return held;
}

function createUpload(type: 'float32' | 'float16', rank: number): Promise<InferenceSession> {
  const graph = new GraphBuilder('upload');
  const dims = Array.from({ length: rank }, (_, axis) => `side ${axis}`);
  graph.output('there', graph.input('here', type, dims), dims, type);
  const options = { executionProviders: ['webgpu'], preferredOutputLocation: 'gpu-buffer', logSeverityLevel: 4 } as const;
  return InferenceSession.create(graph.build().model, options);
}

function freeOnDevice(held: OrtFeeds): void {
  for (const tensor of Object.values(held)) tensor.dispose();
}

function toOrtFeeds(feeds: Feeds): OrtFeeds {
  return Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, toOrt(value)]));
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
