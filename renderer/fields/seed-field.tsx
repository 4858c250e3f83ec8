import { Dices, Lock, Plus, Shuffle, Undo2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { setSeedMode } from '../../workflows/edits/nodes.ts';
import { randomSeed } from '../../workflows/seeds.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { edit } from '../state/editor.ts';
import { useNode } from '../state/hooks.ts';
import { useUsedSeed } from '../state/used-seed.ts';
import { Menu } from '../ui/menu.tsx';
import type { MenuEntry } from '../ui/menu-items.ts';
import styles from './field.module.css';
import { type FieldProps, writeField } from './field-edits.ts';
import { readSeed } from './numbers.ts';

const modes = ['fixed', 'random', 'increment'] as const;
const icons = { fixed: Lock, random: Shuffle, increment: Plus };

/**
 * A seed: typed or drawn, and what becomes of it once a run has been queued. One that moves on by itself has a line below
 * it that says which seed the last run used.
 */
export function SeedField({ id, name, label, tooltip, value }: FieldProps & { readonly value: number | bigint }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const mode = useNode(id)?.fields?.[name]?.after ?? 'fixed';
  const Icon = icons[mode];

  const commit = () => {
    const read = draft === undefined ? undefined : readSeed(draft);
    if (read !== undefined) writeField(id, name, read);
    setDraft(undefined);
  };
  const entries = modes.map(
    (one): MenuEntry => ({
      kind: 'check',
      id: one,
      label: t(`fields.seed.${one}`),
      checked: one === mode,
      run: () => edit('edits.seedMode', (workflow) => setSeedMode(workflow, id, name, one)),
    }),
  );
  return (
    <>
      <div className={styles.field} title={tooltip}>
        <span className={styles.label}>{label}</span>
        <input
          ref={input}
          className={styles.number}
          inputMode="numeric"
          aria-label={label}
          aria-invalid={draft !== undefined && readSeed(draft) === undefined}
          value={draft ?? String(value)}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
            else if (event.key === 'Escape') setDraft(undefined);
          }}
          autoComplete="off"
          spellCheck={false}
        />
        <button
          type="button"
          className={styles.icon}
          aria-label={t('fields.seed.draw')}
          title={t('fields.seed.draw')}
          onClick={() => writeField(id, name, randomSeed())}
        >
          <Dices size={14} />
        </button>
        <Menu
          align="end"
          entries={entries}
          trigger={
            <button
              type="button"
              className={styles.icon}
              aria-label={t('fields.seed.mode', { mode: t(`fields.seed.${mode}`) })}
              title={t('fields.seed.mode', { mode: t(`fields.seed.${mode}`) })}
            >
              <Icon size={14} />
            </button>
          }
        />
      </div>
      {mode !== 'fixed' && <UsedSeed id={id} name={name} mode={mode} value={value} />}
    </>
  );
}

type UsedProps = {
  readonly id: string;
  readonly name: string;
  readonly mode: 'random' | 'increment';
  readonly value: number | bigint;
};

/** Says which seed the last run used, and takes it back into the field. */
function UsedSeed({ id, name, mode, value }: UsedProps) {
  const { t } = useTranslation();
  const used = useUsedSeed(id, name);
  const seed = used === undefined ? undefined : readSeed(used);
  if (seed === undefined) return <p className={styles.used}>{t(`fields.seed.before.${mode}`)}</p>;
  if (seed === value) return <p className={styles.used}>{t('fields.seed.isUsed')}</p>;
  return (
    <p className={styles.used}>
      <button type="button" title={t('fields.seed.takeBack')} onClick={() => writeField(id, name, seed)}>
        {t('fields.seed.used')} <strong>{used}</strong>
        <Undo2 size={12} aria-hidden="true" />
      </button>
    </p>
  );
}
