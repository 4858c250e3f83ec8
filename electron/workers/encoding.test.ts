import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor } from '../../nodes/diffusion/tensor.ts';
import { decodeValue, encodeValue } from './encoding.ts';

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.double(),
    fc.bigInt(),
    fc.float32Array({ maxLength: 4 }).map((data) => tensor(data, [1, data.length])),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('$tensor', '$bigint', '$$number', 'a'), fc.string()), tie('any'), { maxKeys: 4 }),
  ),
})).any;

describe('encoding values', () => {
  it('loses nothing', () => {
    fc.assert(
      fc.property(value, (value) => {
        const { json, tensors } = encodeValue(value);
        expect(decodeValue({ json, tensors })).toEqual(normal(value));
      }),
    );
  });

  it('leaves out what is undefined and refuses what is not data', () => {
    expect(encodeValue({ a: undefined, b: 1 }).json).toBe('{"b":1}');
    expect(() => encodeValue({ a: () => 1 })).toThrow('must be data');
    expect(() => encodeValue([undefined])).toThrow('must be data');
    expect(() => encodeValue(new Map())).toThrow('must be data');
  });

  it('gives file references the place that their content has now', () => {
    const { json, tensors } = encodeValue({
      recipe: 'vae',
      file: { name: 'old', path: '/old', fingerprint: 'f' },
      other: { fingerprint: 'f' },
    });
    const now = { name: 'new', path: '/new', fingerprint: 'f' };
    expect(decodeValue({ json, tensors }, [now])).toEqual({ recipe: 'vae', file: now, other: { fingerprint: 'f' } });
  });
});

/** JSON has no -0, and objects without a prototype come back as plain ones. */
function normal(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null || 'data' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normal(item)]));
}
