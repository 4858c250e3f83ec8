import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from '../i18n/texts.tsx';
import { classes } from './classes.ts';
import styles from './dialog.module.css';
import { IconButton } from './icon-button.tsx';

type Props = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly size?: 'small' | 'medium' | 'large';
  /** Buttons at the bottom. */
  readonly footer?: ReactNode;
  readonly children: ReactNode;
};

export function Dialog({ open, onClose, title, size = 'medium', footer, children }: Props) {
  const { t } = useTranslation();
  const body = useRef<HTMLElement>(null);
  return (
    <Base.Root open={open} onOpenChange={(now) => now || onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup
          className={classes(styles.popup, styles[size])}
          // Else the button that closes it would have the focus, and show its tooltip.
          initialFocus={() => body.current?.querySelector<HTMLElement>('form input') ?? body.current}
        >
          <header className={styles.header}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            <Base.Close render={<IconButton label={t('common.close')} icon={<X size={16} />} />} />
          </header>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keys too. */}
          <section ref={body} className={styles.body} tabIndex={0} aria-label={title}>
            {children}
          </section>
          {footer !== undefined && <footer className={styles.footer}>{footer}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
