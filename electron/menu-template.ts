import type { Menu } from './bridge/contract.ts';

/** An item of a native menu, in the part of Electron's form that is used. */
export type MenuItem =
  | { readonly type: 'separator' }
  | { readonly role: 'appMenu' | 'windowMenu' }
  | { readonly role: 'cut' | 'copy' | 'paste'; readonly label: string }
  | { readonly label: string; readonly submenu: readonly MenuItem[] }
  | {
      readonly type: 'normal' | 'checkbox';
      readonly label: string;
      readonly accelerator?: string;
      /** False: the page hears the keys itself, and knows whether somebody types. */
      readonly registerAccelerator: false;
      readonly enabled: boolean;
      readonly checked?: boolean;
      readonly click: (item: unknown, window: unknown, event: { readonly triggeredByAccelerator?: boolean }) => void;
    };

/** Called with the id of the command that the person chose, and whether they pressed its keys. */
export type Choose = (id: string, byKeys: boolean) => void;

/** The native menu that shows the page's menus. */
export function menuTemplate(menus: readonly Menu[], platform: NodeJS.Platform, choose: Choose): MenuItem[] {
  const bar = menus.map(({ label, items }) => ({ label, submenu: items.map((item) => itemOf(item, choose)) }));
  return platform === 'darwin' ? [{ role: 'appMenu' }, ...bar, { role: 'windowMenu' }] : bar;
}

function itemOf(item: Menu['items'][number], choose: Choose): MenuItem {
  if (item.kind === 'separator') return { type: 'separator' };
  const { id, label, accelerator, enabled, checked, role } = item;
  // Without these, text fields of a Mac know no clipboard.
  if (role !== undefined) return { role, label };
  return {
    type: checked === undefined ? 'normal' : 'checkbox',
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    registerAccelerator: false,
    enabled,
    ...(checked === undefined ? {} : { checked }),
    click: (_, __, event) => choose(id, event.triggeredByAccelerator === true),
  };
}
