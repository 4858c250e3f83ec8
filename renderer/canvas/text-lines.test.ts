import { describe, expect, it } from 'vitest';
import { countLines } from './text-lines.ts';

const measure = (text: string) => text.length;

describe('countLines', () => {
  it.each([
    ['', 1],
    ['one', 1],
    ['one two', 1],
    ['one two three', 2],
    ['one\ntwo', 2],
    ['abcdefghijklmnopqrstuvwxyz', 3],
    ['one two three four five six', 3],
    ['一二三四五六七八九十甲乙', 2],
  ])('%j takes %i', (text, lines) => expect(countLines(text, 10, measure)).toBe(lines));
});
