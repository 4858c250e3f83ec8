import { isKind, stand } from './globals.ts';
import { PickleMachine, type PickleOptions, plainInteger } from './pickle-machine.ts';
import type { TorchDict, TorchList, TorchValue } from './values.ts';

/**
 * Reads one pickle (Python's protocols 0 to 5) as data, and where it ends. A pickle is a program for a small stack machine whose
 * commands can call any function of Python; here nothing is called, and a file that mentions anything but tensors and what holds
 * them is refused with a ProblemError that says what it asks for.
 */
export function readPickle(bytes: Buffer, options: PickleOptions): { readonly value: TorchValue; readonly end: number } {
  const machine = new PickleMachine(bytes, options);
  for (;;) {
    const opcode = machine.byte();
    if (opcode === stop) return { value: machine.pop(), end: machine.position };
    const command = commands.get(opcode);
    if (command === undefined) throw machine.unreadable();
    command(machine);
  }
}

function list(items: TorchValue[]): TorchList {
  return { kind: 'list', items };
}

function listOn(machine: PickleMachine): TorchList {
  const target = machine.top();
  if (!isKind(target, 'list')) throw machine.unreadable();
  return target;
}

/** Puts keys and values, in turn, into a dictionary; what is no dictionary (an object that Weft does not know) stays as it is. */
function setItems(machine: PickleMachine, target: TorchValue, items: readonly TorchValue[]): void {
  if (items.length % 2 !== 0) throw machine.unreadable();
  if (!isKind(target, 'dict')) return;
  for (let at = 0; at < items.length; at += 2) {
    const key = items[at];
    if (typeof key === 'string' || typeof key === 'number') target.entries.set(key, items[at + 1]);
  }
}

function dict(machine: PickleMachine, items: readonly TorchValue[]): TorchDict {
  const made: TorchDict = { kind: 'dict', entries: new Map() };
  setItems(machine, made, items);
  return made;
}

function call(machine: PickleMachine, args: TorchValue): void {
  const called = machine.pop();
  if (!isKind(called, 'global') || !isKind(args, 'list')) throw machine.unreadable();
  machine.push(stand(called, args.items, machine.fileName));
}

/** The state of an object: a ParameterDict keeps its vectors there. An ordered dictionary's says nothing about its entries. */
function build(machine: PickleMachine): void {
  const state = machine.pop();
  const target = machine.top();
  const parameters = isKind(state, 'dict') ? state.entries.get('_parameters') : undefined;
  if (isKind(target, 'dict') && isKind(parameters, 'dict')) for (const [key, value] of parameters.entries) target.entries.set(key, value);
}

function textInt(machine: PickleMachine): TorchValue {
  const text = machine.line().replace(/L$/, '');
  if (!/^-?\d{1,40}$/.test(text)) throw machine.unreadable();
  return text === '00' ? false : text === '01' ? true : plainInteger(BigInt(text));
}

/** The text of a quoted string of protocol 0; escapes occur in none that matters here and stay as they are. */
function quoted(machine: PickleMachine): string {
  return machine.line().replace(/^(['"])(.*)\1$/s, '$2');
}

const bytesObject: TorchValue = { kind: 'object', name: 'builtins.bytes' };

function skip(machine: PickleMachine, length: number): TorchValue {
  machine.take(length);
  return bytesObject;
}

const stop = 0x2e;

const pushers: readonly [opcode: number | string, make: (machine: PickleMachine) => TorchValue][] = [
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

const doers: readonly [opcode: number | string, act: (machine: PickleMachine) => void][] = [
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

function appendTo(machine: PickleMachine, items: readonly TorchValue[]): void {
  const { items: target } = listOn(machine);
  for (const item of items) target.push(item);
}

function setTop(machine: PickleMachine, items: readonly TorchValue[]): void {
  setItems(machine, machine.top(), items);
}

function stackGlobal(machine: PickleMachine): void {
  const [module, name] = machine.popMany(2);
  if (typeof module !== 'string' || typeof name !== 'string') throw machine.unreadable();
  machine.global(module, name);
}

function placeOf(machine: PickleMachine): number {
  return Number(machine.line());
}

function code(opcode: number | string): number {
  return typeof opcode === 'number' ? opcode : opcode.charCodeAt(0);
}

/** What each command does, by its byte. What can only call things (INST, OBJ, extensions) is not there. */
const commands: ReadonlyMap<number, (machine: PickleMachine) => void> = new Map([
  ...doers.map(([opcode, act]) => [code(opcode), act] as const),
  ...pushers.map(([opcode, make]) => [code(opcode), (machine: PickleMachine) => machine.push(make(machine))] as const),
]);
