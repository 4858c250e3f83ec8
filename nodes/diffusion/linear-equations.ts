/**
 * Solves a square system of linear equations by Gauss's elimination with pivoting. Each row holds the coefficients,
 * then one right-hand side for each solution wanted; returns the values of the unknowns, each with as many solutions.
 * For a handful of unknowns; rows are changed.
 */
export function solveLinear(rows: number[][]): number[][] {
  const count = rows.length;
  for (let column = 0; column < count; column++) {
    const pivot = rows.slice(column).reduce((best, row) => (Math.abs(row[column]) > Math.abs(best[column]) ? row : best));
    rows[rows.indexOf(pivot)] = rows[column];
    rows[column] = pivot;
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[column] / pivot[column];
      for (let k = column; k < row.length; k++) row[k] -= factor * pivot[k];
    }
  }
  return rows.map((row, unknown) => row.slice(count).map((value) => value / row[unknown]));
}
