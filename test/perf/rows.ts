/** One measured figure. `goal` is the most and `least` the least that it should be, in the same unit, where there is one. */
export type BenchRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: number | undefined;
  readonly least?: number | undefined;
};

/** The middle one of some measurements. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function numberText(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function goalCells({ value, goal, least }: BenchRow): readonly [goal: string, met: string] {
  if (goal !== undefined) return [`at most ${numberText(goal)}`, value <= goal ? 'met' : 'MISSED'];
  if (least !== undefined) return [`at least ${numberText(least)}`, value >= least ? 'met' : 'MISSED'];
  return ['', ''];
}

/** The rows as an aligned table. */
export function tableText(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [row.name, `${numberText(row.value)} ${row.unit}`, ...goalCells(row)]);
  const all = [['what', 'measured', 'goal', ''], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
