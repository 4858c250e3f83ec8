import type { CSSProperties } from 'react';
import type { ResultTable as Table } from '../../electron/bridge/contract.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { formatTableNumber } from './format.ts';
import styles from './result-table.module.css';

/** Numbers that a node shows: shares as bars behind their row, or behind their cell where there are several columns. */
export function ResultTable({ table: { kind, columns, rows } }: { readonly table: Table }) {
  const { language } = useTranslation();
  const several = columns.length > 1;
  const share = (value: number): CSSProperties | undefined => (kind === 'shares' ? { ['--share' as string]: value } : undefined);
  return (
    <table className={styles.table} data-kind={kind} data-several={several || undefined}>
      <thead className={several ? undefined : 'visually-hidden'}>
        <tr>
          <td />
          {columns.map((column, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name, and two may be called the same.
            <th key={index} scope="col" title={column}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ label, values }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same holds for rows.
          <tr key={index} style={several ? undefined : share(values[0] ?? 0)}>
            <th scope="row" title={label}>
              {label}
            </th>
            {values.map((value, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: and for cells.
              <td key={column} style={several ? share(value) : undefined}>
                {formatTableNumber(value, kind, language)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
