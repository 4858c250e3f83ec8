import { Dialog } from '@base-ui/react/dialog';
import i18next from 'i18next';
import { ArrowLeft, ArrowRight, Columns2, Copy, Download, FolderOpen, X } from 'lucide-react';
import { useState } from 'react';
import type { Picture } from '../../electron/bridge/contract.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { openTab } from '../state/files.ts';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { notify } from '../ui/toast.tsx';
import { writeClipboard } from '../ui/write-clipboard.ts';
import { type MadeBy, useMadeBy } from './made-by.ts';
import { PicturePane } from './picture-pane.tsx';
import styles from './viewer.module.css';
import { closeViewer, step, toggleCompare, useViewer } from './viewer-state.ts';

/** Pictures, full screen. */
export function Viewer() {
  const { t } = useTranslation();
  const { pictures, at, compared } = useViewer();
  const picture = pictures[at];
  return (
    <Dialog.Root open={picture !== undefined} onOpenChange={(open) => open || closeViewer()}>
      <Dialog.Portal>
        <Dialog.Popup className={styles.viewer} aria-label={picture?.name ?? t('viewer.title')} onKeyDown={onKey}>
          {picture !== undefined && (
            <Shown picture={picture} other={compared === undefined ? undefined : pictures[compared]} several={pictures.length > 1} />
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function onKey(event: React.KeyboardEvent): void {
  if (event.target instanceof HTMLInputElement) return;
  if (event.key === 'ArrowLeft') step(-1);
  else if (event.key === 'ArrowRight') step(1);
  else if (event.key === 'c' && !event.ctrlKey && !event.metaKey) toggleCompare();
}

type ShownProps = { readonly picture: Picture; readonly other: Picture | undefined; readonly several: boolean };

function Shown({ picture, other, several }: ShownProps) {
  const { t } = useTranslation();
  const [scale, setScale] = useState(1);
  return (
    <>
      <header className={styles.bar}>
        <p className={styles.name}>{picture.name}</p>
        <p className={styles.facts}>
          {picture.width} × {picture.height} · {Math.round(scale * 100)}%
        </p>
        <span className={styles.space} />
        <Workflow picture={picture} />
        {several && (
          <IconButton label={t('viewer.compare')} keys="C" icon={<Columns2 size={17} />} on={other !== undefined} onClick={toggleCompare} />
        )}
        <a className={styles.download} href={picture.url} download={picture.name} aria-label={t('viewer.download')}>
          <Download size={17} />
        </a>
        <IconButton label={t('common.close')} keys="Esc" icon={<X size={17} />} onClick={closeViewer} />
      </header>
      <PicturePane picture={picture} other={other} onScale={setScale} />
      {several && (
        <footer className={styles.bar}>
          <IconButton label={t('viewer.previous')} icon={<ArrowLeft size={17} />} side="top" onClick={() => step(-1)} />
          <Strip />
          <IconButton label={t('viewer.next')} icon={<ArrowRight size={17} />} side="top" onClick={() => step(1)} />
        </footer>
      )}
    </>
  );
}

function Workflow({ picture }: { readonly picture: Picture }) {
  const { t } = useTranslation();
  const madeBy = useMadeBy(picture);
  if (madeBy === undefined) return null;
  return (
    <>
      {madeBy.seeds.length > 0 && (
        <Button size="small" kind="quiet" icon={<Copy size={14} />} onClick={() => copySeeds(madeBy, t('viewer.seedCopied'))}>
          {t('viewer.copySeed')}
        </Button>
      )}
      <Button
        size="small"
        icon={<FolderOpen size={14} />}
        onClick={() => {
          closeViewer();
          openTab(madeBy.title, madeBy.workflow, { unsaved: true });
        }}
      >
        {t('queue.openWorkflow')}
      </Button>
    </>
  );
}

function copySeeds({ seeds }: MadeBy, done: string): void {
  void writeClipboard(seeds.join(', ')).then((isDone) =>
    notify(isDone ? { text: done } : { text: i18next.t('commands.clipboardRefused'), kind: 'problem' }),
  );
}

/** All pictures, small. With Shift, one is chosen to compare with. */
function Strip() {
  const { pictures, at, compared } = useViewer();
  return (
    <ul className={styles.strip}>
      {pictures.map((picture, index) => (
        <li key={picture.url}>
          <button
            type="button"
            className={classes(styles.small, index === at && styles.chosen, index === compared && styles.compared)}
            aria-label={picture.name}
            aria-pressed={index === at}
            onClick={({ shiftKey }) => useViewer.setState(shiftKey ? { compared: index } : { at: index })}
          >
            <img src={picture.url} alt="" loading="lazy" />
          </button>
        </li>
      ))}
    </ul>
  );
}
