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

/**
 * What models that are told the scale of guidance read of it (Luo et al. 2023, latent consistency models): `width` / 2 sines, then as
 * many cosines, of a thousand times the scale above 1 at frequencies from 1 down to 1/10000, both included.
 */
export function guidanceSinusoid(scale: number, width: number): Float32Array {
  const half = width / 2;
  const angle = (at: number) => 1000 * (scale - 1) * 10000 ** (-at / (half - 1));
  return Float32Array.from({ length: width }, (_, at) => (at < half ? Math.sin(angle(at)) : Math.cos(angle(at - half))));
}
