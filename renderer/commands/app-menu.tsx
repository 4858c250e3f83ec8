import type { TFunction } from 'i18next';
import { useTranslation } from '../i18n/texts.tsx';
import { Menu } from '../ui/menu.tsx';
import type { MenuEntry } from '../ui/menu-items.ts';
import { commands } from './all-commands.ts';
import styles from './app-menu.module.css';
import { commandGroups } from './command.ts';
import { entryOf } from './menu-entries.ts';

/** The menu of everything, behind Weft's own sign. */
export function AppMenu() {
  const { t } = useTranslation();
  return (
    <Menu
      entries={() => menuOfAll(t)}
      trigger={
        <button type="button" className={styles.sign} aria-label={t('app.menu')}>
          <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
            <path d="M3 6c5 0 6 10 16 10M3 11h16M3 16c5 0 6-10 16-10" />
          </svg>
        </button>
      }
    />
  );
}

function menuOfAll(t: TFunction): MenuEntry[] {
  return commandGroups.map((group) => ({
    kind: 'submenu',
    id: group,
    label: t(`commands.groups.${group}`),
    entries: commands.filter((command) => command.group === group).map((command) => entryOf(command, t)),
  }));
}
