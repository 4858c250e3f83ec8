import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFloat32 } from './float16.ts';

describe('toFloat32', () => {
  it('reads known float16 and bfloat16 patterns', () => {
    const halves = new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7c00]);
    expect([...toFloat32(new Uint8Array(halves.buffer), 'F16')]).toEqual([1, -2, 2 ** -24, Number.POSITIVE_INFINITY]);
    const brains = new Uint16Array([0x3f80, 0xc000, 0xff80]);
    expect([...toFloat32(new Uint8Array(brains.buffer), 'BF16')]).toEqual([1, -2, Number.NEGATIVE_INFINITY]);
  });

  it('reads values at any byte offset', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true }), fc.integer({ min: 0, max: 9 }), (values, shift) => {
        const bytes = new Uint8Array(values.byteLength + shift);
        bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), shift);
        expect(toFloat32(bytes.subarray(shift), 'F32')).toEqual(new Float32Array(values));
      }),
    );
  });
});
