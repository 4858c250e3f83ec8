import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeWeight } from './weights.ts';

/** `|` marks the ends of the selection, or the caret where there is only one. */
function press(marked: string, by: number): string {
  const start = marked.indexOf('|');
  const plain = marked.replaceAll('|', '');
  const last = marked.lastIndexOf('|');
  const result = changeWeight(plain, { start, end: last === start ? start : last - 1 }, by);
  return `${result.text.slice(0, result.start)}|${result.text.slice(result.start, result.end)}|${result.text.slice(result.end)}`;
}

describe('changeWeight', () => {
  it('weighs the selection', () => {
    expect(press('a |sunset over| the sea', 0.05)).toBe('a (|sunset over|:1.05) the sea');
  });
  it('weighs the word at the caret', () => {
    expect(press('a sun|set, sea', -0.05)).toBe('a (|sunset|:0.95), sea');
  });
  it('goes on from the weight that is there', () => {
    expect(press('a (|sunset|:1.2)', 0.05)).toBe('a (|sunset|:1.25)');
    expect(press('a |(sunset:1.2)|', -0.1)).toBe('a (|sunset|:1.1)');
  });
  it('takes the brackets away at 1', () => {
    expect(press('a (|sunset|:1.05) sea', -0.05)).toBe('a |sunset| sea');
  });
  it('leaves spaces outside', () => {
    expect(press('a| sunset |sea', 0.05)).toBe('a (|sunset|:1.05) sea');
  });
  it('changes nothing where no word is', () => {
    expect(press('a, | ,b', 0.05)).toBe('a, || ,b');
  });
  it('up and down bring the text back', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,4}$/), fc.integer({ min: 1, max: 12 }), (text, presses) => {
        let state = { text, start: 0, end: text.length };
        for (let i = 0; i < presses; i++) state = changeWeight(state.text, state, 0.05);
        for (let i = 0; i < presses; i++) state = changeWeight(state.text, state, -0.05);
        expect(state).toEqual({ text, start: 0, end: text.length });
      }),
    );
  });
});
