/** `width` / 2 cosines, then as many sines, of `value` at frequencies from 1 down to 1/10000 (Vaswani et al. 2017). */
export function sinusoid(value: number, width: number): Float32Array {
  const half = width / 2;
  const result = new Float32Array(width);
  for (let i = 0; i < half; i++) {
    const angle = value * 10000 ** (-i / half);
    result[i] = Math.cos(angle);
    result[half + i] = Math.sin(angle);
  }
  return result;
}
