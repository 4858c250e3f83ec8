import { type Dtype, damaged, elementSizes } from '../tensor-file.ts';
import type { GlobalRole, TorchGlobal, TorchStorage, TorchTensor, TorchValue } from './values.ts';

/** PyTorch's types of storage and of elements, by their names there. */
const dtypes: Readonly<Record<string, Dtype>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  float64: 'F64',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  uint16: 'U16',
  uint32: 'U32',
  uint64: 'U64',
  bool: 'BOOL',
  float8_e4m3fn: 'F8_E4M3',
  float8_e5m2: 'F8_E5M2',
};

/** What tensors are made of, and what training leaves beside them; nothing else may be mentioned. */
const roles: Readonly<Record<string, GlobalRole>> = {
  'collections.OrderedDict': { makes: 'dict' },
  'collections.defaultdict': { makes: 'dict' },
  'builtins.dict': { makes: 'dict' },
  'builtins.set': { makes: 'list' },
  'builtins.frozenset': { makes: 'list' },
  'torch.Size': { makes: 'list' },
  'torch._utils._rebuild_tensor': { makes: 'tensor' },
  'torch._utils._rebuild_tensor_v2': { makes: 'tensor' },
  'torch._utils._rebuild_tensor_v3': { makes: 'tensor' },
  'torch._utils._rebuild_parameter': { makes: 'parameter' },
  'torch.storage.UntypedStorage': { makes: 'storage', dtype: undefined },
  // Textual inversions of the original repository keep their vectors in one.
  'torch.nn.modules.container.ParameterDict': { makes: 'dict' },
  'torch.device': { makes: 'object' },
  'argparse.Namespace': { makes: 'object' },
  '_codecs.encode': { makes: 'object' },
  'numpy.dtype': { makes: 'object' },
  'numpy.ndarray': { makes: 'object' },
  'numpy.core.multiarray.scalar': { makes: 'object' },
  'numpy.core.multiarray._reconstruct': { makes: 'object' },
  'numpy._core.multiarray.scalar': { makes: 'object' },
  'numpy._core.multiarray._reconstruct': { makes: 'object' },
  // The original Stable Diffusion 1.x checkpoints name it as a key of what the training program noted.
  'pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint': { makes: 'object' },
};

/** A global that files may mention; undefined for all others, which Python would look up and could run. */
export function knownGlobal(module: string, attribute: string): TorchGlobal | undefined {
  const name = `${module === '__builtin__' ? 'builtins' : module}.${attribute}`;
  if (Object.hasOwn(roles, name)) return { kind: 'global', name, role: roles[name] };
  if (module !== 'torch' || !Object.hasOwn(dtypes, attribute)) return undefined;
  return { kind: 'global', name, role: { makes: attribute.endsWith('Storage') ? 'storage' : 'dtype', dtype: dtypes[attribute] } };
}

/** What a file means by calling `global`; nothing is called. Throws a ProblemError where the arguments make no sense. */
export function stand(global: TorchGlobal, args: readonly TorchValue[], fileName: string): TorchValue {
  switch (global.role.makes) {
    case 'dict':
      return { kind: 'dict', entries: new Map(pairsOf(args[0])) };
    case 'list':
      return { kind: 'list', items: isKind(args[0], 'list') ? [...args[0].items] : [] };
    case 'tensor':
      return tensorOf(args, fileName);
    case 'parameter':
      return args[0] ?? null;
    default:
      return { kind: 'object', name: global.name };
  }
}

/** The entries of a list of pairs, as ordered dictionaries are given them. */
function pairsOf(list: TorchValue | undefined): [string | number, TorchValue][] {
  if (!isKind(list, 'list')) return [];
  return list.items.flatMap((pair): [string | number, TorchValue][] => {
    if (!isKind(pair, 'list') || pair.items.length !== 2) return [];
    const [key, value] = pair.items;
    return typeof key === 'string' || typeof key === 'number' ? [[key, value]] : [];
  });
}

/** (storage, offset, sizes, strides, ...), and the type of element in the seventh place where the storage has none. */
function tensorOf([storage, start, sizes, strides, , , type]: readonly TorchValue[], fileName: string): TorchTensor {
  const shape = sizesOf(sizes);
  const steps = sizesOf(strides);
  const stated = isKind(type, 'global') && type.role.makes === 'dtype' ? type.role.dtype : undefined;
  const dtype = isKind(storage, 'storage') ? (storage.dtype ?? stated) : undefined;
  if (!isKind(storage, 'storage') || !isSize(start) || shape === undefined || steps?.length !== shape.length || dtype === undefined) {
    throw damaged(fileName, 'it describes a tensor wrongly');
  }
  return { kind: 'tensor', shape, entry: isRowMajor(shape, steps) ? entryOf(storage, dtype, start, shape, fileName) : undefined };
}

function entryOf({ path, offset, length: room }: TorchStorage, dtype: Dtype, start: number, shape: readonly number[], fileName: string) {
  const size = elementSizes[dtype];
  const length = shape.reduce((product, count) => product * count, size);
  const end = start * size + length;
  if (!Number.isSafeInteger(end) || (length > 0 && end > room)) {
    throw damaged(fileName, `a tensor of the shape [${shape.slice(0, 8).join(', ')}] reaches beyond its bytes`);
  }
  return { path, dtype, shape, offset: offset + start * size, length };
}

/** Whether neighbours in the last dimension are neighbours in the file, and so on; how far one step of a size of 1 leads is all one. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 0) return true;
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis];
  }
  return true;
}

function sizesOf(value: TorchValue | undefined): readonly number[] | undefined {
  return isKind(value, 'list') && value.items.length <= 64 && value.items.every(isSize) ? value.items : undefined;
}

function isSize(value: TorchValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

type Kinds = Extract<TorchValue, { kind: string }>;

/** Whether a value is of one kind. */
export function isKind<K extends Kinds['kind']>(value: TorchValue | undefined, kind: K): value is Extract<Kinds, { kind: K }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}
