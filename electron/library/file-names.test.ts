import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRelativeName, freeName, isPortableName, nameFor } from './file-names.ts';

describe('nameFor', () => {
  it.each([
    ['My workflow', 'My workflow'],
    ['a/b\\c:d*e?f"g<h>i|j', 'a b c d e f g h i j'],
    ['  ..hidden. . ', 'hidden'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['com\u00b9', '_com\u00b9'],
    ['console', 'console'],
    ['\u0000\n\t', 'otherwise'],
    ['', 'otherwise'],
    ['\ud800', 'otherwise'],
    ['Cafe\u0301', 'Caf\u00e9'],
    ['\u56fe\u50cf \u{1f308}', '\u56fe\u50cf \u{1f308}'],
    ['../../etc/passwd', 'etc passwd'],
  ])('makes %j into %j', (words, name) => {
    expect(nameFor(words, 'otherwise')).toBe(name);
  });

  it('makes a name of every text that every file system takes, and that stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (words) => {
        const name = nameFor(words, 'otherwise');
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(180);
        expect(name).not.toMatch(/[<>:"/\\|?*\p{Cc}]|^[. ]|[. ]$/u);
        expect(isPortableName(name)).toBe(true);
        checkRelativeName(name);
      }),
    );
  });
});

describe('checkRelativeName', () => {
  it.each(['a.json', 'folder/a.json', '\u56fe.json', 'a (2).weft.json'])('takes %j', (file) => checkRelativeName(file));

  it.each(['', '/a', '../a', 'a/../b', 'a//b', './a', '.hidden', 'a\\b', 'c:a', 'a\0', 'a/', 'NUL', 'x/aux.json', 'a.', 'a '])(
    'refuses %j',
    (file) => {
      expect(() => checkRelativeName(file)).toThrow('cannot be the name');
    },
  );
});

describe('freeName', () => {
  it('counts from 2 until a name is free', async () => {
    const taken = new Set(['a', 'a (2)']);
    expect(await freeName('a', async (name) => taken.has(name))).toBe('a (3)');
    expect(await freeName('b', async (name) => taken.has(name))).toBe('b');
  });
});
