import type { ResultTable } from '../../../electron/bridge/contract.ts';

const rowHeight = 24;
/** The gap above a table's first row, and the line that says that there is more. */
const gap = 2;
export const moreHeight = 20;

const mostRows = 12;
const mostColumns = 3;

export type CardTables = {
  /** As much of the tables as a card has room for. */
  readonly shown: readonly ResultTable[];
  /** Whether something is left out. */
  readonly more: boolean;
  /** In canvas units; 0 where there is nothing to show. */
  readonly height: number;
};

/** What of a node's tables its card shows, and how much room that takes. */
export function cardTables(tables: readonly ResultTable[]): CardTables {
  const shown: ResultTable[] = [];
  let rowsLeft = mostRows;
  for (const table of tables) {
    if (rowsLeft <= 0) break;
    shown.push(cut(table, rowsLeft));
    rowsLeft -= table.rows.length;
  }
  const more = shown.length < tables.length || shown.some((table, index) => isCut(table, tables[index]));
  const lines = shown.reduce((sum, { rows, columns }) => sum + rows.length + (columns.length > 1 ? 1 : 0), 0);
  return { shown, more, height: lines * rowHeight + shown.length * gap + (more ? moreHeight : 0) };
}

function cut({ kind, columns, rows }: ResultTable, rowCount: number): ResultTable {
  return {
    kind,
    columns: columns.slice(0, mostColumns),
    rows: rows.slice(0, rowCount).map(({ label, values }) => ({ label, values: values.slice(0, mostColumns) })),
  };
}

function isCut(shown: ResultTable, whole: ResultTable): boolean {
  return shown.rows.length < whole.rows.length || shown.columns.length < whole.columns.length;
}
