import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';
import { classes } from './classes.ts';

type Props = ComponentProps<'button'> & {
  /** `primary` for the one obvious thing of a place, `quiet` for what should not ask for attention. */
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly size?: 'small' | 'medium';
  readonly icon?: ReactNode;
};

export function Button({ kind = 'plain', size = 'medium', icon, className, children, type = 'button', ...rest }: Props) {
  return (
    <button type={type} className={classes(styles.button, styles[kind], styles[size], className)} {...rest}>
      {icon}
      {children}
    </button>
  );
}
