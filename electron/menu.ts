import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Menu as PageMenu } from './bridge/contract.ts';
import { type Choose, menuTemplate } from './menu-template.ts';

/** Shows the page's menus as the native menu. */
export function showMenu(menus: readonly PageMenu[], choose: Choose): void {
  const template = menuTemplate(menus, process.platform, choose);
  Menu.setApplicationMenu(Menu.buildFromTemplate(template as MenuItemConstructorOptions[]));
}
