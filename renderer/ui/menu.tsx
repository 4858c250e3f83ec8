import { Menu as Base } from '@base-ui/react/menu';
import { Check, ChevronRight } from 'lucide-react';
import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { useTranslation } from '../i18n/texts.tsx';
import { classes } from './classes.ts';
import { Keys } from './keys.tsx';
import styles from './menu.module.css';
import type { MenuEntry } from './menu-items.ts';

type Props = {
  /** One element that takes a ref and the events of a trigger. */
  readonly trigger: ReactElement;
  /** A function where they depend on how things stand: it is asked when the menu opens. */
  readonly entries: readonly MenuEntry[] | (() => readonly MenuEntry[]);
  readonly side?: 'bottom' | 'right' | 'top';
  readonly align?: 'start' | 'end';
};

/** A menu that a button opens. */
export function Menu({ trigger, entries, side = 'bottom', align = 'start' }: Props) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Popup entries={entries} side={side} align={align} sideOffset={6} />
    </Base.Root>
  );
}

type AtProps = {
  /** Where it opens, in the coordinates of the window; closed where undefined. */
  readonly point: { readonly x: number; readonly y: number } | undefined;
  readonly entries: readonly MenuEntry[];
  readonly onClose: () => void;
};

/** A menu that opens at a point, such as that of a right click. */
export function MenuAt({ point, entries, onClose }: AtProps) {
  const anchor = { getBoundingClientRect: () => DOMRect.fromRect({ x: point?.x ?? 0, y: point?.y ?? 0, width: 0, height: 0 }) };
  return (
    <Base.Root open={point !== undefined} onOpenChange={(open) => open || onClose()} modal={false}>
      <Popup entries={entries} anchor={anchor} side="bottom" align="start" sideOffset={2} />
    </Base.Root>
  );
}

type PopupProps = Pick<Props, 'entries'> & { readonly name?: string } & Pick<
    ComponentProps<typeof Base.Positioner>,
    'anchor' | 'side' | 'align' | 'sideOffset' | 'alignOffset'
  >;

function Popup({ entries, name, ...place }: PopupProps) {
  return (
    <Base.Portal>
      <Base.Positioner render={<Landmark name={name} />} className={styles.positioner} {...place}>
        <Base.Popup className={styles.popup}>
          <Entries entries={entries} />
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

/** Menus lie beside the page: a part of it by a name, like all that is in it. */
function Landmark({ name, ...rest }: ComponentProps<'div'> & { readonly name?: string }) {
  const { t } = useTranslation();
  // biome-ignore lint/a11y/useSemanticElements: what it stands for is a plain element, which is placed and measured.
  return <div {...rest} role="region" aria-label={name ?? t('app.menu')} />;
}

function Entries({ entries }: Pick<Props, 'entries'>) {
  const shown = typeof entries === 'function' ? entries() : entries;
  return shown.map((entry) => <Entry key={entry.id} entry={entry} />);
}

function Entry({ entry }: { readonly entry: MenuEntry }) {
  switch (entry.kind) {
    case 'separator':
      return <Base.Separator className={styles.separator} />;
    case 'heading':
      return (
        <div role="presentation" className={styles.heading}>
          {entry.label}
        </div>
      );
    case 'check':
      return (
        <Base.CheckboxItem
          checked={entry.checked}
          disabled={entry.disabled}
          onCheckedChange={entry.run}
          closeOnClick
          className={styles.item}
        >
          <Row icon={entry.checked && <Check size={14} />} label={entry.label} keys={entry.keys} />
        </Base.CheckboxItem>
      );
    case 'submenu':
      return (
        <Base.SubmenuRoot>
          <Base.SubmenuTrigger className={styles.item}>
            <Row icon={entry.icon} label={entry.label} />
            <ChevronRight size={14} className={styles.arrow} />
          </Base.SubmenuTrigger>
          <Popup entries={entry.entries} name={entry.label} side="right" align="start" alignOffset={-5} />
        </Base.SubmenuRoot>
      );
    case 'item':
      return (
        <Base.Item disabled={entry.disabled} onClick={entry.run} className={classes(styles.item, entry.danger && styles.danger)}>
          <Row icon={entry.icon} label={entry.label} keys={entry.keys} />
        </Base.Item>
      );
  }
}

function Row({ icon, label, keys }: { readonly icon?: ReactNode; readonly label: string; readonly keys?: string }) {
  return (
    <>
      <span className={styles.icon}>{icon}</span>
      <span className={styles.label}>{label}</span>
      {keys !== undefined && <Keys keys={keys} />}
    </>
  );
}
