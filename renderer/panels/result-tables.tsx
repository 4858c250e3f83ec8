import type { ResultTable as Table } from '../../electron/bridge/contract.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { ResultTable } from '../ui/result-table.tsx';
import styles from './result-tables.module.css';

/** All numbers that a node or a run has shown; what is too large for the panel scrolls. */
export function ResultTables({ tables }: { readonly tables: readonly Table[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section with a name would be a landmark, and there may be several; nothing is filled in here.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard.
    <div role="group" className={styles.scroll} aria-label={t('inspector.numbers')} tabIndex={0}>
      {tables.map((table, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: tables have no name.
        <ResultTable key={index} table={table} />
      ))}
    </div>
  );
}
