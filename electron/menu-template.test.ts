import { expect, it } from 'vitest';
import type { Menu } from './bridge/contract.ts';
import { menuTemplate } from './menu-template.ts';

const menus: Menu[] = [
  {
    label: 'File',
    items: [
      { kind: 'command', id: 'file.save', label: 'Save', accelerator: 'CmdOrCtrl+S', enabled: true },
      { kind: 'command', id: 'copy', label: 'Copy', enabled: true, role: 'copy' },
      { kind: 'separator' },
      { kind: 'command', id: 'view.minimap', label: 'Minimap', enabled: false, checked: true },
    ],
  },
];

it("shows the page's commands, and tells which one was chosen", () => {
  const chosen: unknown[] = [];
  const [file] = menuTemplate(menus, 'linux', (id, byKeys) => chosen.push([id, byKeys]));
  expect(file).toMatchObject({
    label: 'File',
    submenu: [
      { type: 'normal', label: 'Save', accelerator: 'CmdOrCtrl+S', enabled: true, registerAccelerator: false },
      { role: 'copy', label: 'Copy' },
      { type: 'separator' },
      { type: 'checkbox', label: 'Minimap', enabled: false, checked: true },
    ],
  });
  const save = file !== undefined && 'submenu' in file ? file.submenu[0] : undefined;
  if (save !== undefined && 'click' in save) {
    save.click(undefined, undefined, {});
    save.click(undefined, undefined, { triggeredByAccelerator: true });
  }
  expect(chosen).toEqual([
    ['file.save', false],
    ['file.save', true],
  ]);
});

it("puts them between a Mac's own menus", () => {
  expect(menuTemplate(menus, 'darwin', () => {})).toMatchObject([{ role: 'appMenu' }, { label: 'File' }, { role: 'windowMenu' }]);
});
