import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calls, events } from '../../electron/bridge/contract.ts';

type Texts = { readonly [key: string]: string | Texts };

function read(language: string): Texts {
  return JSON.parse(readFileSync(`renderer/i18n/${language}.json`, 'utf8'));
}

function flat(texts: Texts, path: readonly string[] = []): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[[...path, key].join('.'), value]] : flat(value, [...path, key]),
  );
}

/** `x_one` and `x_other` are both `x`. */
function base(key: string): string {
  return key.replace(/_(one|other)$/, '');
}

const english = new Map(flat(read('en')));
const chinese = new Map(flat(read('zh')));
const known = new Set([...english.keys()].map(base));
const namespaces = new Set(Object.keys(read('en')));
const sources = globSync('renderer/**/*.{ts,tsx}', { exclude: ['**/*.test.ts'] }).map((path) => readFileSync(path, 'utf8'));

/** Keys as they stand in the sources, and the beginnings of those that are put together from parts. */
const mentioned = sources.flatMap((source) => [...source.matchAll(/['"`]([a-zA-Z]+(?:\.[a-zA-Z0-9-]+)*\.?)(['"`]|\$\{)/g)]);
const whole = new Set(mentioned.filter(([, , end]) => end !== '${').map(([, key = '']) => key));
const beginnings = new Set(mentioned.filter(([, key = '', end]) => end === '${' && key.endsWith('.')).map(([, key = '']) => key));

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{\w+\}\}/g)].map(([found]) => found).toSorted();
}

describe('the texts', () => {
  it('are there in both languages', () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  it('are not empty, and have the same gaps in both languages', () => {
    for (const [key, text] of english) {
      expect(text, key).not.toBe('');
      expect(chinese.get(key), key).not.toBe('');
      expect(placeholders(chinese.get(key) ?? ''), key).toEqual(placeholders(text));
    }
  });

  it('are Chinese in Chinese', () => {
    const latin = [...chinese].filter(([key, text]) => !/\p{Script=Han}/u.test(text) && english.get(key) !== text);
    expect(latin).toEqual([]);
  });

  it('are all used', () => {
    const unused = [...known].filter((key) => !whole.has(key) && ![...beginnings].some((start) => key.startsWith(start)));
    expect(unused).toEqual([]);
  });

  it('are there for every key that is used', () => {
    const asked = sources.flatMap((source) => [...source.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, key = '']) => key));
    // Calls and events of the bridge look the same.
    const isBridge = (key: string) => Object.hasOwn(calls, key) || Object.hasOwn(events, key);
    const titles = [...whole].filter((key) => key.includes('.') && namespaces.has(key.split('.')[0] ?? '') && !isBridge(key));
    expect([...asked, ...titles].filter((key) => !known.has(key))).toEqual([]);
  });
});
