import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatShare, formatTime } from './format.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0.00 s'],
    [421, '0.42 s'],
    [996, '1.0 s'],
    [12_340, '12.3 s'],
    [59_960, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [3_725_000, '1 h 2 min'],
  ])('says %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [3_400_000_000, '3.4 GB'],
    [23_000_000, '23 MB'],
  ])('says %d as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('formatShare', () => {
  it.each([
    [256_000_000, 25_300_000_000, '0.3 / 25 GB'],
    [12_400_000_000, 25_300_000_000, '12 / 25 GB'],
    [700_000, 2_500_000, '0.7 / 2.5 MB'],
  ])('says %d of %d as %s', (part, whole, text) => expect(formatShare(part, whole)).toBe(text));
});

describe('formatTime', () => {
  const now = new Date(2026, 10, 20, 19, 30).getTime();

  it('leaves out what goes without saying', () => {
    expect(formatTime(new Date(2026, 10, 20, 8, 5).getTime(), 'en-GB', now)).toBe('08:05');
    expect(formatTime(new Date(2026, 10, 19, 8, 5).getTime(), 'en-GB', now)).toContain('19 Nov');
    expect(formatTime(new Date(2026, 10, 19, 8, 5).getTime(), 'en-GB', now)).not.toContain('2026');
    expect(formatTime(new Date(2025, 10, 20, 8, 5).getTime(), 'en-GB', now)).toContain('2025');
  });
});
