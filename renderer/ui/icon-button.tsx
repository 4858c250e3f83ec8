import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './icon-button.module.css';
import { Tooltip } from './tooltip.tsx';

type Props = Omit<ComponentProps<'button'>, 'aria-label'> & {
  /** What it does: its name for screen readers and its tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  /** The shortcut as it is shown, such as `Ctrl+S`. */
  readonly keys?: string;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  readonly size?: 'small' | 'medium' | 'large';
  readonly on?: boolean;
};

/** A button that shows an icon only. `on` makes it one that can be pressed in. */
export function IconButton({ label, icon, keys, side = 'bottom', size = 'medium', on, className, ...rest }: Props) {
  return (
    <Tooltip text={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={on}
        className={classes(styles.button, styles[size], on === true && styles.on, className)}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
