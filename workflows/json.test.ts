import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../nodes/problem.ts';
import { parseJson, stringifyJson } from './json.ts';
import { findSyntaxError } from './json-syntax.ts';

describe('parseJson', () => {
  it('keeps integers beyond 2^53 exact and leaves all others numbers', () => {
    expect(parseJson('[18446744073709551615, -9007199254740993, 9007199254740991, 1e20, 0.1, -0.0]')).toEqual([
      18446744073709551615n,
      -9007199254740993n,
      9007199254740991,
      1e20,
      0.1,
      -0,
    ]);
  });

  it('skips a byte order mark', () => {
    expect(parseJson('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  it.each([
    ['{"a": 1,\n  "b": }', 'line 2, column 8 has "}" where a value is expected'],
    ['{"a": 1,\n}', 'Delete the comma before it'],
    ['[1, 2', 'the end of the file where "," or "]" is expected. The file was cut off'],
    ["{'a': 1}", 'JSON takes double quotes only'],
    ['{"a": 1 "b": 2}', 'line 1, column 9 has "\\"" where "," or "}" is expected. Put a comma before it'],
    ['// note\n{}', 'JSON has no comments'],
    ['{"a": "x\n"}', 'line 1, column 9 has the end of the line'],
    ['[1] 2', 'column 5 has "2" where the end of the file is expected'],
    ['', 'the end of the file where a value is expected'],
    ['[01]', 'column 2'],
    ['["\\x"]', 'column 3 has "\\\\"'],
    ['[1}', 'column 3 has "}" where "," or "]" is expected'],
  ])('says where %j is wrong', (text, message) => {
    expect(() => parseJson(text)).toThrow(ProblemError);
    expect(() => parseJson(text)).toThrow(message);
  });

  it('refuses what could harm later: deep nesting, huge numbers, __proto__', () => {
    expect(() => parseJson('['.repeat(1e6))).toThrow(/nested/);
    expect(() => parseJson(`${'['.repeat(1e5)}${']'.repeat(1e5)}`)).toThrow(/nested/);
    expect(parseJson(`"${'['.repeat(1000)}"`)).toBe('['.repeat(1000));
    expect(parseJson(JSON.stringify(`"${'['.repeat(1000)}`))).toBe(`"${'['.repeat(1000)}`);
    expect(() => parseJson('[1e999]')).toThrow(/1e999.*too large/);
    expect(() => parseJson(`[${'9'.repeat(500)}]`)).toThrow(/too large/);
    expect(parseJson(`[0.${'1'.repeat(500)}]`)).toEqual([1 / 9]);
    expect(() => parseJson('{"a": {"__proto__": {"admin": true}}}')).toThrow(/__proto__/);
    expect(() => parseJson('{"\\u005f_proto__": 1}')).toThrow(/__proto__/);
  });
});

describe('stringifyJson', () => {
  it('reads back as the same value', () => {
    const big = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).filter((value) => !Number.isSafeInteger(Number(value)));
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, big, number, fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), tie('list'), tie('map')),
      list: fc.array(tie('tree')),
      map: fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        tie('tree'),
        { noNullPrototype: true },
      ),
    }));
    fc.assert(
      fc.property(tree, fc.nat(4), (value, indent) => {
        expect(parseJson(stringifyJson(value, indent))).toStrictEqual(value);
      }),
    );
  });
});

describe('findSyntaxError', () => {
  it('finds an error exactly where JSON.parse does not accept the text', () => {
    const fragment = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"', '1', '-', '0.5e3', 'true', 'nul', ' ', '\n', '\\u12', '\t');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(fragment).map((parts) => parts.join('')),
          fc.string(),
          fc.json(),
        ),
        (text) => {
          let valid = true;
          try {
            JSON.parse(text);
          } catch {
            valid = false;
          }
          expect(findSyntaxError(text) === undefined).toBe(valid);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
