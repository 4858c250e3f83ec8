import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useState } from 'react';
import { setField } from '../../workflows/edits/nodes.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { edit } from '../state/editor.ts';
import { toBase64 } from '../state/files.ts';
import { uploadInput } from '../state/uploads.ts';
import { notify, notifyProblems } from '../ui/toast.tsx';
import styles from './mask-editor.module.css';
import { closeMaskEditor, type MaskTarget, useMaskEditor } from './mask-editor-state.ts';
import { MaskTools } from './mask-tools.tsx';
import { type Pixels, readPixels, withMask } from './pixels.ts';
import { encodePng } from './png.ts';

/** Paints the mask of a picture field. The picture is kept as a new one, whose transparency is the mask. */
export function MaskEditor() {
  const { t } = useTranslation();
  const target = useMaskEditor((state) => state.target);
  return (
    <Dialog.Root open={target !== undefined} onOpenChange={(open) => open || closeMaskEditor()}>
      <Dialog.Portal>
        <Dialog.Popup className={styles.editor} aria-label={t('mask.title')}>
          {target !== undefined && <Opened target={target} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Opened({ target }: { readonly target: MaskTarget }) {
  const { t } = useTranslation();
  const [picture, setPicture] = useState<Pixels>();
  const url = `inputs/${target.picture.split('/').map(encodeURIComponent).join('/')}`;
  useEffect(() => {
    let current = true;
    readPixels(url).then(
      (pixels) => current && setPicture(pixels),
      () => {
        notify({ text: t('mask.unreadable', { name: target.picture }), kind: 'problem' });
        closeMaskEditor();
      },
    );
    return () => {
      current = false;
    };
  }, [url, target.picture, t]);
  if (picture === undefined) return null;
  return <MaskTools picture={picture} onSave={(mask) => save(target, picture, mask)} />;
}

async function save({ node, input, picture: name }: MaskTarget, picture: Pixels, mask: Uint8ClampedArray): Promise<void> {
  const file = await encodePng(picture.width, picture.height, withMask(picture, mask));
  const answer = await uploadInput(maskedName(name), toBase64(file));
  if (!answer.ok) return notifyProblems(answer.problems);
  edit('edits.mask', (workflow) => setField(workflow, node, input, answer.value.name));
  closeMaskEditor();
}

/** `cat.jpg` becomes `cat mask.png`; the host adds a number where there is one already. */
function maskedName(name: string): string {
  const base = (name.split('/').at(-1) ?? name).replace(/\.[^.]*$/, '').replace(/ mask( \(?\d+\)?)?$/, '');
  return `${base.slice(0, 150)} mask.png`;
}
