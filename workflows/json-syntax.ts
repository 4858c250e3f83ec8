/** Where JSON stops being JSON, for people: JSON.parse itself often doesn't say. */
export type SyntaxFault = {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units as editors do. */
  readonly column: number;
  readonly found: string;
  readonly expected: string;
  readonly hint?: string;
};

type State = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma or ]' | 'comma or }' | 'end';

const expectations: Readonly<Record<State, string>> = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  name: 'a name in double quotes',
  'name or }': 'a name in double quotes or "}"',
  colon: '":"',
  'comma or ]': '"," or "]"',
  'comma or }': '"," or "}"',
  end: 'the end of the file',
};

/** Finds the first syntax error of a JSON text (RFC 8259); undefined if there is none. */
export function findSyntaxError(text: string): SyntaxFault | undefined {
  const closers: ('}' | ']')[] = [];
  let state: State = 'value';
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    const next: State | undefined = token.kind === 'bad' ? undefined : step(state, token.kind, closers);
    if (next === undefined) return fault(text, at + (token.kind === 'bad' ? token.badAt : 0), state);
    state = next;
    at = skipSpace(text, at + token.length);
  }
  return state === 'end' ? undefined : fault(text, text.length, state);
}

type Token =
  | { readonly kind: '{' | '}' | '[' | ']' | ':' | ',' | 'string' | 'scalar'; readonly length: number }
  /** `badAt`: how far into the token the fault lies. */
  | { readonly kind: 'bad'; readonly length: number; readonly badAt: number };

/** The state after a token, undefined where the token may not stand. Opens and closes brackets on `closers`. */
function step(state: State, kind: Exclude<Token['kind'], 'bad'>, closers: ('}' | ']')[]): State | undefined {
  const wantsValue = state === 'value' || state === 'value or ]';
  const wantsName = state === 'name' || state === 'name or }';
  switch (kind) {
    case '{':
      if (!wantsValue) return undefined;
      closers.push('}');
      return 'name or }';
    case '[':
      if (!wantsValue) return undefined;
      closers.push(']');
      return 'value or ]';
    case '}':
    case ']':
      if (!state.endsWith(`or ${kind}`)) return undefined;
      closers.pop();
      return afterValue(closers);
    case ':':
      return state === 'colon' ? 'value' : undefined;
    case ',':
      if (state === 'comma or ]') return 'value';
      return state === 'comma or }' ? 'name' : undefined;
    case 'string':
      if (wantsName) return 'colon';
      return wantsValue ? afterValue(closers) : undefined;
    case 'scalar':
      return wantsValue ? afterValue(closers) : undefined;
  }
}

function afterValue(closers: readonly ('}' | ']')[]): State {
  const closer = closers.at(-1);
  return closer === undefined ? 'end' : `comma or ${closer}`;
}

function tokenAt(text: string, at: number): Token {
  const first = text[at];
  switch (first) {
    case '{':
    case '}':
    case '[':
    case ']':
    case ':':
    case ',':
      return { kind: first, length: 1 };
    case '"':
      return stringAt(text, at);
  }
  const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
  scalar.lastIndex = at;
  const length = scalar.exec(text)?.[0].length;
  return length === undefined ? { kind: 'bad', length: 1, badAt: 0 } : { kind: 'scalar', length };
}

function stringAt(text: string, start: number): Token {
  const escaped = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
  let at = start + 1;
  while (at < text.length && text[at] !== '"' && text[at] >= ' ') {
    if (text[at] === '\\') {
      escaped.lastIndex = at;
      if (!escaped.test(text)) break;
      at = escaped.lastIndex;
    } else at++;
  }
  return text[at] === '"' ? { kind: 'string', length: at + 1 - start } : { kind: 'bad', length: 1, badAt: at - start };
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return at;
}

function fault(text: string, offset: number, state: State): SyntaxFault {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    line: before.split('\n').length,
    column: offset - lineStart + 1,
    found: describe(text, offset),
    expected: expectations[state],
    hint: hintFor(before, text[offset], state),
  };
}

function describe(text: string, offset: number): string {
  const unit = text.codePointAt(offset);
  if (unit === undefined) return 'the end of the file';
  if (unit === 10 || unit === 13) return 'the end of the line';
  return JSON.stringify(String.fromCodePoint(unit));
}

function hintFor(before: string, found: string | undefined, state: State): string | undefined {
  if (found === undefined) return 'The file was cut off: take a whole copy.';
  if ((found === '}' || found === ']') && before.trimEnd().endsWith(',')) return 'Delete the comma before it.';
  if (found === "'") return 'JSON takes double quotes only.';
  if (found === '/' || found === '#') return 'JSON has no comments: delete it.';
  if (found === '"' && state.startsWith('comma')) return 'Put a comma before it.';
  return undefined;
}
