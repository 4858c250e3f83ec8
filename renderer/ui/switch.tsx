import { Switch as Base } from '@base-ui/react/switch';
import styles from './switch.module.css';

type Props = {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** Its name for screen readers. */
  readonly label: string;
};

export function Switch({ checked, onChange, label }: Props) {
  return (
    <Base.Root checked={checked} onCheckedChange={(now) => onChange(now)} aria-label={label} className={styles.track}>
      <Base.Thumb className={styles.thumb} />
    </Base.Root>
  );
}
