import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import styles from './select.module.css';

type Option<T extends string> = { readonly value: T; readonly label: string };

type Props<T extends string> = {
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  /** Its name for screen readers. */
  readonly label: string;
};

/** A choice among a few. */
export function Select<T extends string>({ value, options, onChange, label }: Props<T>) {
  return (
    <Base.Root<T> items={options} value={value} onValueChange={(now) => now !== null && onChange(now)} modal={false}>
      <Base.Trigger aria-label={label} className={styles.trigger}>
        <Base.Value className={styles.value} />
        <Base.Icon className={styles.icon}>
          <ChevronsUpDown size={14} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} sideOffset={4} className={styles.positioner}>
          <Base.Popup className={styles.popup}>
            {options.map((option) => (
              <Base.Item key={option.value} value={option.value} className={styles.item}>
                <span className={styles.check}>
                  <Base.ItemIndicator>
                    <Check size={14} />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{option.label}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
