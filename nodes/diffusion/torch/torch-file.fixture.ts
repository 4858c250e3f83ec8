import { writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** A tensor to be written: float32 numbers, with strides where they are not row-major. */
type TestTensor = { readonly values: ArrayLike<number>; readonly shape: readonly number[]; readonly strides?: readonly number[] };
export type TestValue =
  | null
  | boolean
  | number
  | string
  | readonly TestValue[]
  | ReadonlyMap<string | number, TestValue>
  | { readonly tensor: TestTensor }
  /** A call of a global, as Python's own objects are stored. */
  | { readonly call: readonly [module: string, name: string]; readonly args: readonly TestValue[] };

const text = (value: string) => Buffer.concat([Buffer.from('X'), uint32(Buffer.byteLength(value)), Buffer.from(value)]);
const global = (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const tuple = (items: readonly Buffer[]) => Buffer.concat([Buffer.from('('), ...items, Buffer.from('t')]);

/** The commands that make a value; the tensors' storages are added to `storages`, whose places are their keys. */
function encode(value: TestValue, storages: Buffer[], isLegacy: boolean): Buffer {
  const inner = (child: TestValue) => encode(child, storages, isLegacy);
  if (value === null) return Buffer.from('N');
  if (typeof value === 'boolean') return Buffer.from([value ? 0x88 : 0x89]);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return Number.isInteger(value) ? Buffer.concat([Buffer.from('J'), uint32(value)]) : double(value);
  if (value instanceof Map) {
    const entries = [...value].flatMap(([key, child]) => [inner(key), inner(child)]);
    return Buffer.concat([Buffer.from('}('), ...entries, Buffer.from('u')]);
  }
  if ('tensor' in value) {
    const { values, shape, strides = rowMajor(shape) } = value.tensor;
    const key = String(storages.push(Buffer.from(Float32Array.from(values).buffer)) - 1);
    const view = isLegacy ? [Buffer.from('N')] : [];
    const id = tuple([text('storage'), global('torch', 'FloatStorage'), text(key), text('cpu'), inner(values.length), ...view]);
    const args = [Buffer.concat([id, Buffer.from('Q')]), inner(0), tuple(shape.map(inner)), tuple(strides.map(inner)), inner(false)];
    const hooks = Buffer.concat([global('collections', 'OrderedDict'), Buffer.from(')R')]);
    return Buffer.concat([global('torch._utils', '_rebuild_tensor_v2'), tuple([...args, hooks]), Buffer.from('R')]);
  }
  if ('call' in value) return Buffer.concat([global(...value.call), tuple(value.args.map(inner)), Buffer.from('R')]);
  return Buffer.concat([Buffer.from(']('), ...[...(value as readonly TestValue[])].map(inner), Buffer.from('e')]);
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(9, 'G');
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

const pickle = (commands: Buffer) => Buffer.concat([Buffer.from([0x80, 2]), commands, Buffer.from('.')]);

/** Writes a value as PyTorch's present format does: a ZIP archive without compression. */
export async function writeTorchZip(path: string, value: TestValue, form: ZipForm = {}): Promise<void> {
  const storages: Buffer[] = [];
  const data = pickle(encode(value, storages, false));
  const files = [['archive/data.pkl', data], ...storages.map((bytes, key) => [`archive/data/${key}`, bytes] as const)] as const;
  await writeFile(path, zip(files, form));
}

/** Writes a value in PyTorch's format of before version 1.6. */
export async function writeTorchLegacy(path: string, value: TestValue): Promise<void> {
  const storages: Buffer[] = [];
  const magic = Buffer.from([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]);
  const data = encode(value, storages, true);
  const order = encode(
    storages.map((_, key) => String(key)),
    [],
    true,
  );
  const parts = [magic, encode(1001, [], true), encode(new Map([['little_endian', true]]), [], true), data, order].map(pickle);
  const sized = storages.map((bytes) => Buffer.concat([uint32(bytes.length / 4), uint32(0), bytes]));
  await writeFile(path, Buffer.concat([...parts, ...sized]));
}

type ZipForm = {
  /** 8 only claims that the files are compressed. */
  readonly method?: number;
  /** Says sizes and places in 64 bits, as archives beyond 4 GB do. */
  readonly isWide?: boolean;
};

/** A ZIP archive of files. */
export function zip(files: readonly (readonly [name: string, bytes: Buffer])[], { method = 0, isWide = false }: ZipForm = {}): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([uint32(0x04034b50), common, Buffer.from(name), bytes]);
    const wide = isWide
      ? Buffer.concat([Buffer.from([1, 0, 24, 0]), ...[bytes.length, bytes.length, offset].map(uint64)])
      : Buffer.alloc(0);
    const listed = Buffer.from(common);
    listed.writeUInt16LE(wide.length, 24);
    if (isWide) listed.fill(0xff, 14, 22);
    const place = uint32(isWide ? 0xffffffff : offset);
    list.push(Buffer.concat([uint32(0x02014b50), Buffer.from([20, 0]), listed, Buffer.alloc(10), place, Buffer.from(name), wide]));
    parts.push(local);
    offset += local.length;
  }
  const length = list.reduce((sum, entry) => sum + entry.length, 0);
  return Buffer.concat([
    ...parts,
    ...list,
    ...(isWide ? [wideEnd(files.length, length, offset)] : []),
    end(files.length, length, offset, isWide),
  ]);
}

function end(count: number, length: number, offset: number, isWide: boolean): Buffer {
  const bytes = Buffer.alloc(22);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt16LE(count, 8);
  bytes.writeUInt16LE(count, 10);
  bytes.writeUInt32LE(length, 12);
  bytes.writeUInt32LE(offset, 16);
  return isWide ? bytes.fill(0xff, 8, 20) : bytes;
}

/** The 64-bit end record, and what tells where it is. */
function wideEnd(count: number, length: number, offset: number): Buffer {
  const record = Buffer.concat([uint32(0x06064b50), uint64(44), Buffer.alloc(12), ...[count, count, length, offset].map(uint64)]);
  return Buffer.concat([record, uint32(0x07064b50), uint32(0), uint64(offset + length), uint32(1)]);
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
