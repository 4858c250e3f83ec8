import { basename } from 'node:path';
import { ProblemError } from '../../problem.ts';
import { readBytes, withFile } from '../file-access.ts';
import { type FloatType, isFloatType, toFloat32 } from '../float-formats.ts';
import { givenType, type StoredTensor, type WeightSource } from '../onnx/graph.ts';
import type { TensorEntry, TensorFile } from '../tensor-file.ts';

const storedTypes: Record<FloatType, StoredTensor['type']> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F64: 'float64',
  F8_E4M3: 'float8e4m3',
  F8_E5M2: 'float8e5m2',
};

const dtypes = Object.fromEntries(Object.entries(storedTypes).map(([dtype, type]) => [type, dtype])) as Record<
  StoredTensor['type'],
  FloatType
>;

/** The numbers of a stored tensor, in the format of `givenType`; float16 ones are their bits. */
export async function readStored({ type, location, offset, length }: StoredTensor): Promise<Float32Array | Uint16Array> {
  const bytes = await withFile(location, (handle) => readBytes(handle, offset, length));
  if (type === 'float16') return new Uint16Array(bytes.buffer, bytes.byteOffset, length / 2);
  const floats = toFloat32(bytes, dtypes[type]);
  return givenType(type) === 'float16' ? new Uint16Array(Float16Array.from(floats).buffer) : floats;
}

/** The weights of a file whose tensors have been compared with what the model needs (see `checkTensors`). */
export function fileWeights(file: TensorFile): WeightSource {
  const name = basename(file.path);
  return (key, shape) => {
    const entry = file.tensors.get(key);
    if (entry === undefined) {
      throw new ProblemError({ what: `The file "${name}" has no tensor "${key}".`, fix: 'Download it again, or choose another file.' });
    }
    return storedTensor(name, key, entry, shape);
  };
}

function storedTensor(name: string, key: string, entry: TensorEntry, shape: readonly number[]): StoredTensor {
  const { path, dtype, offset, length } = entry;
  if (!isFloatType(dtype)) {
    throw new ProblemError({
      what: `The file "${name}" stores the tensor "${key}" as ${dtype}, which Weft cannot compute with.`,
      fix: 'Choose a version of the model in float32, float16, bfloat16 or float8.',
    });
  }
  if (!sameSize(entry.shape, shape)) {
    throw new ProblemError({
      what: `The tensor "${key}" of the file "${name}" has the shape [${entry.shape.join(', ')}], where [${shape.join(', ')}] was expected.`,
      fix: 'The file does not hold the model that it seems to: choose another version of it.',
    });
  }
  return { type: storedTypes[dtype], shape, location: path, offset, length };
}

/** Linear layers are sometimes stored as 1x1 convolutions and the other way round: the bytes are the same. */
function sameSize(a: readonly number[], b: readonly number[]): boolean {
  return withoutOnes(a).join() === withoutOnes(b).join();
}

function withoutOnes(shape: readonly number[]): readonly number[] {
  return shape.slice(0, shape.findLastIndex((size) => size !== 1) + 1);
}
