import { showDialog, useUi } from '../app/ui.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Keys } from '../ui/keys.tsx';
import { commands } from './all-commands.ts';
import { type CommandGroup, commandGroups } from './command.ts';
import { isMac, shortcutText } from './shortcut.ts';
import styles from './shortcut-sheet.module.css';

/** All shortcuts on one page. */
export function ShortcutSheet() {
  const { t } = useTranslation();
  const open = useUi(({ dialog }) => dialog === 'shortcuts');
  return (
    <Dialog open={open} onClose={() => showDialog(undefined)} title={t('shortcuts.title')} size="large">
      <div className={styles.columns}>
        {commandGroups.map((group) => (
          <Group key={group} group={group} />
        ))}
      </div>
    </Dialog>
  );
}

function Group({ group }: { readonly group: CommandGroup }) {
  const { t } = useTranslation();
  const shown = commands.filter((command) => command.group === group && command.keys !== undefined);
  if (shown.length === 0) return null;
  return (
    <section className={styles.group}>
      <h3 className={styles.heading}>{t(`commands.groups.${group}`)}</h3>
      <dl>
        {shown.map(({ id, title, keys = [] }) => (
          <div key={id} className={styles.row}>
            <dt>{t(title)}</dt>
            <dd className={styles.keys}>
              {keys.map((one) => (
                <Keys key={one} keys={shortcutText(one, isMac)} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
