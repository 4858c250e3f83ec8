import { Switch } from '../ui/switch.tsx';
import styles from './field.module.css';
import { type FieldProps, writeField } from './field-edits.ts';

/** Yes or no; all of the line switches. */
export function BooleanField({ id, name, label, tooltip, value }: FieldProps & { readonly value: boolean }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the switch has the input inside.
    <label className={styles.field} title={tooltip}>
      <span className={styles.label}>{label}</span>
      <span className={styles.switch}>
        <Switch checked={value} label={label} onChange={(now) => writeField(id, name, now)} />
      </span>
    </label>
  );
}
