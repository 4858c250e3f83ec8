import { type PanelId, toggleDrawer, toggleInspector, toggleLastPanel, togglePanel, useUi } from '../app/ui.ts';
import { canvasPort } from '../state/canvas-port.ts';
import { activeTab } from '../state/editor.ts';
import type { Command } from './command.ts';
import { hasSelection, hasTab } from './state-tests.ts';

const panels: readonly PanelId[] = ['nodes', 'models', 'workflows', 'queue', 'pictures'];

export const viewCommands: readonly Command[] = [
  { id: 'zoom-in', group: 'view', title: 'commands.zoomIn', keys: ['Mod++', 'Mod+='], when: hasTab, run: () => canvasPort()?.zoomBy(1.25) },
  { id: 'zoom-out', group: 'view', title: 'commands.zoomOut', keys: ['Mod+-'], when: hasTab, run: () => canvasPort()?.zoomBy(0.8) },
  { id: 'zoom-whole', group: 'view', title: 'commands.zoomWhole', keys: ['Mod+0'], when: hasTab, run: () => canvasPort()?.zoomTo(1) },
  { id: 'fit', group: 'view', title: 'commands.fit', keys: ['F'], when: hasTab, run: () => canvasPort()?.fit() },
  {
    id: 'fit-selection',
    group: 'view',
    title: 'commands.fitSelection',
    keys: ['Shift+F'],
    when: hasSelection,
    run: () => canvasPort()?.fit([...(activeTab()?.selection ?? [])]),
  },
  {
    id: 'toggle-panel',
    group: 'view',
    title: 'commands.togglePanel',
    keys: ['Mod+\\'],
    whileTyping: true,
    checked: () => useUi.getState().panel !== undefined,
    run: toggleLastPanel,
  },
  ...panels.map(
    (panel, index): Command => ({
      id: `panel-${panel}`,
      group: 'view',
      title: `rail.${panel}`,
      keys: [`Alt+${index + 1}`],
      whileTyping: true,
      checked: () => useUi.getState().panel === panel,
      run: () => togglePanel(panel),
    }),
  ),
  {
    id: 'inspector',
    group: 'view',
    title: 'commands.inspector',
    keys: ['I'],
    checked: () => useUi.getState().inspector,
    run: toggleInspector,
  },
  {
    id: 'problems',
    group: 'view',
    title: 'commands.problems',
    keys: ['Mod+J'],
    whileTyping: true,
    checked: () => useUi.getState().drawer === 'problems',
    run: () => toggleDrawer('problems'),
  },
  {
    id: 'log',
    group: 'view',
    title: 'commands.log',
    checked: () => useUi.getState().drawer === 'log',
    run: () => toggleDrawer('log'),
  },
];
