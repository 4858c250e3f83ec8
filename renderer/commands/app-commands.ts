import { showDialog } from '../app/ui.ts';
import { changeSettings, useSettings } from '../settings/settings.ts';
import type { Command } from './command.ts';

const themes = [
  ['system', 'commands.themeSystem'],
  ['dark', 'commands.themeDark'],
  ['light', 'commands.themeLight'],
] as const;
const languages = [
  ['system', 'language-system', 'commands.languageSystem'],
  ['en', 'language-english', 'commands.languageEnglish'],
  ['zh', 'language-chinese', 'commands.languageChinese'],
] as const;

export const appCommands: readonly Command[] = [
  {
    id: 'palette',
    group: 'app',
    title: 'commands.palette',
    keys: ['Mod+K', 'Mod+Shift+P'],
    whileTyping: true,
    run: () => showDialog('palette'),
  },
  { id: 'shortcuts', group: 'app', title: 'commands.shortcuts', keys: ['?'], run: () => showDialog('shortcuts') },
  { id: 'settings', group: 'app', title: 'commands.settings', keys: ['Mod+,'], whileTyping: true, run: () => showDialog('settings') },
  ...themes.map(
    ([theme, title]): Command => ({
      id: `theme-${theme}`,
      group: 'app',
      title,
      checked: () => useSettings.getState().theme === theme,
      run: () => void changeSettings({ theme }),
    }),
  ),
  ...languages.map(
    ([language, id, title]): Command => ({
      id,
      group: 'app',
      title,
      checked: () => useSettings.getState().language === language,
      run: () => void changeSettings({ language }),
    }),
  ),
  {
    id: 'snap-to-grid',
    group: 'app',
    title: 'settings.snapToGrid',
    checked: () => useSettings.getState().snapToGrid,
    run: () => void changeSettings({ snapToGrid: !useSettings.getState().snapToGrid }),
  },
];
