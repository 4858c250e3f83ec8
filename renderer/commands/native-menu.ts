import i18next from 'i18next';
import type { Menu } from '../../electron/bridge/contract.ts';
import { useUi } from '../app/ui.ts';
import { useSettings } from '../settings/settings.ts';
import { bridge } from '../state/bridge.ts';
import { useEditor } from '../state/editor.ts';
import { openTab } from '../state/files.ts';
import { readWorkflowText } from '../state/workflow-text.ts';
import { notifyProblems } from '../ui/toast.tsx';
import { canRun, commands, runCommand } from './all-commands.ts';
import { type Command, commandGroups } from './command.ts';
import { isCovered, isTyping } from './use-shortcuts.ts';

/** The menu follows the page at this pace at most: it is looked at far less often than the page changes. */
const pauseMs = 200;

const clipboardRoles = ['cut', 'copy', 'paste'] as const;

/** What a text field does itself with the keys of a command. */
const inTextFields: Readonly<Record<string, string>> = { undo: 'undo', redo: 'redo', 'select-all': 'selectAll' };

/** The accelerator of a command; none for keys that are also typed, such as `F`, which a native menu would take from text fields. */
function acceleratorOf({ keys: [first] = [] }: Command): string | undefined {
  return first?.includes('Mod+') ? first.replace('Mod', 'CmdOrCtrl').replace(/\+\+$/, '+Plus') : undefined;
}

function itemOf(command: Command): Menu['items'][number] {
  const accelerator = acceleratorOf(command);
  const role = command.keysBelongTo === 'browser' ? clipboardRoles.find((role) => role === command.id) : undefined;
  return {
    kind: 'command',
    id: command.id,
    label: i18next.t(command.title),
    enabled: canRun(command),
    ...(accelerator === undefined ? {} : { accelerator }),
    ...(command.checked === undefined ? {} : { checked: command.checked() }),
    ...(role === undefined ? {} : { role }),
  };
}

function menus(): Menu[] {
  return commandGroups.map((group) => ({
    label: i18next.t(`commands.groups.${group}`),
    items: commands.filter((command) => command.group === group).map(itemOf),
  }));
}

/** Runs what was chosen; keys that were pressed while someone types, or in a dialog, are for that. */
function choose(id: string, byKeys: boolean): void {
  const command = commands.find((one) => one.id === id);
  if (byKeys && isTyping(document.activeElement) && command?.whileTyping !== true) {
    const own = inTextFields[id];
    // Deprecated, and the one way to undo in a text field.
    if (own !== undefined) document.execCommand(own);
  } else if (!(byKeys && isCovered())) runCommand(id);
}

/**
 * Shows the commands in the native menu of the desktop app, and opens workflows that the person opens from outside. Called
 * once, when the tabs of the last time are there; does nothing in a browser.
 */
export function startNativeMenu(): void {
  if (globalThis.weft === undefined) return;
  let shown = '';
  let isDue = false;
  const show = () => {
    isDue = false;
    const now = menus();
    const text = JSON.stringify(now);
    if (text !== shown) void bridge.call('menu.show', { menus: now });
    shown = text;
  };
  const showSoon = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(show, pauseMs);
  };
  bridge.on('menu.chosen', ({ id, byKeys }) => choose(id, byKeys));
  bridge.on('workflow.handed', ({ title, text }) => {
    const opened = readWorkflowText(text);
    if (opened.ok) openTab(title, opened.workflow, { unsaved: true });
    else notifyProblems(opened.problems);
  });
  bridge.on('file.refused', ({ problem }) => notifyProblems([problem]));
  for (const store of [useEditor, useUi, useSettings]) store.subscribe(showSoon);
  i18next.on('languageChanged', showSoon);
  show();
}
