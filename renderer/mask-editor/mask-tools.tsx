import { Brush as BrushIcon, Contrast, Eraser, PaintBucket, Trash2, Undo2, X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { isMac, matches, shortcutText } from '../commands/shortcut.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { type Brush, mostSize } from './brush.ts';
import type { MaskCanvas } from './mask-canvas.ts';
import styles from './mask-editor.module.css';
import { closeMaskEditor } from './mask-editor-state.ts';
import { MaskPane } from './mask-pane.tsx';
import type { Pixels } from './pixels.ts';

type Props = { readonly picture: Pixels; readonly onSave: (mask: Uint8ClampedArray) => Promise<void> };

/** The tools above the picture, and the picture. */
export function MaskTools({ picture, onSave }: Props) {
  const { t } = useTranslation();
  const [brush, setBrush] = useState<Brush>({ tool: 'brush', size: Math.max(8, Math.round(picture.width / 12)), hardness: 0.8 });
  const [mask, setMask] = useState<MaskCanvas>();
  const [saving, setSaving] = useState(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (matches('Mod+Z', event, isMac)) mask?.undo();
    else if (event.key === 'b') setBrush((now) => ({ ...now, tool: 'brush' }));
    else if (event.key === 'e') setBrush((now) => ({ ...now, tool: 'eraser' }));
  };
  const save = async () => {
    if (mask === undefined) return;
    setSaving(true);
    await onSave(mask.read());
    setSaving(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are shortcuts of the buttons inside.
    <div className={styles.tools} onKeyDown={onKeyDown}>
      <header className={styles.bar}>
        <IconButton
          label={t('mask.brush')}
          keys="B"
          icon={<BrushIcon size={17} />}
          on={brush.tool === 'brush'}
          onClick={() => setBrush({ ...brush, tool: 'brush' })}
        />
        <IconButton
          label={t('mask.eraser')}
          keys="E"
          icon={<Eraser size={17} />}
          on={brush.tool === 'eraser'}
          onClick={() => setBrush({ ...brush, tool: 'eraser' })}
        />
        <Slider
          label={t('mask.size')}
          value={brush.size}
          min={1}
          max={mostSize}
          step={1}
          onChange={(size) => setBrush({ ...brush, size })}
        />
        <Slider
          label={t('mask.hardness')}
          value={brush.hardness}
          min={0}
          max={1}
          step={0.01}
          onChange={(hardness) => setBrush({ ...brush, hardness })}
        />
        <IconButton label={t('mask.fill')} icon={<PaintBucket size={17} />} onClick={() => mask?.fill()} />
        <IconButton label={t('mask.clear')} icon={<Trash2 size={17} />} onClick={() => mask?.clear()} />
        <IconButton label={t('mask.invert')} icon={<Contrast size={17} />} onClick={() => mask?.invert()} />
        <IconButton label={t('common.undo')} keys={shortcutText('Mod+Z', isMac)} icon={<Undo2 size={17} />} onClick={() => mask?.undo()} />
        <span className={styles.space} />
        <Button kind="primary" size="small" disabled={saving} onClick={() => void save()}>
          {t('mask.save')}
        </Button>
        <IconButton label={t('common.close')} keys="Esc" icon={<X size={17} />} onClick={closeMaskEditor} />
      </header>
      <MaskPane picture={picture} brush={brush} onBrush={setBrush} mask={mask} onMask={setMask} />
      <p className={styles.hint}>{t('mask.hint')}</p>
    </div>
  );
}

type SliderProps = {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
};

function Slider({ label, onChange, ...range }: SliderProps) {
  return (
    <label className={styles.slider}>
      {label}
      <input type="range" {...range} onChange={(event) => onChange(event.target.valueAsNumber)} />
      <output className={styles.number}>{range.value}</output>
    </label>
  );
}
