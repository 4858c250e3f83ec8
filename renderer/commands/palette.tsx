import { Dialog } from '@base-ui/react/dialog';
import { Command as List } from 'cmdk';
import { Check, Search as SearchIcon } from 'lucide-react';
import { useState } from 'react';
import { showDialog, useUi } from '../app/ui.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { Keys } from '../ui/keys.tsx';
import { canRun, commands } from './all-commands.ts';
import { type Command, commandGroups } from './command.ts';
import { findCommands } from './find-commands.ts';
import styles from './palette.module.css';
import { isMac, shortcutText } from './shortcut.ts';

/** Every command by name. */
export function Palette() {
  const { t } = useTranslation();
  const open = useUi(({ dialog }) => dialog === 'palette');
  return (
    <Dialog.Root open={open} onOpenChange={(now) => now || showDialog(undefined)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup} aria-label={t('commands.palette')}>
          <Search />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Search() {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const offered = commands.filter(({ id }) => id !== 'palette');
  // Who asks for a command by name learns that there is one, even if it can do nothing now.
  const found = () => findCommands(query, offered, t).toSorted((a, b) => Number(canRun(b)) - Number(canRun(a)));
  return (
    <List label={t('commands.palette')} loop shouldFilter={false} className={styles.list}>
      <div className={styles.search}>
        <SearchIcon size={16} aria-hidden="true" />
        <List.Input
          value={query}
          onValueChange={setQuery}
          placeholder={t('palette.placeholder')}
          aria-label={t('palette.placeholder')}
          className={styles.input}
          autoFocus
        />
      </div>
      <List.List className={styles.items} label={t('commands.palette')}>
        <List.Empty className={styles.empty}>{t('palette.empty')}</List.Empty>
        {query.trim() === ''
          ? commandGroups.map((group) => (
              <Group key={group} group={group} members={offered.filter((one) => one.group === group && canRun(one))} />
            ))
          : found().map((command) => <Item key={command.id} command={command} />)}
      </List.List>
    </List>
  );
}

function Group({ group, members }: { readonly group: Command['group']; readonly members: readonly Command[] }) {
  const { t } = useTranslation();
  if (members.length === 0) return null;
  return (
    <List.Group heading={t(`commands.groups.${group}`)}>
      {members.map((command) => (
        <Item key={command.id} command={command} />
      ))}
    </List.Group>
  );
}

function Item({ command }: { readonly command: Command }) {
  const { t } = useTranslation();
  return (
    <List.Item
      value={command.id}
      className={styles.item}
      disabled={!canRun(command)}
      onSelect={() => {
        showDialog(undefined);
        command.run();
      }}
    >
      <span className={styles.name}>{t(command.title)}</span>
      {command.checked?.() === true && <Check size={14} />}
      {command.keys?.[0] !== undefined && <Keys keys={shortcutText(command.keys[0], isMac)} />}
    </List.Item>
  );
}
