import { ProblemError } from '../../problem.ts';
import { damaged } from '../tensor-file.ts';
import { isKind, knownGlobal, stand } from './globals.ts';
import type { TorchDict, TorchGlobal, TorchList, TorchStorage, TorchValue } from './values.ts';

/** Finds the bytes of the storage that a persistent id names: its type, its key, and how many elements it has. */
export type FindStorage = (type: TorchGlobal, key: string, count: number) => TorchStorage;

type Options = {
  /** Where in `bytes` the pickle begins. */
  readonly start: number;
  readonly find: FindStorage;
  readonly fileName: string;
};

/**
 * Reads one pickle (Python's protocols 0 to 5) as data, and where it ends. A pickle is a program for a small stack machine whose
 * commands can call any function of Python; here nothing is called, and a file that mentions anything but tensors and what holds
 * them is refused with a ProblemError that says what it asks for.
 */
export function readPickle(bytes: Buffer, options: Options): { readonly value: TorchValue; readonly end: number } {
  const machine = new Machine(bytes, options);
  for (;;) {
    const opcode = machine.byte();
    if (opcode === stop) return { value: machine.pop(), end: machine.position };
    const command = commands.get(opcode);
    if (command === undefined) throw machine.unreadable();
    command(machine);
  }
}

/** The most values that a pickle may make; those of real files make a few hundred thousand. */
const mostValues = 2_000_000;
/** The most bytes of an integer: beyond it nothing but an attack is to be expected. */
const mostIntegerBytes = 64;

class Machine {
  readonly fileName: string;
  readonly #bytes: Buffer;
  readonly #find: FindStorage;
  readonly #stack: TorchValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, TorchValue>();
  #at: number;
  #made = 0;

  constructor(bytes: Buffer, { start, find, fileName }: Options) {
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
    return plain(BigInt.asIntN(8 * length, value));
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
function plain(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function list(items: TorchValue[]): TorchList {
  return { kind: 'list', items };
}

function listOn(machine: Machine): TorchList {
  const target = machine.top();
  if (!isKind(target, 'list')) throw machine.unreadable();
  return target;
}

/** Puts keys and values, in turn, into a dictionary; what is no dictionary (an object that Weft does not know) stays as it is. */
function setItems(machine: Machine, target: TorchValue, items: readonly TorchValue[]): void {
  if (items.length % 2 !== 0) throw machine.unreadable();
  if (!isKind(target, 'dict')) return;
  for (let at = 0; at < items.length; at += 2) {
    const key = items[at];
    if (typeof key === 'string' || typeof key === 'number') target.entries.set(key, items[at + 1]);
  }
}

function dict(machine: Machine, items: readonly TorchValue[]): TorchDict {
  const made: TorchDict = { kind: 'dict', entries: new Map() };
  setItems(machine, made, items);
  return made;
}

function call(machine: Machine, args: TorchValue): void {
  const called = machine.pop();
  if (!isKind(called, 'global') || !isKind(args, 'list')) throw machine.unreadable();
  machine.push(stand(called, args.items, machine.fileName));
}

/** The state of an object: a ParameterDict keeps its vectors there. An ordered dictionary's says nothing about its entries. */
function build(machine: Machine): void {
  const state = machine.pop();
  const target = machine.top();
  const parameters = isKind(state, 'dict') ? state.entries.get('_parameters') : undefined;
  if (isKind(target, 'dict') && isKind(parameters, 'dict')) for (const [key, value] of parameters.entries) target.entries.set(key, value);
}

function textInt(machine: Machine): TorchValue {
  const text = machine.line().replace(/L$/, '');
  if (!/^-?\d{1,40}$/.test(text)) throw machine.unreadable();
  return text === '00' ? false : text === '01' ? true : plain(BigInt(text));
}

/** The text of a quoted string of protocol 0; escapes occur in none that matters here and stay as they are. */
function quoted(machine: Machine): string {
  return machine.line().replace(/^(['"])(.*)\1$/s, '$2');
}

const bytesObject: TorchValue = { kind: 'object', name: 'builtins.bytes' };

function skip(machine: Machine, length: number): TorchValue {
  machine.take(length);
  return bytesObject;
}

const stop = 0x2e;

const pushers: readonly [opcode: number | string, make: (machine: Machine) => TorchValue][] = [
  ['N', () => null],
  [0x88, () => true],
  [0x89, () => false],
  ['I', textInt],
  ['L', textInt],
  ['J', (m) => m.take(4).readInt32LE()],
  ['K', (m) => m.uint(1)],
  ['M', (m) => m.uint(2)],
  [0x8a, (m) => m.long(m.uint(1))],
  [0x8b, (m) => m.long(m.uint(4))],
  ['F', (m) => Number(m.line())],
  ['G', (m) => m.take(8).readDoubleBE()],
  ['S', quoted],
  ['T', (m) => m.take(m.uint(4)).toString('latin1')],
  ['U', (m) => m.take(m.uint(1)).toString('latin1')],
  ['V', (m) => m.line()],
  ['X', (m) => m.take(m.uint(4)).toString('utf8')],
  [0x8c, (m) => m.take(m.uint(1)).toString('utf8')],
  [0x8d, (m) => m.take(m.length8()).toString('utf8')],
  ['B', (m) => skip(m, m.uint(4))],
  ['C', (m) => skip(m, m.uint(1))],
  [0x8e, (m) => skip(m, m.length8())],
  [0x96, (m) => skip(m, m.length8())],
  [']', () => list([])],
  [')', () => list([])],
  [0x8f, () => list([])],
  ['}', () => ({ kind: 'dict', entries: new Map() })],
  ['l', (m) => list(m.popToMark())],
  ['t', (m) => list(m.popToMark())],
  [0x91, (m) => list(m.popToMark())],
  [0x85, (m) => list(m.popMany(1))],
  [0x86, (m) => list(m.popMany(2))],
  [0x87, (m) => list(m.popMany(3))],
  ['d', (m) => dict(m, m.popToMark())],
  ['2', (m) => m.top()],
];

const doers: readonly [opcode: number | string, act: (machine: Machine) => void][] = [
  [0x80, (m) => m.take(1)],
  [0x95, (m) => m.take(8)],
  ['(', (m) => m.mark()],
  ['0', (m) => m.pop()],
  ['1', (m) => m.popToMark()],
  ['a', (m) => appendTo(m, [m.pop()])],
  ['e', (m) => appendTo(m, m.popToMark())],
  [0x90, (m) => appendTo(m, m.popToMark())],
  ['s', (m) => setTop(m, m.popMany(2))],
  ['u', (m) => setTop(m, m.popToMark())],
  ['c', (m) => m.global(m.line(), m.line())],
  [0x93, stackGlobal],
  ['R', (m) => call(m, m.pop())],
  [0x81, (m) => call(m, m.pop())],
  ['b', build],
  ['p', (m) => m.remember(placeOf(m), m.top())],
  ['q', (m) => m.remember(m.uint(1), m.top())],
  ['r', (m) => m.remember(m.uint(4), m.top())],
  [0x94, (m) => m.rememberNext()],
  ['g', (m) => m.recall(placeOf(m))],
  ['h', (m) => m.recall(m.uint(1))],
  ['j', (m) => m.recall(m.uint(4))],
  ['Q', (m) => m.storage(m.pop())],
];

function appendTo(machine: Machine, items: readonly TorchValue[]): void {
  const { items: target } = listOn(machine);
  for (const item of items) target.push(item);
}

function setTop(machine: Machine, items: readonly TorchValue[]): void {
  setItems(machine, machine.top(), items);
}

function stackGlobal(machine: Machine): void {
  const [module, name] = machine.popMany(2);
  if (typeof module !== 'string' || typeof name !== 'string') throw machine.unreadable();
  machine.global(module, name);
}

function placeOf(machine: Machine): number {
  return Number(machine.line());
}

function code(opcode: number | string): number {
  return typeof opcode === 'number' ? opcode : opcode.charCodeAt(0);
}

/** What each command does, by its byte. What can only call things (INST, OBJ, extensions) is not there. */
const commands: ReadonlyMap<number, (machine: Machine) => void> = new Map([
  ...doers.map(([opcode, act]) => [code(opcode), act] as const),
  ...pushers.map(([opcode, make]) => [code(opcode), (machine: Machine) => machine.push(make(machine))] as const),
]);
