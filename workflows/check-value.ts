import { type InputSpec, maxSeed } from '../nodes/define.ts';
import type { Problem } from '../nodes/problem.ts';
import type { FieldValue } from './graph.ts';
import { nearest } from './nearest.ts';

/** Choices up to this many are all named in an error. */
const fewOptions = 12;

type Fault = Pick<Problem, 'what' | 'fix'>;
type FieldSpec = Exclude<InputSpec, { kind: 'socket' }>;

/** What is wrong with a value for a field (of that name, for the sentence); undefined if it is right. Files are not looked up. */
export function checkValue(name: string, spec: FieldSpec, value: FieldValue): Fault | undefined {
  switch (spec.kind) {
    case 'int':
      return isWhole(value)
        ? checkRange(name, value, spec, 'a whole number')
        : wrongType(name, value, `a whole number from ${spec.min} to ${spec.max}`);
    case 'seed':
      return isWhole(value)
        ? checkRange(name, value, { min: 0, max: maxSeed }, 'a whole number')
        : wrongType(name, value, `a whole number from 0 to ${maxSeed}`);
    case 'float':
      return isNumber(value)
        ? checkRange(name, value, spec, 'a number')
        : wrongType(name, value, `a number from ${spec.min} to ${spec.max}`);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrongType(name, value, 'true or false');
    case 'text':
      return typeof value === 'string' ? undefined : wrongType(name, value, 'a text in double quotes');
    case 'file':
      if (typeof value !== 'string') return wrongType(name, value, 'the name of a file in double quotes');
      return value === '' ? { what: `${name} names no file.`, fix: 'Choose a file.' } : undefined;
    case 'combo':
      if (typeof value !== 'string') return wrongType(name, value, `one of its choices. ${listOptions(spec.options)}`);
      return spec.options.includes(value) ? undefined : unknownOption(name, value, spec.options);
  }
}

function isNumber(value: FieldValue): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
}

function isWhole(value: FieldValue): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value);
}

type Range = { readonly min: number; readonly max: number | bigint };

function checkRange(name: string, value: number | bigint, { min, max }: Range, kind: string): Fault | undefined {
  if (value >= min && value <= max) return undefined;
  return { what: `${name} is ${value}, which is too ${value < min ? 'small' : 'large'}.`, fix: `Set it to ${kind} from ${min} to ${max}.` };
}

function wrongType(name: string, value: FieldValue, right: string): Fault {
  return { what: `${name} is ${describeValue(value)}.`, fix: `Set it to ${right.endsWith('.') ? right : `${right}.`}` };
}

function unknownOption(name: string, value: string, options: readonly string[]): Fault {
  const [guess] = nearest(value, options);
  const suggestion = guess === undefined ? '' : `Did you mean ${quote(guess)}? `;
  return { what: `${name} is ${quote(value)}, which is not one of its choices.`, fix: `${suggestion}${listOptions(options)}` };
}

function listOptions(options: readonly string[]): string {
  if (options.length <= fewOptions) return `The choices are ${options.map(quote).join(', ')}.`;
  return `There are ${options.length} choices, such as ${options.slice(0, 3).map(quote).join(', ')}.`;
}

function describeValue(value: FieldValue): string {
  return typeof value === 'string' ? `the text ${quote(value)}` : String(value);
}

/** In double quotes, cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
