import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFloat32 } from './float-formats.ts';

describe('toFloat32', () => {
  it('reads known float16 and bfloat16 patterns', () => {
    const halves = new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7c00]);
    expect([...toFloat32(new Uint8Array(halves.buffer), 'F16')]).toEqual([1, -2, 2 ** -24, Number.POSITIVE_INFINITY]);
    const brains = new Uint16Array([0x3f80, 0xc000, 0xff80]);
    expect([...toFloat32(new Uint8Array(brains.buffer), 'BF16')]).toEqual([1, -2, Number.NEGATIVE_INFINITY]);
  });

  it('reads known float8 and float64 patterns', () => {
    const e4m3 = Uint8Array.of(0x00, 0x01, 0x08, 0x38, 0xb8, 0x7e, 0xfe, 0x7f);
    expect([...toFloat32(e4m3, 'F8_E4M3')]).toEqual([0, 2 ** -9, 2 ** -6, 1, -1, 448, -448, Number.NaN]);
    const e5m2 = Uint8Array.of(0x00, 0x01, 0x04, 0x3c, 0xbc, 0x7b, 0x7c, 0xfc);
    expect([...toFloat32(e5m2, 'F8_E5M2')]).toEqual([
      0,
      2 ** -16,
      2 ** -14,
      1,
      -1,
      57344,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
    expect([...toFloat32(new Uint8Array(Float64Array.of(0.5, -3).buffer), 'F64')]).toEqual([0.5, -3]);
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
