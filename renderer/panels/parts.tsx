import type { LucideIcon } from 'lucide-react';
import { Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/texts.tsx';
import { TextInput } from '../ui/text-input.tsx';
import styles from './parts.module.css';

/** The part of a panel that scrolls. */
export function Scroll({ children }: { readonly children: ReactNode }) {
  return <div className={styles.scroll}>{children}</div>;
}

/** The search field at the top of a panel. */
export function PanelSearch({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const { t } = useTranslation();
  return (
    <TextInput
      className={styles.search}
      label={t('common.search')}
      placeholder={t('common.search')}
      icon={<Search size={15} />}
      value={value}
      onChange={onChange}
    />
  );
}

/** A group of a panel under its heading. */
export function Section({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{title}</h3>
      {children}
    </section>
  );
}

type EmptyProps = { readonly icon: LucideIcon; readonly text: string; readonly children?: ReactNode };

/** What is shown where there is nothing yet: what to do. */
export function Empty({ icon: Icon, text, children }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <Icon size={22} />
      <p>{text}</p>
      {children}
    </div>
  );
}
