import { Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { openFiles } from '../commands/open-files.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { notify } from '../ui/toast.tsx';
import styles from './drop-target.module.css';
import { droppedFiles } from './dropped-files.ts';

/** Opens what is dropped anywhere, unless what lies below the pointer has taken it. */
export function DropTarget() {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    let depth = 0;
    const enter = (change: number) => {
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    window.addEventListener('dragenter', (event) => carriesFiles(event) && enter(1), { signal });
    window.addEventListener('dragleave', (event) => carriesFiles(event) && enter(-1), { signal });
    window.addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault(), { signal });
    // In the capture phase: the hint goes whoever takes the drop.
    window.addEventListener('drop', () => enter(-depth), { signal, capture: true });
    window.addEventListener(
      'drop',
      (event) => {
        if (!carriesFiles(event) || event.defaultPrevented) return;
        event.preventDefault();
        if (event.dataTransfer !== null) {
          droppedFiles(event.dataTransfer).then(openFiles, () => notify({ text: t('drop.unreadable'), kind: 'problem' }));
        }
      },
      { signal },
    );
    return () => stop.abort();
  }, [t]);
  return (
    over && (
      <div className={styles.hint}>
        <p className={styles.text}>
          <Download size={18} />
          {t('app.dropHere')}
        </p>
      </div>
    )
  );
}

function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
