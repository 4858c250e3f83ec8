import { useEffect } from 'react';
import { parseFragment } from '../../workflows/edits/fragment.ts';
import { useEditor } from '../state/editor.ts';
import { canRun, commands } from './all-commands.ts';
import { pasteFragment, removeSelection, selectionText } from './clipboard.ts';
import { openFiles } from './open-files.ts';
import { isMac, matches } from './shortcut.ts';
import { hasTab } from './state-tests.ts';

/** Lets shortcuts run commands, and the clipboard's events copy and paste nodes, as long as the component is there. */
export function useShortcuts(): void {
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener('keydown', onKeyDown, { signal });
    window.addEventListener('copy', (event) => onCopy(event, false), { signal });
    window.addEventListener('cut', (event) => onCopy(event, true), { signal });
    window.addEventListener('paste', onPaste, { signal });
    return () => stop.abort();
  }, []);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || isCovered()) return;
  const typing = isTyping(event.target);
  const found = commands.find(
    (command) =>
      command.keysBelongTo === undefined &&
      (!typing || command.whileTyping === true) &&
      (command.keys ?? []).some((keys) => matches(keys, event, isMac)) &&
      // On a button, Space and Enter press it.
      !(isButton(event.target) && (event.key === ' ' || event.key === 'Enter') && !event.ctrlKey && !event.metaKey),
  );
  if (found === undefined || (event.repeat && !found.id.startsWith('zoom') && found.id !== 'undo' && found.id !== 'redo')) return;
  // Also where it can do nothing now, the browser should not save the page or the like.
  if (event.ctrlKey || event.metaKey || canRun(found)) event.preventDefault();
  if (canRun(found)) found.run();
}

function onCopy(event: ClipboardEvent, cut: boolean): void {
  if (isTyping(event.target) || isCovered() || hasTextSelected()) return;
  const text = selectionText();
  if (text === undefined) return;
  event.clipboardData?.setData('text/plain', text);
  event.preventDefault();
  if (cut) removeSelection();
}

function onPaste(event: ClipboardEvent): void {
  if (event.defaultPrevented || isTyping(event.target) || isCovered()) return;
  const files = [...(event.clipboardData?.files ?? [])];
  const fragment = parseFragment(event.clipboardData?.getData('text/plain') ?? '');
  if (files.length > 0) void openFiles(files);
  else if (fragment !== undefined && hasTab(useEditor.getState())) pasteFragment(fragment, 'inside');
  else return;
  event.preventDefault();
}

/** A dialog lies above the page: its keys are its own. */
export function isCovered(): boolean {
  return document.querySelector('[role="dialog"][data-open], [role="menu"][data-open], [data-covers-page]') !== null;
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"], [type="button"], [type="range"])'))
  );
}

function isButton(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, [role="button"], [role="switch"], [role="option"]') !== null;
}

function hasTextSelected(): boolean {
  return (window.getSelection()?.toString() ?? '') !== '';
}
