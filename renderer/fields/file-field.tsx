import { Brush, ChevronDown, ImageUp, TriangleAlert } from 'lucide-react';
import { type ClipboardEvent, type DragEvent, useRef, useState } from 'react';
import type { FileFolder } from '../../nodes/types.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { openMaskEditor } from '../mask-editor/mask-editor-state.ts';
import { useEditor } from '../state/editor.ts';
import { notifyProblems } from '../ui/toast.tsx';
import { ChoicePopup } from './choice-popup.tsx';
import styles from './field.module.css';
import { type FieldProps, writeField } from './field-edits.ts';
import { inputUrl, pictureIn, uploadPicture } from './upload.ts';

type Props = FieldProps & { readonly value: string; readonly folder: FileFolder };

const none: readonly string[] = [];

/** A file by its name. Pictures are shown, and can be dropped, pasted or chosen from the disk. */
export function FileField({ id, name, label, tooltip, value, folder }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const names = useEditor(({ files }) => files[folder]);
  const missing = value !== '' && names !== undefined && !names.includes(value);
  const choose = (option: string) => writeField(id, name, option);
  const takesPictures = folder === 'input';
  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.field}
        title={missing ? t('fields.file.missing', { name: value, folder }) : (tooltip ?? value)}
        aria-label={missing ? t('fields.file.missingLabel', { label, name: value }) : `${label}: ${value || t('fields.file.none')}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        data-invalid={missing || undefined}
        onClick={() => setOpen(true)}
      >
        {missing && <TriangleAlert size={14} className={styles.warning} aria-hidden="true" />}
        <span className={styles.fileName} data-empty={value === '' || undefined}>
          {value === '' ? t('fields.file.none') : value}
        </span>
        <ChevronDown size={13} className={styles.chevron} aria-hidden="true" />
      </button>
      {takesPictures && <PictureBox name={value} label={label} missing={missing} onPicture={choose} />}
      {takesPictures && value !== '' && !missing && (
        <button type="button" className={styles.mask} onClick={() => openMaskEditor({ node: id, input: name, picture: value })}>
          <Brush size={13} aria-hidden="true" />
          {t('mask.open')}
        </button>
      )}
      {open && (
        <ChoicePopup
          anchor={button}
          label={label}
          value={value}
          options={names ?? none}
          onChoose={choose}
          onClose={() => setOpen(false)}
          footer={names?.length === 0 && <p className={styles.hint}>{t('fields.file.empty', { folder })}</p>}
        />
      )}
    </>
  );
}

type BoxProps = {
  readonly name: string;
  readonly label: string;
  readonly missing: boolean;
  readonly onPicture: (name: string) => void;
};

/** The picture of a field: what is dropped or pasted on it goes into `input/`. */
function PictureBox({ name, label, missing, onPicture }: BoxProps) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);

  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    const answer = await uploadPicture(file);
    if (answer.ok) onPicture(answer.value.name);
    else notifyProblems(answer.problems);
  };
  const onDrop = (event: DragEvent) => {
    const picture = pictureIn(event.dataTransfer);
    setOver(false);
    if (picture === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void take(picture);
  };
  const onPaste = (event: ClipboardEvent) => {
    const picture = pictureIn(event.clipboardData);
    if (picture === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void take(picture);
  };
  return (
    <>
      <button
        type="button"
        className={styles.picture}
        data-over={over || undefined}
        aria-label={t('fields.file.choosePicture', { label })}
        onClick={() => files.current?.click()}
        onPaste={onPaste}
        onDrop={onDrop}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes('Files')) return;
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
      >
        {name !== '' && !missing ? (
          <img src={inputUrl(name)} alt="" draggable={false} />
        ) : (
          <span className={styles.dropHint}>
            <ImageUp size={18} aria-hidden="true" />
            {t('fields.file.dropPicture')}
          </span>
        )}
      </button>
      <input
        ref={files}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        hidden
        onChange={(event) => void take(event.target.files?.[0])}
      />
    </>
  );
}
