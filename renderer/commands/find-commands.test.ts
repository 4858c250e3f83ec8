import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import en from '../i18n/en.json' with { type: 'json' };
import zh from '../i18n/zh.json' with { type: 'json' };
import type { Command } from './command.ts';
import { findCommands } from './find-commands.ts';

const run = () => {};
const commands: readonly Command[] = [
  { id: 'paste-with-links', group: 'edit', title: 'commands.pasteWithLinks', run },
  { id: 'zoom-out', group: 'view', title: 'commands.zoomOut', run },
  { id: 'mute', group: 'node', title: 'commands.mute', run },
  { id: 'language-chinese', group: 'app', title: 'commands.languageChinese', run },
  { id: 'snap-to-grid', group: 'app', title: 'settings.snapToGrid', run },
];

beforeAll(() => i18next.init({ resources: { en: { translation: en }, zh: { translation: zh } } }));

function found(query: string, language = 'en'): string[] {
  return findCommands(query, commands, i18next.getFixedT(language)).map(({ id }) => id);
}

describe('findCommands', () => {
  it('finds by name and leaves out what only has the letters somewhere', () => {
    expect(found('snap')).toEqual(['snap-to-grid']);
    expect(found('grid')).toEqual(['snap-to-grid']);
    expect(found('mute')).toEqual(['mute']);
    expect(found('qqq')).toEqual([]);
  });

  it('finds by the first letters of the words', () => {
    expect(found('pwl')[0]).toBe('paste-with-links');
  });

  it('finds English words in any language, and the name in its own', () => {
    expect(found('chinese')).toEqual(['language-chinese']);
    expect(found('mute', 'zh')).toEqual(['mute']);
    expect(found('停用', 'zh')).toEqual(['mute']);
  });
});
