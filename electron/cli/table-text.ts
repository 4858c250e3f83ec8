import type { ResultTable } from '../../nodes/result-table.ts';

const barWidth = 20;
const widestLabel = 60;

/** A table of numbers as lines for a terminal; shares of a single column with bars. */
export function tableText({ kind, columns, rows }: ResultTable): string {
  const cells = rows.map(({ values }) => values.map((value) => (kind === 'shares' ? `${(100 * value).toFixed(1)}%` : value.toFixed(3))));
  const labels = rows.map(({ label }) => shortened(label));
  const labelWidth = Math.max(...labels.map((label) => label.length), 0);
  const widths = columns.map((column, index) => Math.max(column.length, ...cells.map((row) => row[index].length)));
  const line = (label: string, values: readonly string[]) =>
    ['', label.padEnd(labelWidth), ...values.map((value, index) => value.padStart(widths[index]))].join('  ');
  const heading = columns.length > 1 ? [line('', columns)] : [];
  const lines = rows.map(({ values }, index) => {
    const bar = kind === 'shares' && columns.length === 1 ? `  ${'█'.repeat(Math.round(values[0] * barWidth))}` : '';
    return line(labels[index], cells[index]) + bar;
  });
  return [...heading, ...lines].join('\n');
}

/** Labels may be whole prompts. */
function shortened(label: string): string {
  const text = label.replaceAll(/\s+/g, ' ');
  return text.length > widestLabel ? `${text.slice(0, widestLabel - 1)}…` : text;
}
