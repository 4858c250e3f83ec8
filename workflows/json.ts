import { ProblemError } from '../nodes/problem.ts';
import { findSyntaxError } from './json-syntax.ts';

// In Node since version 21, not yet in TypeScript's library: https://github.com/tc39/proposal-json-parse-with-source
declare global {
  interface JSON {
    parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
    rawJSON(text: string): unknown;
  }
}

/** Deeper nesting than this is refused, so that nothing that walks the value can exhaust the stack. */
const maxDepth = 200;

/**
 * Parses JSON so that nothing is lost: whole numbers beyond 2^53 - 1 become bigints.
 *
 * Throws a ProblemError for a syntax error (with line and column), for nesting deeper than 200, for numbers that no
 * double can hold, and for a key named `__proto__`, which could change what other objects are.
 */
export function parseJson(text: string): unknown {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  checkDepth(source);
  try {
    return JSON.parse(source, revive);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw syntaxProblem(source, error);
  }
}

/**
 * The inverse of parseJson: bigints are written as plain integers, numbers beyond 2^53 - 1 with an exponent, so that
 * each reads back as what it was. `indent` is the number of spaces a level.
 */
export function stringifyJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, writeNumber, indent);
}

function revive(key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (key === '__proto__') {
    throw new ProblemError({
      what: 'This JSON has a key named "__proto__", which is refused for safety.',
      fix: 'Rename or delete that key.',
    });
  }
  return typeof value === 'number' && !Number.isSafeInteger(value) ? exactNumber(value, context.source ?? '') : value;
}

function exactNumber(value: number, source: string): number | bigint {
  if (!Number.isFinite(value)) {
    throw new ProblemError({ what: `The number ${shorten(source)} in this JSON is too large.`, fix: 'Write a smaller number.' });
  }
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function writeNumber(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return JSON.rawJSON(value.toString());
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return JSON.rawJSON((value as number).toExponential());
  return value;
}

/** Counts brackets outside strings; a JSON error that makes the count wrong is for the parser to report. */
function checkDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (inString) {
      if (unit === '\\') at++;
      else if (unit === '"') inString = false;
    } else if (unit === '"') inString = true;
    else if (unit === '{' || unit === '[') depth++;
    else if (unit === '}' || unit === ']') depth--;
    if (depth > maxDepth) {
      throw new ProblemError({
        what: `This JSON is nested more than ${maxDepth} levels deep.`,
        fix: 'Take a file that a program of this kind has written.',
      });
    }
  }
}

function syntaxProblem(text: string, cause: SyntaxError): ProblemError {
  const found = findSyntaxError(text);
  const what =
    found === undefined
      ? `This is not valid JSON: ${cause.message}.`
      : `This is not valid JSON: line ${found.line}, column ${found.column} has ${found.found} where ${found.expected} is expected.`;
  return new ProblemError(
    { what, fix: found?.hint ?? 'Mend that place in a text editor, or take an unchanged copy of the file.' },
    { cause },
  );
}

function shorten(text: string): string {
  return text.length > 24 ? `${text.slice(0, 20)}...` : text;
}
