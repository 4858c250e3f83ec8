import { expect, it } from 'vitest';
import { tableText } from './table-text.ts';

it('shows shares in per cent with bars', () => {
  const rows = [
    { label: 'a cat', values: [0.9] },
    { label: 'dog', values: [0.1] },
  ];
  expect(tableText({ kind: 'shares', columns: ['#1'], rows })).toBe(`  a cat  90.0%  ${'█'.repeat(18)}\n  dog    10.0%  ██`);
});

it('shows several columns with their headings', () => {
  const rows = [
    { label: 'a', values: [0.25, -0.5] },
    { label: 'x '.repeat(50), values: [1, 0] },
  ];
  const [heading, first, second] = tableText({ kind: 'numbers', columns: ['#1', 'a long one'], rows }).split('\n');
  expect(heading).toMatch(/^ {62,}.*#1 {2}a long one$/);
  expect(first).toMatch(/^ {2}a +0\.250 {6}-0\.500$/);
  expect(second).toMatch(/^ {2}x x .*… {2}1\.000 {7}0\.000$/);
});

it('shows nothing for a table without rows', () => {
  expect(tableText({ kind: 'shares', columns: ['#1'], rows: [] })).toBe('');
});
