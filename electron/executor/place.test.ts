import { describe, expect, it } from 'vitest';
import { placeTask } from './place.ts';

describe('placeTask', () => {
  it('follows the declaration', () => {
    expect(placeTask('cpu', [{ bytes: 100, heldBy: ['accelerator'] }], new Set(['accelerator']))).toBe('cpu');
    expect(placeTask('accelerator', [{ bytes: 100, heldBy: ['cpu'] }], new Set(['cpu']))).toBe('accelerator');
  });

  it('goes where most of what it takes is', () => {
    const takes = [
      { bytes: 100, heldBy: ['accelerator'] as const },
      { bytes: 60, heldBy: ['cpu'] as const },
      { bytes: 60, heldBy: ['cpu', 'accelerator'] as const },
      { bytes: 50, heldBy: ['cpu'] as const },
    ];
    expect(placeTask('any', takes, new Set(['accelerator', 'cpu']))).toBe('cpu');
  });

  it('otherwise prefers the accelerator, unless only the other process runs', () => {
    expect(placeTask('any', [], new Set())).toBe('accelerator');
    expect(placeTask('any', [], new Set(['accelerator', 'cpu']))).toBe('accelerator');
    expect(placeTask('any', [], new Set(['cpu']))).toBe('cpu');
  });
});
