import { useLayoutEffect, useMemo, useState } from 'react';
import type { Picture } from '../../../electron/bridge/contract.ts';
import { useUi } from '../../app/ui.ts';
import { said } from '../../i18n/sentences.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { useNodeRun } from '../../state/runs.ts';
import { ResultTable } from '../../ui/result-table.tsx';
import { openViewer } from '../../viewer/viewer-state.ts';
import { failureHeight } from '../scene/metrics.ts';
import { showExtras } from '../scene/stage.ts';
import styles from './card.module.css';
import { type CardTables, cardTables, moreHeight } from './card-tables.ts';

/** The sentence of a failure below the header; the drawer has the rest. */
export function Failure({ id, unknownType }: { readonly id: string; readonly unknownType: string | undefined }) {
  const { t } = useTranslation();
  const { state, problem } = useNodeRun(id);
  if (unknownType !== undefined) return <p className={styles.failure}>{t('canvas.unknownType', { type: unknownType })}</p>;
  if (state !== 'failed' || problem === undefined) return null;
  return (
    <div className={styles.failure} role="alert">
      <p title={said(problem.what)}>{said(problem.what)}</p>
      <button type="button" className="nodrag" onClick={() => useUi.setState({ drawer: 'problems' })}>
        {t('canvas.details')}
      </button>
    </div>
  );
}

type MediaProps = {
  readonly id: string;
  readonly rect: { readonly y: number; readonly height: number } | undefined;
  /** Unknown node types have their say where failures have theirs. */
  readonly known: boolean;
};

/** What a card shows of its run: the picture as it comes into being, then the results. Tells the canvas how much room that takes. */
export function Media({ id, rect, known }: MediaProps) {
  const { t } = useTranslation();
  const { state, previewUrl, pictures, tables, problem } = useNodeRun(id);
  const [previewAspect, setPreviewAspect] = useState(1);
  const live = state === 'running' ? previewUrl : undefined;
  const told = !known || (state === 'failed' && problem !== undefined);
  const aspect = live !== undefined ? previewAspect : pictures.length > 0 ? gridAspect(pictures) : undefined;

  const numbers = useMemo(() => cardTables(tables), [tables]);

  useLayoutEffect(
    () => showExtras(id, { mediaAspect: aspect, tablesHeight: numbers.height, failureHeight: told ? failureHeight : 0 }),
    [id, aspect, numbers.height, told],
  );

  if (rect === undefined) return null;
  return (
    <div className={styles.media} style={{ top: rect.y, height: rect.height }}>
      {live !== undefined ? (
        <img
          src={live}
          alt={t('canvas.preview')}
          className={styles.preview}
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setPreviewAspect(naturalHeight / naturalWidth)}
        />
      ) : pictures.length === 0 ? (
        <Tables tables={numbers} />
      ) : (
        <div className={styles.pictures} style={{ gridTemplateColumns: `repeat(${columnsOf(pictures.length)}, 1fr)` }}>
          {pictures.slice(0, mostPictures).map((picture, index) => (
            <button
              key={picture.url}
              type="button"
              className="nodrag"
              aria-label={t('canvas.openPicture', { name: picture.name })}
              onClick={() => openViewer(pictures, index)}
            >
              <img src={picture.url} alt={picture.name} draggable={false} loading="lazy" />
              {index === mostPictures - 1 && pictures.length > mostPictures && <span>+{pictures.length - mostPictures}</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function Tables({ tables: { shown, more } }: { readonly tables: CardTables }) {
  const { t } = useTranslation();
  return (
    <div className={styles.tables}>
      {shown.map((table, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: tables have no name.
        <ResultTable key={index} table={table} />
      ))}
      {more && <p style={{ height: moreHeight }}>{t('canvas.moreNumbers')}</p>}
    </div>
  );
}

const mostPictures = 9;

function columnsOf(count: number): number {
  return count <= 1 ? 1 : count <= 4 ? 2 : 3;
}

function gridAspect(pictures: readonly Picture[]): number {
  const columns = columnsOf(pictures.length);
  const rows = Math.ceil(Math.min(pictures.length, mostPictures) / columns);
  const [{ width, height }] = pictures;
  return (rows * height) / (columns * Math.max(1, width));
}
