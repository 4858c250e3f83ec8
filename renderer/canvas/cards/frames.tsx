import { type NodeProps, NodeResizeControl } from '@xyflow/react';
import { memo } from 'react';
import { renameGroup, resizeFrame, writeNote } from '../../../workflows/edits/frames.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { edit } from '../../state/editor.ts';
import { useStage } from '../scene/stage.ts';
import styles from './frames.module.css';
import { RenameInput } from './rename-input.tsx';

/** A frame around what belongs together; its title takes hold of it and all that lies in it. */
export const GroupFrame = memo(function GroupFrame({ id, selected }: NodeProps) {
  const { t } = useTranslation();
  const group = useStage(({ scene }) => scene.groups.find((one) => one.id === id));
  const renaming = useStage((stage) => stage.renaming === id);
  if (group === undefined) return null;
  return (
    <section
      className={styles.group}
      data-selected={selected || undefined}
      aria-label={t('canvas.groupLabel', { title: group.title })}
      style={group.color === undefined ? undefined : { ['--frame' as string]: group.color }}
    >
      {renaming ? (
        <GroupInput id={id} title={group.title} />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: F2 renames as well.
        <div className={styles.groupTitle} data-group-handle onDoubleClick={() => useStage.setState({ renaming: id })}>
          {group.title}
        </div>
      )}
      <Resize id={id} minWidth={120} minHeight={80} />
    </section>
  );
});

function GroupInput({ id, title }: { readonly id: string; readonly title: string }) {
  const rename = (text: string) => {
    if (text.trim() !== '') edit('edits.rename', (workflow) => renameGroup(workflow, id, text.trim()));
  };
  return <RenameInput title={title} className={styles.groupInput} onRename={rename} />;
}

/** A note: plain text for whoever opens the workflow. */
export const NoteCard = memo(function NoteCard({ id, selected }: NodeProps) {
  const { t } = useTranslation();
  const note = useStage(({ scene }) => scene.notes.find((one) => one.id === id));
  const renaming = useStage((stage) => stage.renaming === id);
  if (note === undefined) return null;
  return (
    <section
      className={styles.note}
      data-selected={selected || undefined}
      aria-label={t('canvas.note')}
      style={note.color === undefined ? undefined : { ['--frame' as string]: note.color }}
      onDoubleClick={(event) => {
        event.stopPropagation();
        useStage.setState({ renaming: id });
      }}
    >
      {renaming ? (
        <textarea
          className={`${styles.noteText} nodrag nowheel`}
          aria-label={t('canvas.note')}
          value={note.text}
          // biome-ignore lint/a11y/noAutofocus: it appears because somebody wants to write in it.
          autoFocus
          onChange={({ target: { value } }) => edit('edits.note', (workflow) => writeNote(workflow, id, value), { group: `note ${id}` })}
          onBlur={() => useStage.setState({ renaming: undefined })}
          onKeyDown={(event) => {
            if (event.key === 'Escape') useStage.setState({ renaming: undefined });
            event.stopPropagation();
          }}
        />
      ) : (
        <p className={styles.noteText} data-empty={note.text === '' || undefined}>
          {note.text === '' ? t('canvas.emptyNote') : note.text}
        </p>
      )}
      <Resize id={id} minWidth={120} minHeight={60} />
    </section>
  );
});

type ResizeProps = { readonly id: string; readonly minWidth: number; readonly minHeight: number };

function Resize({ id, minWidth, minHeight }: ResizeProps) {
  return (
    <NodeResizeControl
      position="bottom-right"
      minWidth={minWidth}
      minHeight={minHeight}
      onResize={(_event, box) => edit('edits.resize', (workflow) => resizeFrame(workflow, id, box), { group: `resize ${id}` })}
    />
  );
}
