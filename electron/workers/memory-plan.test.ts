import { describe, expect, it } from 'vitest';
import { networksToDrop } from './memory-plan.ts';

describe('making room', () => {
  const held = [
    { key: 'text', bytes: 2 },
    { key: 'unet', bytes: 5 },
    { key: 'vae', bytes: 1 },
  ];

  it('drops what was used longest ago, and no more than it must', () => {
    expect(networksToDrop(held, 2, 10)).toEqual([]);
    expect(networksToDrop(held, 3, 10)).toEqual(['text']);
    expect(networksToDrop(held, 5, 10)).toEqual(['text', 'unet']);
  });

  it('drops all where even that is too little', () => {
    expect(networksToDrop(held, 50, 10)).toEqual(['text', 'unet', 'vae']);
  });
});
