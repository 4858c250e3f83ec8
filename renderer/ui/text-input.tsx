import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './text-input.module.css';

type Props = {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Its name for screen readers. */
  readonly label: string;
  readonly placeholder?: string;
  readonly icon?: ReactNode;
  readonly maxLength?: number;
  readonly selectOnFocus?: boolean;
  readonly className?: string;
};

/** One line of text. */
export function TextInput({ value, onChange, label, placeholder, icon, maxLength, selectOnFocus, className }: Props) {
  return (
    <span className={classes(styles.box, className)}>
      {icon}
      <input
        className={styles.input}
        value={value}
        aria-label={label}
        placeholder={placeholder}
        maxLength={maxLength}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onFocus={(event) => selectOnFocus && event.target.select()}
      />
    </span>
  );
}
