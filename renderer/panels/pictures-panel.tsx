import { Images } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { Result } from '../../electron/bridge/contract.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { bridge } from '../state/bridge.ts';
import { Button } from '../ui/button.tsx';
import { notifyProblems } from '../ui/toast.tsx';
import { openViewer } from '../viewer/viewer-state.ts';
import { Empty, Scroll } from './parts.tsx';
import styles from './pictures-panel.module.css';

type Made = Result<'pictures.list'>;

const pageSize = 60;

/** All pictures that were made, newest first. */
export function PicturesPanel() {
  const { t } = useTranslation();
  const { pictures, hasMore, loadMore } = usePictures();
  if (pictures === undefined) return null;
  if (pictures.length === 0) return <Empty icon={Images} text={t('pictures.empty')} />;
  return (
    <Scroll>
      <ul className={styles.grid}>
        {pictures.map((picture, index) => (
          <li key={picture.url}>
            <button
              type="button"
              className={styles.picture}
              aria-label={t('pictures.show', { name: picture.name })}
              onClick={() => openViewer(pictures, index)}
            >
              <img src={picture.url} alt="" loading="lazy" />
            </button>
          </li>
        ))}
      </ul>
      {hasMore && (
        <Button kind="quiet" className={styles.more} onClick={() => void loadMore()}>
          {t('common.loadMore')}
        </Button>
      )}
    </Scroll>
  );
}

function usePictures() {
  const [pictures, setPictures] = useState<Made>();
  const [hasMore, setHasMore] = useState(false);
  const load = useCallback(async (before: number | null) => {
    const answer = await bridge.call('pictures.list', { limit: pageSize, before });
    if (!answer.ok) return notifyProblems(answer.problems);
    if (before === null) setPictures(answer.value);
    else setPictures((shown = []) => [...shown, ...answer.value]);
    setHasMore(answer.value.length === pageSize);
  }, []);
  useEffect(() => {
    void load(null);
    return bridge.on('run.changed', ({ run }) => {
      if (run.state === 'done') void load(null);
    });
  }, [load]);
  return { pictures, hasMore, loadMore: () => load(pictures?.at(-1)?.madeAt ?? null) };
}
