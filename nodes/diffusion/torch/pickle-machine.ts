import { ProblemError } from '../../problem.ts';
import { damaged } from '../tensor-file.ts';
import { isKind, knownGlobal } from './globals.ts';
import type { TorchGlobal, TorchStorage, TorchValue } from './values.ts';

/** Finds the bytes of the storage that a persistent id names: its type, its key, and how many elements it has. */
export type FindStorage = (type: TorchGlobal, key: string, count: number) => TorchStorage;

export type PickleOptions = {
  /** Where in `bytes` the pickle begins. */
  readonly start: number;
  readonly find: FindStorage;
  readonly fileName: string;
};

/** The most values that a pickle may make; those of real files make a few hundred thousand. */
const mostValues = 2_000_000;
/** The most bytes of an integer: beyond it nothing but an attack is to be expected. */
const mostIntegerBytes = 64;

/**
 * What a pickle's commands work on: its bytes from where they are read, a stack with marks, and a memo of numbered values. Everything
 * is counted, and whatever does not add up is a ProblemError.
 */
export class PickleMachine {
  readonly fileName: string;
  readonly #bytes: Buffer;
  readonly #find: FindStorage;
  readonly #stack: TorchValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, TorchValue>();
  #at: number;
  #made = 0;

  constructor(bytes: Buffer, { start, find, fileName }: PickleOptions) {
    this.#bytes = bytes;
    this.#at = start;
    this.#find = find;
    this.fileName = fileName;
  }

  get position(): number {
    return this.#at;
  }

  unreadable(): ProblemError {
    return damaged(this.fileName, 'its list of tensors cannot be read');
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (!(length >= 0 && end <= this.#bytes.length)) throw this.unreadable();
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  byte(): number {
    return this.take(1)[0];
  }

  uint(size: 1 | 2 | 4): number {
    return this.take(size).readUIntLE(0, size);
  }

  /** A length of 8 bytes; longer than the file where it is beyond 2^53. */
  length8(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  /** A two's complement integer of any length. */
  long(length: number): number | bigint {
    if (length > mostIntegerBytes) throw this.unreadable();
    const bytes = this.take(length);
    const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return plainInteger(BigInt.asIntN(8 * length, value));
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1) throw this.unreadable();
    return this.take(end + 1 - this.#at)
      .toString('utf8')
      .slice(0, -1);
  }

  push(value: TorchValue): void {
    this.#made += 1;
    if (this.#made > mostValues) throw this.unreadable();
    this.#stack.push(value);
  }

  pop(): TorchValue {
    const value = this.#stack.length > (this.#marks.at(-1) ?? 0) ? this.#stack.pop() : undefined;
    if (value === undefined) throw this.unreadable();
    return value;
  }

  top(): TorchValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.unreadable();
    return value;
  }

  mark(): void {
    if (this.#marks.length >= mostValues) throw this.unreadable();
    this.#marks.push(this.#stack.length);
  }

  popToMark(): TorchValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.unreadable();
    return this.#stack.splice(mark);
  }

  /** The `count` values on top, the topmost last. */
  popMany(count: number): TorchValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  remember(place: number, value: TorchValue): void {
    if (this.#memo.size >= mostValues) throw this.unreadable();
    this.#memo.set(place, value);
  }

  rememberNext(): void {
    this.remember(this.#memo.size, this.top());
  }

  recall(place: number): void {
    const value = this.#memo.get(place);
    if (value === undefined) throw this.unreadable();
    this.push(value);
  }

  global(module: string, name: string): void {
    const global = knownGlobal(module, name);
    if (global === undefined) throw asksFor(this.fileName, `${module}.${name}`);
    this.push(global);
  }

  /** A persistent id of PyTorch: ('storage', type, key, place, count of elements[, part of another storage]). */
  storage(id: TorchValue): void {
    if (!isKind(id, 'list')) throw this.unreadable();
    const [word, type, key, , count, part] = id.items;
    if (word !== 'storage' || !isKind(type, 'global') || type.role.makes !== 'storage') throw this.unreadable();
    if (typeof key !== 'string' || typeof count !== 'number' || (part ?? null) !== null) throw this.unreadable();
    this.push(this.#find(type, key, count));
  }
}

function asksFor(fileName: string, name: string): ProblemError {
  const shown = name.length > 120 ? `${name.slice(0, 120)}...` : name;
  return new ProblemError({
    what: `The file "${fileName}" asks to run "${shown}" when it is opened, which no model needs. Nothing was run.`,
    fix: 'Do not open this file in other programs. Look for the .safetensors version of the model.',
  });
}

/** Integers are numbers as far as they fit. */
export function plainInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
