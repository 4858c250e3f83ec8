import { describe, expect, it } from 'vitest';
import { matches, shortcutText } from './shortcut.ts';

function press(key: string, modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}, code = '') {
  return { key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers };
}

describe('matches', () => {
  it('takes Ctrl for Mod, but on a Mac Cmd', () => {
    expect(matches('Mod+S', press('s', { ctrlKey: true }), false)).toBe(true);
    expect(matches('Mod+S', press('s', { metaKey: true }), true)).toBe(true);
    expect(matches('Mod+S', press('s', { ctrlKey: true }), true)).toBe(false);
    expect(matches('Mod+S', press('s', { metaKey: true }), false)).toBe(false);
  });

  it('tells shortcuts with and without Shift apart', () => {
    expect(matches('Mod+Z', press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(matches('Mod+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
    expect(matches('Mod+Shift+Z', press('z', { ctrlKey: true }), false)).toBe(false);
  });

  it('takes a sign however the keyboard types it', () => {
    expect(matches('?', press('?', { shiftKey: true }), false)).toBe(true);
    expect(matches('?', press('?'), false)).toBe(true);
    expect(matches('Mod++', press('+', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
    expect(matches('Mod+\\', press('\\', { ctrlKey: true }), false)).toBe(true);
  });

  it('tells a sign with Shift from one without, whatever that key types with Shift', () => {
    const stop = (key: string, shiftKey: boolean, code = 'Period') =>
      ['Mod+.', 'Mod+Shift+.'].filter((shortcut) => matches(shortcut, press(key, { ctrlKey: true, shiftKey }, code), false));
    expect(stop('.', false)).toEqual(['Mod+.']);
    // American and German keyboards; a Mac types no other sign while Cmd is held.
    for (const key of ['>', ':', '.']) expect(stop(key, true)).toEqual(['Mod+Shift+.']);
    // Where another key types it, with Shift, and where this one types a letter.
    expect(stop('.', true, 'Comma')[0]).toBe('Mod+.');
    expect(stop('V', true)).toEqual([]);
  });

  it('knows keys by name', () => {
    expect(matches('Space', press(' '), false)).toBe(true);
    expect(matches('Mod+Enter', press('Enter', { ctrlKey: true }), false)).toBe(true);
    expect(matches('Delete', press('Backspace'), false)).toBe(false);
  });

  it('lets keys pass that have a modifier too many', () => {
    expect(matches('I', press('i', { altKey: true }), false)).toBe(false);
    expect(matches('I', press('i', { ctrlKey: true }), false)).toBe(false);
    expect(matches('Mod+S', press('s', { ctrlKey: true, metaKey: true }), false)).toBe(false);
  });
});

describe('shortcutText', () => {
  it('writes shortcuts as the platform does', () => {
    expect(shortcutText('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z');
    expect(shortcutText('Mod+Shift+Z', true)).toBe('⇧⌘Z');
    expect(shortcutText('Mod++', false)).toBe('Ctrl++');
    expect(shortcutText('Mod+Enter', true)).toBe('⌘↩');
  });
});
