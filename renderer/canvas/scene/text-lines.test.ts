import { describe, expect, it } from 'vitest';
import { breakLines, countLines } from './text-lines.ts';

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

it('breaks lines where it counts them', () => {
  expect(breakLines('one two three\nfour', 10, measure)).toEqual(['one two ', 'three', 'four']);
  expect(breakLines('', 10, measure)).toEqual(['']);
});
