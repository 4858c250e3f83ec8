import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStage } from './stage.ts';

type Props = {
  readonly title: string;
  readonly className: string;
  /** Told the text as it was written; not told if it was given up with Escape. */
  readonly onRename: (text: string) => void;
};

/** The field in which the title of a card or a group is written; Enter or leaving it ends the renaming, Escape gives it up. */
export function RenameInput({ title, className, onRename }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(title);
  const finish = (text: string | undefined) => {
    if (text !== undefined) onRename(text);
    useStage.setState({ renaming: undefined });
  };
  return (
    <input
      className={`${className} nodrag`}
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
