import type { TFunction } from 'i18next';
import type { MenuEntry } from '../ui/menu-items.ts';
import { canRun, commands } from './all-commands.ts';
import type { Command } from './command.ts';
import { isMac, shortcutText } from './shortcut.ts';

/** A command as an entry of a menu. */
export function menuEntry(id: string, t: TFunction): MenuEntry {
  const command = commands.find((one) => one.id === id);
  if (command === undefined) throw new Error(`There is no command ${id}.`);
  return entryOf(command, t);
}

export function entryOf(command: Command, t: TFunction): MenuEntry {
  const [keys] = command.keys ?? [];
  const common = {
    id: command.id,
    label: t(command.title),
    keys: keys && shortcutText(keys, isMac),
    disabled: !canRun(command),
    run: command.run,
  };
  return command.checked === undefined ? { kind: 'item', ...common } : { kind: 'check', ...common, checked: command.checked() };
}
