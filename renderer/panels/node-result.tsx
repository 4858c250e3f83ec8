import { Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { NodeDescription } from '../../nodes/define.ts';
import { isLink } from '../../workflows/schema.ts';
import { writeField } from '../fields/field-edits.ts';
import { readSeed } from '../fields/numbers.ts';
import { labelOf } from '../i18n/labels.ts';
import { said } from '../i18n/sentences.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { useField } from '../state/hooks.ts';
import type { NodeRun } from '../state/run-types.ts';
import { useNodeRun } from '../state/runs.ts';
import { useUsedSeed } from '../state/used-seed.ts';
import { formatBytes, formatDuration } from '../ui/format.ts';
import styles from './node-result.module.css';
import { PictureChoice } from './picture-choice.tsx';
import { ResultTables } from './result-tables.tsx';

type Props = { readonly id: string; readonly description: NodeDescription | undefined };

/** What a node did when it last ran, what that took, and its pictures, large. */
export function NodeResult({ id, description }: Props) {
  const { t } = useTranslation();
  const run = useNodeRun(id);
  const { state, problem, pictures, tables, previewUrl } = run;
  if (state === 'idle' && pictures.length === 0 && tables.length === 0) return null;
  const seeds = Object.entries(description?.inputs ?? {}).flatMap(([name, { kind }]) => (kind === 'seed' ? [name] : []));
  return (
    <section className={styles.result}>
      <h3 className={styles.heading}>{t('inspector.lastRun')}</h3>
      <dl className={styles.facts}>
        {state !== 'idle' && <State run={run} />}
        {run.effort !== undefined && (
          <>
            <Fact name={t('inspector.memory')} more={t('inspector.memoryMore')}>
              {formatBytes(run.effort.memoryBytes)}
            </Fact>
            <Fact name={t('inspector.device')}>{run.effort.device.toUpperCase()}</Fact>
          </>
        )}
        {seeds.map((name) => (
          <SeedFact key={name} id={id} name={name} alone={seeds.length === 1} />
        ))}
      </dl>
      {problem !== undefined && (
        <p className={styles.problem}>
          {said(problem.what)} {said(problem.fix ?? '')}
        </p>
      )}
      {previewUrl !== undefined && state === 'running' ? (
        <img className={styles.preview} src={previewUrl} alt={t('inspector.preview')} />
      ) : (
        <PictureChoice pictures={pictures} />
      )}
      {tables.length > 0 && <ResultTables tables={tables} />}
    </section>
  );
}

function State({ run: { state, ms, value, max, secondsLeft } }: { readonly run: NodeRun }) {
  const { t } = useTranslation();
  const running = state === 'running' ? [max > 0 && `${value} / ${max}`, secondsLeft !== undefined && left(secondsLeft)] : [];
  const took = state === 'done' && ms !== undefined ? [formatDuration(ms), max > 1 && pace(ms / max)] : [];
  return (
    <>
      <Fact name={t('inspector.state')} state={state}>
        {[t(`inspector.${state}`), ...running].filter(Boolean).join(' · ')}
      </Fact>
      {took.length > 0 && <Fact name={t('inspector.time')}>{took.filter(Boolean).join(' · ')}</Fact>}
    </>
  );

  function left(seconds: number): string {
    return t('inspector.left', { time: formatDuration(seconds * 1000) });
  }
  function pace(step: number): string {
    return t('inspector.perStep', { time: formatDuration(step) });
  }
}

/** The seed that was used; where the field has moved on, a click takes it back. */
function SeedFact({ id, name, alone }: { readonly id: string; readonly name: string; readonly alone: boolean }) {
  const { t } = useTranslation();
  const used = useUsedSeed(id, name);
  const value = useField(id, name);
  const seed = used === undefined ? undefined : readSeed(used);
  if (seed === undefined) return null;
  const label = alone ? t('inspector.seedUsed') : t('inspector.nameUsed', { name: labelOf(name) });
  const canReturn = value !== undefined && !isLink(value) && value !== seed;
  return (
    <Fact name={label}>
      {canReturn ? (
        <button type="button" className={styles.take} title={t('fields.seed.takeBack')} onClick={() => writeField(id, name, seed)}>
          {used}
          <Undo2 size={13} aria-hidden="true" />
        </button>
      ) : (
        used
      )}
    </Fact>
  );
}

type FactProps = { readonly name: string; readonly more?: string; readonly state?: NodeRun['state']; readonly children: ReactNode };

function Fact({ name, more, state, children }: FactProps) {
  return (
    <div className={styles.fact} title={more}>
      <dt>{name}</dt>
      <dd data-state={state}>{children}</dd>
    </div>
  );
}
