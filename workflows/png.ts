import { Buffer } from 'node:buffer';
import { crc32, inflateSync } from 'node:zlib';
import { ProblemError } from '../nodes/problem.ts';

/** The keyword of the text that holds the workflow of a picture. */
export const workflowKeyword = 'workflow';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Length, type and checksum: what a chunk takes besides its data. */
const chunkOverhead = 12;
const textTypes: ReadonlySet<string> = new Set(['tEXt', 'zTXt', 'iTXt']);
/** All compressed texts of one picture together may unpack to this many bytes. */
const maxUnpackedBytes = 50_000_000;

type Chunk = {
  readonly type: string;
  readonly data: Buffer;
  /** The whole chunk, from its length to its checksum. */
  readonly bytes: Buffer;
};

/** Whether the bytes begin as every PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= signature.length && asBuffer(bytes).subarray(0, signature.length).equals(signature);
}

/**
 * The text entries of a PNG by keyword: tEXt, zTXt and iTXt chunks (PNG specification, third edition, section 11.3.3).
 * Of several entries with one keyword the last counts. Throws a ProblemError if the bytes are not a whole and sound PNG.
 */
export function readText(png: Uint8Array): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let budget = maxUnpackedBytes;
  for (const chunk of chunksOf(png)) {
    if (!textTypes.has(chunk.type)) continue;
    const { keyword, value, unpacked } = decodeText(chunk, budget);
    budget -= unpacked;
    texts.set(keyword, value);
  }
  return texts;
}

/**
 * A copy of a PNG with `text` under `keyword` (1 to 79 Latin-1 characters) in the place of any such entry that it had.
 *
 * ASCII is written as tEXt, which every reader knows. JSON with other characters becomes ASCII by `\u` escapes, so it
 * reads back as equal JSON rather than as the same characters; any other text is written as UTF-8 in iTXt.
 * Throws a ProblemError if the bytes are not a whole and sound PNG.
 */
export function withText(png: Uint8Array, keyword: string, text: string): Uint8Array {
  checkKeyword(keyword);
  const [header, ...rest] = chunksOf(png);
  const kept = rest.filter((chunk) => !textTypes.has(chunk.type) || keywordOf(chunk) !== keyword);
  return Buffer.concat([signature, header.bytes, textChunk(keyword, text), ...kept.map((chunk) => chunk.bytes)]);
}

function checkKeyword(keyword: string): void {
  if (!/^[\x21-\x7e\xa1-\xff](?:[\x20-\x7e\xa1-\xff]{0,77}[\x21-\x7e\xa1-\xff])?$/.test(keyword)) {
    throw new RangeError(`not a PNG keyword: ${JSON.stringify(keyword)}`);
  }
}

function textChunk(keyword: string, text: string): Buffer {
  const ascii = toAscii(text);
  if (ascii !== undefined) return encodeChunk('tEXt', [Buffer.from(`${keyword}\0`, 'latin1'), Buffer.from(ascii, 'latin1')]);
  // After the keyword: not compressed, method 0, no language tag, no translated keyword.
  return encodeChunk('iTXt', [Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text, 'utf8')]);
}

/** The text in ASCII without NULs, escaped where it is JSON; undefined if that can't be. */
function toAscii(text: string): string | undefined {
  if (!/[\u0080-\uffff]/.test(text) && !text.includes('\0')) return text;
  if (!isJson(text)) return undefined;
  // Valid JSON has characters outside ASCII in strings only, where an escape means the same.
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function encodeChunk(type: string, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), ...parts, Buffer.alloc(4)]);
  body.writeUInt32BE(body.length - chunkOverhead, 0);
  body.writeUInt32BE(crc32(body.subarray(4, -4)), body.length - 4);
  return body;
}

/** The chunks of a PNG from IHDR to IEND, with lengths, order and checksums checked; what follows IEND is left out. */
function chunksOf(png: Uint8Array): [Chunk, ...Chunk[]] {
  if (!isPng(png)) throw damaged('This is not a PNG picture.');
  const bytes = asBuffer(png);
  const header = chunkAt(bytes, signature.length);
  if (header.type !== 'IHDR') throw damaged('This PNG picture does not begin with its header.');
  const chunks: [Chunk, ...Chunk[]] = [header];
  let offset = signature.length + header.bytes.length;
  let last = header;
  while (last.type !== 'IEND') {
    last = chunkAt(bytes, offset);
    chunks.push(last);
    offset += last.bytes.length;
  }
  return chunks;
}

function chunkAt(bytes: Buffer, offset: number): Chunk {
  if (offset + chunkOverhead > bytes.length) throw damaged('This PNG picture ends too early.');
  const end = offset + chunkOverhead + bytes.readUInt32BE(offset);
  if (end > bytes.length) throw damaged('This PNG picture ends too early.');
  const body = bytes.subarray(offset + 4, end - 4);
  if (crc32(body) !== bytes.readUInt32BE(end - 4)) throw damaged('This PNG picture is damaged: a checksum in it is wrong.');
  return { type: body.toString('latin1', 0, 4), data: body.subarray(4), bytes: bytes.subarray(offset, end) };
}

function keywordOf(chunk: Chunk): string {
  const end = chunk.data.indexOf(0);
  if (end < 0) throw damaged('A text in this PNG picture has no name.');
  return chunk.data.toString('latin1', 0, end);
}

type DecodedText = { readonly keyword: string; readonly value: string; readonly unpacked: number };

/** @param budget how many bytes a compressed text may unpack to */
function decodeText(chunk: Chunk, budget: number): DecodedText {
  const keyword = keywordOf(chunk);
  const body = chunk.data.subarray(Buffer.byteLength(keyword, 'latin1') + 1);
  switch (chunk.type) {
    case 'tEXt':
      return { keyword, value: body.toString('latin1'), unpacked: 0 };
    case 'zTXt': {
      const unpacked = unpack(body.subarray(1), body[0], budget);
      return { keyword, value: unpacked.toString('latin1'), unpacked: unpacked.length };
    }
    default:
      return decodeInternationalText(keyword, body, budget);
  }
}

/** iTXt after its keyword: compression flag, method, language tag, NUL, translated keyword, NUL, UTF-8 text. */
function decodeInternationalText(keyword: string, body: Buffer, budget: number): DecodedText {
  const language = body.indexOf(0, 2);
  const translated = language < 0 ? -1 : body.indexOf(0, language + 1);
  if (translated < 0) throw damaged('A text in this PNG picture is cut off.');
  const text = body.subarray(translated + 1);
  if (body[0] === 0) return { keyword, value: text.toString('utf8'), unpacked: 0 };
  const unpacked = unpack(text, body[1], budget);
  return { keyword, value: unpacked.toString('utf8'), unpacked: unpacked.length };
}

function unpack(data: Buffer, method: number | undefined, budget: number): Buffer {
  if (method !== 0) throw damaged('A text in this PNG picture is compressed in an unknown way.');
  try {
    return inflateSync(data, { maxOutputLength: Math.max(budget, 1) });
  } catch (error) {
    if (error instanceof RangeError) throw damaged('The texts in this PNG picture are too large to be read.', error);
    throw damaged('A compressed text in this PNG picture is damaged.', error);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(what: string, cause?: unknown): ProblemError {
  return new ProblemError(
    { what, fix: 'Take the original file: a copy that was changed or cut off on its way often has lost this.' },
    { cause },
  );
}
