import { setTitle } from '../../../workflows/edits/nodes.ts';
import { edit } from '../../state/editor.ts';
import { useStage } from '../scene/stage.ts';
import styles from './card.module.css';
import { RenameInput } from './rename-input.tsx';

type Props = { readonly id: string; readonly title: string; readonly renamesOnDoubleClick: boolean };

/** A node's title; a double click, or F2, lets it be written. An empty one brings the type's title back. */
export function CardTitle({ id, title, renamesOnDoubleClick }: Props) {
  const renaming = useStage((stage) => stage.renaming === id);
  if (renaming) {
    const rename = (text: string) => {
      if (text !== title) edit('edits.rename', (workflow) => setTitle(workflow, id, text));
    };
    return <RenameInput title={title} className={styles.titleInput} onRename={rename} />;
  }
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
