/** The dtypes of safetensors files that hold numbers which networks compute with. */
export type FloatType = 'F32' | 'F16' | 'BF16';

/** Little-endian values of a file as float32. May return a view of `bytes` where nothing has to be converted. */
export function toFloat32(bytes: Uint8Array, type: FloatType): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  switch (type) {
    case 'F32':
      return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
    case 'F16':
      return new Float32Array(new Float16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2));
    case 'BF16':
      return fromBfloat16(new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2));
  }
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = halves[index] << 16;
  return new Float32Array(bits.buffer);
}
