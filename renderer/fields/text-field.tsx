import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import styles from './field.module.css';
import { type FieldProps, writeField } from './field-edits.ts';
import { changeWeight, weightStep } from './weights.ts';

type Props = FieldProps & { readonly value: string; readonly placeholder?: string };

/** A line of text. */
export function LineField({ id, name, label, tooltip, value }: Props) {
  return (
    <div className={styles.field} title={tooltip}>
      <span className={styles.label}>{label}</span>
      <input
        className={styles.line}
        aria-label={label}
        value={value}
        onChange={(event) => writeField(id, name, event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
    </div>
  );
}

/** A text area; Ctrl with Up or Down weighs the selected words, as prompts have it. */
export function AreaField({ id, name, label, tooltip, value, placeholder }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const next = useRef<{ readonly start: number; readonly end: number }>(undefined);

  // The browser puts the caret to the end of a value that did not come from typing.
  useLayoutEffect(() => {
    if (next.current === undefined) return;
    area.current?.setSelectionRange(next.current.start, next.current.end);
    next.current = undefined;
  });

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const up = event.key === 'ArrowUp';
    if (!(event.ctrlKey || event.metaKey) || !(up || event.key === 'ArrowDown')) return;
    event.preventDefault();
    const { selectionStart: start, selectionEnd: end } = event.currentTarget;
    const changed = changeWeight(value, { start, end }, up ? weightStep : -weightStep);
    next.current = changed;
    writeField(id, name, changed.text);
  };
  return (
    <textarea
      ref={area}
      className={styles.area}
      aria-label={label}
      title={tooltip}
      placeholder={placeholder}
      value={value}
      onChange={(event) => writeField(id, name, event.target.value)}
      onKeyDown={onKeyDown}
      spellCheck={false}
    />
  );
}
