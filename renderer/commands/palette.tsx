import { Dialog } from '@base-ui/react/dialog';
import { Command as List } from 'cmdk';
import { Check, Search } from 'lucide-react';
import { showDialog, useUi } from '../app/ui.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { Keys } from '../ui/keys.tsx';
import { canRun, commands } from './all-commands.ts';
import { type Command, commandGroups } from './command.ts';
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
          <List label={t('commands.palette')} loop className={styles.list}>
            <div className={styles.search}>
              <Search size={16} aria-hidden="true" />
              <List.Input placeholder={t('palette.placeholder')} aria-label={t('palette.placeholder')} className={styles.input} autoFocus />
            </div>
            <List.List className={styles.items} label={t('commands.palette')}>
              <List.Empty className={styles.empty}>{t('palette.empty')}</List.Empty>
              {commandGroups.map((group) => (
                <Group key={group} group={group} />
              ))}
            </List.List>
          </List>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Group({ group }: { readonly group: Command['group'] }) {
  const { t } = useTranslation();
  const shown = commands.filter((command) => command.group === group && command.id !== 'palette' && canRun(command));
  if (shown.length === 0) return null;
  return (
    <List.Group heading={t(`commands.groups.${group}`)}>
      {shown.map((command) => (
        <List.Item
          key={command.id}
          value={command.id}
          // The English words of the id are found in any language.
          keywords={[t(command.title), t(`commands.groups.${group}`)]}
          className={styles.item}
          onSelect={() => {
            showDialog(undefined);
            command.run();
          }}
        >
          <span className={styles.name}>{t(command.title)}</span>
          {command.checked?.() === true && <Check size={14} />}
          {command.keys?.[0] !== undefined && <Keys keys={shortcutText(command.keys[0], isMac)} />}
        </List.Item>
      ))}
    </List.Group>
  );
}
