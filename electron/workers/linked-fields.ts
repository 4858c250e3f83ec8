import { type InputSpec, maxSeed } from '../../nodes/define.ts';
import { ProblemError } from '../../nodes/problem.ts';

/**
 * The value of an input as `run` takes it: an integer in a seed is a bigint, other numbers are numbers. Values of
 * links are known only now, so their types and ranges are checked here, with a ProblemError that names the input.
 */
export function fieldValue(name: string, spec: InputSpec, value: unknown): unknown {
  switch (spec.kind) {
    case 'socket':
      return spec.type === 'FLOAT' && typeof value === 'bigint' ? Number(value) : value;
    case 'int':
    case 'float':
      return numberInRange(name, spec, value);
    case 'seed':
      return seedValue(name, value);
    case 'boolean':
      return checked(name, value, typeof value === 'boolean', 'true or false');
    case 'combo':
      return checked(name, value, typeof value === 'string' && spec.options.includes(value), `one of ${spec.options.join(', ')}`);
    case 'text':
    case 'file':
      return checked(name, value, typeof value === 'string', 'text');
  }
}

function numberInRange(name: string, spec: Extract<InputSpec, { kind: 'int' | 'float' }>, value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  const isOfKind = spec.kind === 'int' ? Number.isInteger(number) : Number.isFinite(number);
  const noun = spec.kind === 'int' ? 'a whole number' : 'a number';
  if (typeof number !== 'number' || !isOfKind || number < spec.min || number > spec.max) {
    throw wrongValue(name, value, `${noun} from ${spec.min} to ${spec.max}`);
  }
  return number;
}

function seedValue(name: string, value: unknown): bigint {
  const seed = typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
  if (typeof seed !== 'bigint' || seed < 0n || seed > maxSeed) throw wrongValue(name, value, `a whole number from 0 to ${maxSeed}`);
  return seed;
}

function checked<T>(name: string, value: T, right: boolean, takes: string): T {
  if (!right) throw wrongValue(name, value, takes);
  return value;
}

function wrongValue(name: string, value: unknown, takes: string): ProblemError {
  const shown = typeof value === 'string' ? `"${value.slice(0, 100)}"` : String(value);
  return new ProblemError({
    input: name,
    what: `The input ${name} got ${shown} from the node that it is linked to, but it takes ${takes}.`,
    fix: `Change that node, or remove the link and set ${name} in the node itself.`,
  });
}
