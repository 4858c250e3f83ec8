import { showDialog, useUi } from '../app/ui.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Keys } from '../ui/keys.tsx';
import { commands } from './all-commands.ts';
import { type CommandGroup, commandGroups } from './command.ts';
import { type Gesture, gestureGroups, gestures, gestureText } from './gestures.ts';
import styles from './shortcut-sheet.module.css';

/** All shortcuts and gestures on one page. */
export function ShortcutSheet() {
  const { t } = useTranslation();
  const open = useUi(({ dialog }) => dialog === 'shortcuts');
  return (
    <Dialog open={open} onClose={() => showDialog(undefined)} title={t('shortcuts.title')} size="large">
      <div className={styles.columns}>
        {commandGroups.map((group) => (
          <Commands key={group} group={group} />
        ))}
        {gestureGroups.map((group) => (
          <Section key={group} heading={t(`gestures.groups.${group}`)} rows={gestures.filter((gesture) => gesture.group === group)} />
        ))}
      </div>
    </Dialog>
  );
}

function Commands({ group }: { readonly group: CommandGroup }) {
  const { t } = useTranslation();
  const rows = commands.flatMap(({ group: own, title, keys }) => (own === group && keys !== undefined ? [{ title, keys }] : []));
  return rows.length === 0 ? null : <Section heading={t(`commands.groups.${group}`)} rows={rows} />;
}

type SectionProps = { readonly heading: string; readonly rows: readonly Pick<Gesture, 'title' | 'keys'>[] };

function Section({ heading, rows }: SectionProps) {
  const { t } = useTranslation();
  return (
    <section className={styles.group}>
      <h3 className={styles.heading}>{heading}</h3>
      <dl>
        {rows.map(({ title, keys }) => (
          <div key={title} className={styles.row}>
            <dt>{t(title)}</dt>
            <dd className={styles.keys}>
              {keys.map((one) => (
                <Keys key={one} keys={gestureText(one, t)} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
