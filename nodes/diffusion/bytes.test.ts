import { describe, expect, it } from 'vitest';
import { toByte, toBytes } from './bytes.ts';

describe('toByte', () => {
  it('gives every byte back from its float32 fraction', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte);
    expect(
      Array.from(
        Float32Array.from(bytes, (byte) => byte / 255),
        toByte,
      ),
    ).toEqual(bytes);
  });
  it('rounds down and clamps', () => {
    expect([0.999, 0.5, -0.2, 1.7, Number.NaN].map(toByte)).toEqual([254, 127, 0, 255, 0]);
    expect(toBytes(Float32Array.of(0.5, 2))).toEqual(Uint8Array.of(127, 255));
  });
});
