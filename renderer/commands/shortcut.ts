/**
 * A shortcut as it is written in commands: `Mod+Shift+Z`. `Mod` is Cmd on a Mac and Ctrl elsewhere; the last part is what the
 * key types (`Z`, `?`, `\`) or its name (`Enter`, `Delete`, `Space`, `F2`).
 */
export type Shortcut = string;

type KeyEvent = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Whether a key press is the shortcut's. */
export function matches(shortcut: Shortcut, event: KeyEvent, mac: boolean): boolean {
  const { key, mod, shift, alt } = parse(shortcut);
  const typed = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const isInPlace = event.code === codes[key];
  const isKey = typed === key || (isInPlace && isSymbol(typed));
  if (!isKey || event.altKey !== alt) return false;
  if ((mac ? event.metaKey : event.ctrlKey) !== mod || (mac ? event.ctrlKey : event.metaKey)) return false;
  // Where Shift is needed to type the key at all (such as ?) depends on the keyboard.
  return (isSymbol(key) && !isInPlace) || event.shiftKey === shift;
}

/** Where signs lie that have a shortcut with Shift too: that key types another sign with Shift, which one depends on the keyboard. */
const codes: Readonly<Record<string, string>> = { '.': 'Period' };

/** The shortcut as people of the platform write it: `Ctrl+Shift+Z`, `⇧⌘Z`. */
export function shortcutText(shortcut: Shortcut, mac: boolean): string {
  const { mod, shift, alt } = parse(shortcut);
  const key = shortcut.split('+').at(-1) || '+';
  if (mac) return `${alt ? '⌥' : ''}${shift ? '⇧' : ''}${mod ? '⌘' : ''}${macNames[key] ?? names[key] ?? key}`;
  return [mod && 'Ctrl', alt && 'Alt', shift && 'Shift', names[key] ?? key].filter(Boolean).join('+');
}

const names: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Escape: 'Esc',
};
const macNames: Readonly<Record<string, string>> = { Enter: '↩', Delete: '⌫', Escape: '⎋', Space: '␣' };

function parse(shortcut: Shortcut) {
  const parts = shortcut.split('+');
  return {
    key: (parts.at(-1) || '+').toLowerCase(),
    mod: parts.includes('Mod'),
    shift: parts.includes('Shift'),
    alt: parts.includes('Alt'),
  };
}

function isSymbol(key: string): boolean {
  return key.length === 1 && !/[\p{L}\p{N}]/u.test(key);
}

export const isMac: boolean = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');
