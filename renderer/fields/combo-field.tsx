import { ChevronDown } from 'lucide-react';
import { useRef, useState } from 'react';
import { ChoicePopup } from './choice-popup.tsx';
import styles from './field.module.css';
import { type FieldProps, writeField } from './field-edits.ts';

type Props = FieldProps & { readonly value: string; readonly options: readonly string[] };

/** A choice among names. */
export function ComboField({ id, name, label, tooltip, value, options }: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.field}
        title={tooltip}
        aria-label={`${label}: ${value}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        data-invalid={!options.includes(value) || undefined}
        onClick={() => setOpen(true)}
      >
        <span className={styles.label}>{label}</span>
        <span className={styles.chosen}>{value}</span>
        <ChevronDown size={13} className={styles.chevron} aria-hidden="true" />
      </button>
      {open && (
        <ChoicePopup
          anchor={button}
          label={label}
          value={value}
          options={options}
          onChoose={(option) => writeField(id, name, option)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
