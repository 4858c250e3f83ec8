import { elementCount } from '../tensor.ts';
import type { Role } from './lora-names.ts';

/**
 * A matrix of a LoRA file: stored whole, as the product up down, or with a core between the two (LyCORIS' Tucker form):
 * sum over i, j of up[o, i] core[i, j, k] down[j, n], where k runs over a convolution's kernel. `turned`: up is stored as [i, o].
 */
export type Matrix<T> =
  | { readonly kind: 'whole'; readonly value: T }
  | { readonly kind: 'product'; readonly up: T; readonly down: T }
  | { readonly kind: 'core'; readonly up: T; readonly core: T; readonly down: T; readonly turned: boolean };

/**
 * What an adapter does to a weight W, times its strength: `add` its matrix (LoRA, LoCon, diff), the product of two matrices, element by
 * element (LoHa) or Kronecker's (LoKr); `set` puts the matrix in W's place. `dora` [out, 1] or [1, in] is the length that the rows or
 * columns of the sum have afterwards (Liu et al. 2024).
 */
export type Delta<T> = {
  readonly form: 'add' | 'hadamard' | 'kronecker' | 'set';
  readonly matrices: readonly Matrix<T>[];
  readonly alpha?: T;
  readonly dora?: T;
};

/** The tensors of a matrix, in the order of its fields. */
export function matrixParts<T>(matrix: Matrix<T>): readonly T[] {
  switch (matrix.kind) {
    case 'whole':
      return [matrix.value];
    case 'product':
      return [matrix.up, matrix.down];
    case 'core':
      return [matrix.up, matrix.core, matrix.down];
  }
}

/** All tensors of a delta, in the order of its fields. */
export function deltaParts<T>({ matrices, alpha, dora }: Delta<T>): readonly T[] {
  return [...matrices.flatMap(matrixParts), ...(alpha === undefined ? [] : [alpha]), ...(dora === undefined ? [] : [dora])];
}

/** The delta with other things in the place of its tensors. */
export function mapDelta<T, U>({ form, matrices, alpha, dora }: Delta<T>, change: (part: T) => U): Delta<U> {
  return {
    form,
    matrices: matrices.map((matrix) => mapMatrix(matrix, change)),
    ...(alpha === undefined ? {} : { alpha: change(alpha) }),
    ...(dora === undefined ? {} : { dora: change(dora) }),
  };
}

function mapMatrix<T, U>(matrix: Matrix<T>, change: (part: T) => U): Matrix<U> {
  switch (matrix.kind) {
    case 'whole':
      return { kind: 'whole', value: change(matrix.value) };
    case 'product':
      return { kind: 'product', up: change(matrix.up), down: change(matrix.down) };
    case 'core':
      return { ...matrix, up: change(matrix.up), core: change(matrix.core), down: change(matrix.down) };
  }
}

/** The changes of a layer's weight and bias, from the keys of its tensors by their roles; none where something is missing. */
export function deltasOf(roles: ReadonlyMap<Role, string>): { readonly weight?: Delta<string>; readonly bias?: Delta<string> } {
  const bias = roles.get('diff_b');
  const weight = weightDelta(roles);
  return {
    ...(weight === undefined ? {} : { weight }),
    ...(bias === undefined ? {} : { bias: { form: 'add', matrices: [{ kind: 'whole', value: bias }] } }),
  };
}

function weightDelta(roles: ReadonlyMap<Role, string>): Delta<string> | undefined {
  const scaling = {
    ...(roles.has('alpha') ? { alpha: roles.get('alpha') } : {}),
    ...(roles.has('dora') ? { dora: roles.get('dora') } : {}),
  };
  const low = matrixOf(roles.get('up'), roles.get('mid'), roles.get('down'), false);
  if (low !== undefined) return { form: 'add', matrices: [low], ...scaling };
  const [first, second] = (['1', '2'] as const).map((n) =>
    matrixOf(roles.get(`hada_w${n}_a`), roles.get(`hada_t${n}`), roles.get(`hada_w${n}_b`), true),
  );
  if (first !== undefined && second !== undefined) return { form: 'hadamard', matrices: [first, second], ...scaling };
  const left = whole(roles.get('lokr_w1')) ?? matrixOf(roles.get('lokr_w1_a'), undefined, roles.get('lokr_w1_b'), true);
  const right = whole(roles.get('lokr_w2')) ?? matrixOf(roles.get('lokr_w2_a'), roles.get('lokr_t2'), roles.get('lokr_w2_b'), true);
  if (left !== undefined && right !== undefined) return { form: 'kronecker', matrices: [left, right], ...scaling };
  const difference = whole(roles.get('diff'));
  if (difference !== undefined) return { form: 'add', matrices: [difference], ...(roles.has('dora') ? { dora: roles.get('dora') } : {}) };
  const replacement = whole(roles.get('set'));
  return replacement && { form: 'set', matrices: [replacement] };
}

function whole(value: string | undefined): Matrix<string> | undefined {
  return value === undefined ? undefined : { kind: 'whole', value };
}

function matrixOf(up?: string, core?: string, down?: string, turned = false): Matrix<string> | undefined {
  if (up === undefined || down === undefined) return undefined;
  return core === undefined ? { kind: 'product', up, down } : { kind: 'core', up, core, down, turned };
}

type Shape = readonly number[];

/** Whether the delta, whose tensors have these shapes, fits a weight of the shape `target`. */
export function fits(delta: Delta<Shape>, target: Shape): boolean {
  const sizes = delta.matrices.map(matrixSize);
  if (sizes.some((size) => size === undefined)) return false;
  if (delta.dora !== undefined && doraAxis(delta.dora, target) === undefined) return false;
  if (delta.alpha !== undefined && elementCount(delta.alpha) !== 1) return false;
  const known = sizes.filter((size) => size !== undefined);
  const rows = target[0];
  const count = elementCount(target);
  if (delta.form === 'kronecker') {
    return known[0].rows * known[1].rows === rows && known[0].count * known[1].count === count;
  }
  return known.every((size) => size.count === count && (size.rows === rows || delta.matrices[0].kind === 'whole'));
}

/** Which lengths `dora` sets: those of the rows (of each output) or of the columns (of each input). Undefined if it fits neither. */
export function doraAxis(dora: Shape, target: Shape): 'out' | 'in' | undefined {
  const count = elementCount(dora);
  if (dora[0] === target[0] && count === target[0]) return 'out';
  return target.length > 1 && dora[0] === 1 && count === target[1] ? 'in' : undefined;
}

function matrixSize(matrix: Matrix<Shape>): { readonly rows: number; readonly count: number } | undefined {
  switch (matrix.kind) {
    case 'whole':
      return { rows: matrix.value[0] ?? 1, count: elementCount(matrix.value) };
    case 'product': {
      const { up, down } = matrix;
      if (up.length < 2 || down.length < 2 || elementCount(up) !== up[0] * down[0]) return undefined;
      return { rows: up[0], count: (up[0] * elementCount(down)) / down[0] };
    }
    case 'core': {
      const { core, turned } = matrix;
      const [rows, inner] = turned ? [matrix.up[1], matrix.up[0]] : matrix.up;
      const [i, j, ...kernel] = core;
      const columns = elementCount(matrix.down) / j;
      if (core.length < 2 || matrix.up.length < 2 || inner !== i || matrix.down[0] !== j || elementCount(matrix.up) !== rows * i)
        return undefined;
      return { rows, count: rows * columns * elementCount(kernel) };
    }
  }
}

/** The rank that alpha is divided by: that of the last matrix that has one; undefined where alpha does not count. */
export function rankOf({ matrices }: Delta<Shape>): number | undefined {
  for (const matrix of [...matrices].reverse()) {
    if (matrix.kind !== 'whole') return matrix.down[0];
  }
  return undefined;
}
