/**
 * The quantile function of the symmetric beta distribution Beta(shape, shape): the x in 0..1 below which a share `p` lies.
 * Found by bisection, to about 1e-12.
 */
export function symmetricBetaQuantile(p: number, shape: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  if (p === 0.5) return 0.5;
  if (p > 0.5) return 1 - symmetricBetaQuantile(1 - p, shape);
  const whole = 2 * incompleteBeta(0.5, shape);
  let low = 0;
  let high = 0.5;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, shape) / whole < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The unnormalised incomplete beta function B(x; a, a) for x <= 1/2, by its power series (DLMF 8.17.7). */
function incompleteBeta(x: number, a: number): number {
  let coefficient = 1;
  let power = 1;
  let sum = 1 / a;
  for (let n = 1; n < 200; n++) {
    coefficient *= (n - a) / n;
    power *= x;
    const term = (coefficient * power) / (a + n);
    sum += term;
    if (Math.abs(term) < 1e-16 * sum) break;
  }
  return x ** a * sum;
}
