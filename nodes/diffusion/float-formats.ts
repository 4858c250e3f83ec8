/** The dtypes of model files that hold numbers which networks compute with. */
const floatTypes = ['F32', 'F16', 'BF16', 'F64', 'F8_E4M3', 'F8_E5M2'] as const;
export type FloatType = (typeof floatTypes)[number];

export function isFloatType(dtype: string): dtype is FloatType {
  return (floatTypes as readonly string[]).includes(dtype);
}

/** Little-endian values of a file as float32. May return a view of `bytes` where nothing has to be converted. */
export function toFloat32(bytes: Uint8Array, type: FloatType): Float32Array {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  switch (type) {
    case 'F32':
      return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
    case 'F16':
      return new Float32Array(new Float16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2));
    case 'BF16':
      return fromBfloat16(new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2));
    case 'F64':
      return new Float32Array(new Float64Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 8));
    case 'F8_E4M3':
      return Float32Array.from(bytes, (byte) => float8e4m3[byte]);
    case 'F8_E5M2':
      return Float32Array.from(bytes, (byte) => float8e5m2[byte]);
  }
}

/** The values of float8 (Micikevicius et al. 2022): the sign, 4 bits of exponent, 3 of fraction; no infinities, one kind of NaN. */
const float8e4m3 = Float32Array.from({ length: 256 }, (_, byte) => {
  const [exponent, fraction] = [(byte >> 3) & 15, byte & 7];
  const size = exponent === 0 ? fraction * 2 ** -9 : (1 + fraction / 8) * 2 ** (exponent - 7);
  return (byte & 127) === 127 ? Number.NaN : byte < 128 ? size : -size;
});

/** 5 bits of exponent, 2 of fraction: the upper half of a float16. */
const float8e5m2 = Float32Array.from(new Float16Array(Uint16Array.from({ length: 256 }, (_, byte) => byte << 8).buffer));

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = halves[index] << 16;
  return new Float32Array(bits.buffer);
}
