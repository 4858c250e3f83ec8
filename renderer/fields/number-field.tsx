import { type KeyboardEvent, useRef, useState } from 'react';
import styles from './field.module.css';
import { type FieldProps, writeField } from './field-edits.ts';
import { type NumberSpec, numberText, readNumber, shareOf, stepNumber } from './numbers.ts';
import { useScrub } from './use-scrub.ts';

type Props = FieldProps & { readonly spec: NumberSpec; readonly value: number };

/** A number that is dragged, typed (`512*1.5`) or stepped with the arrow keys. */
export function NumberField({ id, name, label, tooltip, spec, value }: Props) {
  const [draft, setDraft] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const scrub = useScrub({
    start: () => value,
    move: (from, steps, gesture) => writeField(id, name, stepNumber(spec, from, steps), gesture),
    click: () => {
      input.current?.focus();
      input.current?.select();
    },
  });

  const commit = () => {
    const read = draft === undefined ? undefined : readNumber(spec, draft);
    if (read !== undefined && read !== value) writeField(id, name, read);
    setDraft(undefined);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') {
      commit();
      event.currentTarget.select();
    } else if (event.key === 'Escape' && draft !== undefined) {
      event.stopPropagation();
      setDraft(undefined);
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      const steps = (event.key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? 10 : 1);
      setDraft(undefined);
      writeField(id, name, stepNumber(spec, (draft !== undefined && readNumber(spec, draft)) || value, steps));
    }
  };

  const share = shareOf(spec, value);
  return (
    <div className={styles.field} data-scrub title={tooltip} {...scrub}>
      {share !== undefined && <i className={styles.share} style={{ width: `${share * 100}%` }} />}
      <span className={styles.label}>{label}</span>
      <input
        ref={input}
        className={styles.number}
        role="spinbutton"
        inputMode="decimal"
        aria-label={label}
        aria-valuenow={value}
        aria-valuemin={spec.min}
        aria-valuemax={spec.max}
        aria-invalid={(draft !== undefined && readNumber(spec, draft) === undefined) || value < spec.min || value > spec.max}
        value={draft ?? numberText(spec, value)}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
        autoComplete="off"
        spellCheck={false}
      />
    </div>
  );
}
