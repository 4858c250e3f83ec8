import { describe, expect, it } from 'vitest';
import type { ResultTable } from '../../../electron/bridge/contract.ts';
import { cardTables } from './card-tables.ts';

function tableOf(rows: number, columns = 1): ResultTable {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  return {
    kind: 'numbers',
    columns: numbers(columns).map((column) => `#${column + 1}`),
    rows: numbers(rows).map((row) => ({ label: `row ${row}`, values: numbers(columns) })),
  };
}

describe('what a card shows of tables', () => {
  it('is nothing for none', () => {
    expect(cardTables([])).toEqual({ shown: [], more: false, height: 0 });
  });

  it('is a small table whole, higher by its heading if it has several columns', () => {
    expect(cardTables([tableOf(3)])).toEqual({ shown: [tableOf(3)], more: false, height: 74 });
    expect(cardTables([tableOf(3, 2)])).toEqual({ shown: [tableOf(3, 2)], more: false, height: 98 });
  });

  it('is the beginning of a large one', () => {
    const { shown, more, height } = cardTables([tableOf(1000, 50)]);
    expect(shown).toEqual([tableOf(12, 3)]);
    expect(more).toBe(true);
    expect(height).toBeLessThan(360);
  });

  it('is as many of several as there is room for', () => {
    const { shown, more } = cardTables([tableOf(5), tableOf(10), tableOf(2)]);
    expect(shown).toEqual([tableOf(5), tableOf(7)]);
    expect(more).toBe(true);
  });
});
