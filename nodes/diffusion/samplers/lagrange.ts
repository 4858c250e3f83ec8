/** The value at `t` of the Lagrange basis polynomial that is 1 at `points[j]` and 0 at all the others. */
export function lagrangeBasis(points: readonly number[], j: number, t: number): number {
  let product = 1;
  for (const [k, point] of points.entries()) {
    if (k !== j) product *= (t - point) / (points[j] - point);
  }
  return product;
}

/** Nodes and weights of Gauss and Legendre's quadrature on -1..1 with eight points: exact up to degree 15. */
const quadrature = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
] as const;

/** The integral of a smooth function from `from` to `to`. */
export function integrate(f: (t: number) => number, from: number, to: number): number {
  const middle = (from + to) / 2;
  const half = (to - from) / 2;
  return half * quadrature.reduce((sum, [node, weight]) => sum + weight * (f(middle - half * node) + f(middle + half * node)), 0);
}
