import { useEditor } from '../state/editor.ts';
import { appCommands } from './app-commands.ts';
import { arrangeCommands } from './arrange-commands.ts';
import type { Command } from './command.ts';
import { editCommands } from './edit-commands.ts';
import { fileCommands } from './file-commands.ts';
import { nodeCommands } from './node-commands.ts';
import { runCommands } from './run-commands.ts';
import { isMac, shortcutText } from './shortcut.ts';
import { subgraphCommands } from './subgraph-commands.ts';
import { viewCommands } from './view-commands.ts';

/** Everything that a person can do, in the order in which it is listed. */
export const commands: readonly Command[] = [
  ...fileCommands,
  ...editCommands,
  ...arrangeCommands,
  ...nodeCommands,
  ...subgraphCommands,
  ...runCommands,
  ...viewCommands,
  ...appCommands,
];

/** Whether a command can do something now. */
export function canRun(command: Command): boolean {
  return command.when?.(useEditor.getState()) ?? true;
}

/** Runs a command by its id, where it can do something. */
export function runCommand(id: string): void {
  const command = commands.find((one) => one.id === id);
  if (command === undefined) throw new Error(`There is no command ${id}.`);
  if (canRun(command)) command.run();
}

/** The first shortcut of a command, as it is shown. */
export function shortcutOf(id: string): string | undefined {
  const keys = commands.find((one) => one.id === id)?.keys?.[0];
  return keys && shortcutText(keys, isMac);
}
