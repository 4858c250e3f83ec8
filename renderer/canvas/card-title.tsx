import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setTitle } from '../../workflows/edits/nodes.ts';
import { edit } from '../state/editor.ts';
import styles from './card.module.css';
import { useStage } from './stage.ts';

type Props = { readonly id: string; readonly title: string; readonly renamesOnDoubleClick: boolean };

/** A node's title; a double click, or F2, lets it be written. An empty one brings the type's title back. */
export function CardTitle({ id, title, renamesOnDoubleClick }: Props) {
  const renaming = useStage((stage) => stage.renaming === id);
  if (renaming) return <TitleInput id={id} title={title} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: F2 and the command palette rename as well.
    <span
      className={styles.title}
      onDoubleClick={(event) => {
        if (!renamesOnDoubleClick) return;
        event.stopPropagation();
        useStage.setState({ renaming: id });
      }}
    >
      {title}
    </span>
  );
}

function TitleInput({ id, title }: { readonly id: string; readonly title: string }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(title);
  const finish = (text: string | undefined) => {
    if (text !== undefined && text !== title) edit('edits.rename', (workflow) => setTitle(workflow, id, text));
    useStage.setState({ renaming: undefined });
  };
  return (
    <input
      className={`${styles.titleInput} nodrag`}
      aria-label={t('canvas.title')}
      value={draft}
      // biome-ignore lint/a11y/noAutofocus: it appears because somebody wants to write in it.
      autoFocus
      onFocus={(event) => event.target.select()}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => finish(draft)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish(draft);
        if (event.key === 'Escape') finish(undefined);
      }}
    />
  );
}
