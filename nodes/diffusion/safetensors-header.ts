import { z } from 'zod';
import { ProblemError } from '../problem.ts';
import { type Dtype, damaged, elementSizes, type TensorEntry } from './tensor-file.ts';

/** A tensor of one file, whose path is left to the caller. */
type HeaderEntry = Omit<TensorEntry, 'path'>;

type SafetensorsHeader = {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, HeaderEntry>;
};

/** The largest header that is read, as in the reference implementation. */
export const maxHeaderBytes = 100_000_000;

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()).max(64),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const metadataSchema = z.record(z.string(), z.string());

/**
 * Parses the JSON header of a safetensors file and checks everything that reading relies on: known dtypes, lengths that follow from
 * the shapes, byte ranges that cover the file's data without holes or overlaps, and no name twice.
 * `fileSize` is in bytes, `name` what the person calls the file.
 * Throws a ProblemError that says what is wrong with the file.
 */
export function parseHeader(header: Uint8Array, fileSize: number, name: string): SafetensorsHeader {
  const text = decodeText(header, name);
  const raw = parseJson(text, name);
  refuseDuplicateKeys(text, name);
  const dataStart = 8 + header.byteLength;
  const metadata = parseMetadata(raw, name);
  const tensors = new Map<string, HeaderEntry>();
  for (const [key, value] of Object.entries(raw)) {
    if (key !== '__metadata__') tensors.set(key, parseEntry(key, value, dataStart, name));
  }
  checkRanges(tensors, dataStart, fileSize, name);
  return { metadata, tensors };
}

function decodeText(header: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch (cause) {
    if (cause instanceof TypeError) throw damaged(name, 'its header is not valid text');
    throw cause;
  }
}

function parseJson(text: string, name: string): Record<string, unknown> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw damaged(name, 'its header is not valid JSON');
    throw cause;
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw damaged(name, 'its header is not a JSON object');
  return raw as Record<string, unknown>;
}

/** JSON.parse keeps the last of several equal keys, other readers keep the first: such a file means two things at once. */
function refuseDuplicateKeys(text: string, name: string): void {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') open.push(new Set());
    else if (text[at] === '}') open.pop();
    else if (text[at] === '"') {
      const start = at;
      at = endOfString(text, at);
      if (!isKey(text, at + 1)) continue;
      const key: string = JSON.parse(text.slice(start, at + 1));
      const keys = open.at(-1);
      if (keys?.has(key)) throw damaged(name, `its header lists "${shorten(key)}" twice`);
      keys?.add(key);
    }
  }
}

/** The place of the quote that ends the string beginning at `start`, in valid JSON. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function isKey(text: string, after: number): boolean {
  let at = after;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return text[at] === ':';
}

function parseMetadata(raw: Record<string, unknown>, name: string): ReadonlyMap<string, string> {
  if (!Object.hasOwn(raw, '__metadata__')) return new Map();
  const parsed = metadataSchema.safeParse(raw.__metadata__);
  if (!parsed.success) throw damaged(name, 'its metadata is not a list of texts');
  return new Map(Object.entries(parsed.data));
}

function parseEntry(key: string, value: unknown, dataStart: number, name: string): HeaderEntry {
  const label = `"${shorten(key)}"`;
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) throw damaged(name, `its header describes the tensor ${label} wrongly`);
  const { dtype, shape, data_offsets } = parsed.data;
  if (!isDtype(dtype)) {
    throw new ProblemError({
      what: `The file "${name}" stores the tensor ${label} as "${shorten(dtype)}", a number format that Weft does not know.`,
      fix: 'Choose a version of the model in float16 or float32.',
    });
  }
  const [begin, end] = data_offsets;
  const length = shape.reduce((product, size) => product * size, elementSizes[dtype]);
  // Beyond 2^53 a product is rounded, and might meet a wrong length by chance.
  if (!Number.isSafeInteger(length) || end - begin !== length) {
    throw damaged(name, `the tensor ${label} takes ${end - begin} bytes, but its shape [${shape.join(', ')}] needs ${length}`);
  }
  return { dtype, shape, offset: dataStart + begin, length };
}

function checkRanges(tensors: ReadonlyMap<string, HeaderEntry>, dataStart: number, fileSize: number, name: string): void {
  const entries = [...tensors].sort(([, a], [, b]) => a.offset - b.offset || a.length - b.length);
  let end = dataStart;
  for (const [key, { offset, length }] of entries) {
    if (offset !== end) {
      throw damaged(name, `the tensor "${shorten(key)}" ${offset < end ? 'overlaps another one' : 'comes after unused bytes'}`);
    }
    end = offset + length;
  }
  if (end > fileSize) throw damaged(name, `it should have ${end} bytes, but has only ${fileSize}`);
  if (end < fileSize) throw damaged(name, `it should have ${end} bytes, but has ${fileSize}`);
}

function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(elementSizes, dtype);
}

/** Names in a file are untrusted: a sentence shows only their beginning. */
function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
