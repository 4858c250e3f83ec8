import { useTranslation } from '../../i18n/texts.tsx';
import { NameInput } from '../../ui/name-input.tsx';
import { useStage } from '../scene/stage.ts';

type Props = {
  readonly title: string;
  readonly className: string;
  /** Told the text as it was written; not told if it was given up with Escape. */
  readonly onRename: (text: string) => void;
};

/** The field in which the title of a card or a group is written. */
export function RenameInput({ title, className, onRename }: Props) {
  const { t } = useTranslation();
  const finish = (text: string | undefined) => {
    if (text !== undefined) onRename(text);
    useStage.setState({ renaming: undefined });
  };
  return <NameInput name={title} label={t('canvas.title')} className={`${className} nodrag`} onEnd={finish} />;
}
