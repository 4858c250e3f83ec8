import { describe, expect, it } from 'vitest';
import { MemoryLedger } from './memory-ledger.ts';

const cheap = { bytes: 100, costMs: 1 };
const dear = { bytes: 100, costMs: 1000 };
const none = new Set<string>();

describe('the memory ledger', () => {
  it('evicts nothing within the budget', () => {
    const ledger = new MemoryLedger<string>();
    ledger.add('a', cheap, 'p');
    expect(ledger.trim(100, none)).toEqual([]);
  });

  it('evicts what is cheap to have again before what is dear', () => {
    const ledger = new MemoryLedger<string>();
    ledger.add('dear', dear, 'p');
    ledger.add('cheap', cheap, 'p');
    ledger.add('dear too', dear, 'q');
    expect(ledger.trim(299, none)).toEqual([{ key: 'cheap', holders: ['p'] }]);
    expect(ledger.totalBytes).toBe(200);
  });

  it('evicts what has not been used for long, however dear', () => {
    const ledger = new MemoryLedger<string>();
    ledger.add('old', { bytes: 100, costMs: 500 }, 'p');
    for (let round = 0; round < 20; round++) {
      ledger.add(`new ${round}`, { bytes: 100, costMs: 100 }, 'p');
      ledger.trim(200, none);
    }
    expect(ledger.has('old')).toBe(false);
    expect(ledger.has('new 19')).toBe(true);
  });

  it('spares what is pinned', () => {
    const ledger = new MemoryLedger<string>();
    ledger.add('a', cheap, 'p');
    ledger.add('b', dear, 'p');
    expect(ledger.trim(50, new Set(['a', 'b']))).toEqual([]);
    expect(ledger.trim(50, new Set(['a']))).toEqual([{ key: 'b', holders: ['p'] }]);
  });

  it('counts a value once for each process, and forgets what was in one that ended', () => {
    const ledger = new MemoryLedger<string>();
    ledger.add('a', cheap, 'p');
    ledger.add('a', cheap, 'p');
    ledger.add('a', cheap, 'q');
    ledger.add('b', cheap, 'p');
    expect(ledger.totalBytes).toBe(300);
    ledger.forgetHolder('p');
    expect(ledger.totalBytes).toBe(100);
    expect([ledger.has('a'), ledger.has('b')]).toEqual([true, false]);
  });
});
