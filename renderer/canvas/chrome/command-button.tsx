import type { ReactNode } from 'react';
import { commands, runCommand, shortcutOf } from '../../commands/all-commands.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { IconButton } from '../../ui/icon-button.tsx';

/** A command as a button on the canvas; nothing where the app has no such command. */
export function CommandButton({ id, icon }: { readonly id: string; readonly icon: ReactNode }) {
  const { t } = useTranslation();
  const command = commands.find((one) => one.id === id);
  if (command === undefined) return null;
  return <IconButton label={t(command.title)} keys={shortcutOf(id)} side="top" icon={icon} onClick={() => runCommand(id)} />;
}
