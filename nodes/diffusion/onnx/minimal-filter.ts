/** Rows of numbers. */
export type Matrix = readonly (readonly number[])[];

/**
 * How to filter neighbouring numbers by a kernel of three with as many products as numbers are read: for numbers d and a kernel g,
 * the filtered ones are back ((kernel g) * (input d)), where * multiplies place by place.
 */
export type Basis = { readonly input: Matrix; readonly kernel: Matrix; readonly back: Matrix };

/**
 * The algorithm of Toom and Cook for these points and infinity, transposed as Winograd, "Arithmetic Complexity of Computations" (1980),
 * does: one filtered number fewer than there are points, from one more than there are. Which points round least is a matter of trying
 * (Barabasz et al. 2020).
 */
export function minimalFilter(points: readonly number[]): Basis {
  const last = points.length;
  const others = (at: number) => points.filter((_, other) => other !== at);
  const outputs = last - 1;
  return {
    input: [...points.map((_, at) => [...polynomial(others(at)), 0]), polynomial(points)],
    kernel: [
      ...points.map((point, at) => {
        const scale = others(at).reduce((product, other) => product * (point - other), 1);
        return [1 / scale, point / scale, point ** 2 / scale];
      }),
      [0, 0, 1],
    ],
    back: Array.from({ length: outputs }, (_, power) => [...points.map((point) => point ** power), power === outputs - 1 ? 1 : 0]),
  };
}

/** The coefficients, from the constant up, of the product of (x - root) over all roots. */
function polynomial(roots: readonly number[]): readonly number[] {
  const coefficients = [1];
  for (const root of roots) {
    coefficients.unshift(0);
    for (let power = 0; power < coefficients.length - 1; power++) coefficients[power] -= root * coefficients[power + 1];
  }
  return coefficients;
}
