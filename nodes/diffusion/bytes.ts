/** 0..1 to 0..255 as the field rounds: down, in single precision; byte / 255 gives the byte back. Beyond the ends is clamped, NaN is 0. */
export function toByte(value: number): number {
  const scaled = Math.fround(255 * value);
  return scaled > 0 ? Math.min(Math.trunc(scaled), 255) : 0;
}

/** `toByte` of each value. A plain loop: Uint8Array.from with a function takes forty times as long. */
export function toBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i += 1) bytes[i] = toByte(values[i]);
  return bytes;
}
