import { colorFrames } from '../../../workflows/edits/frames.ts';
import { setColor } from '../../../workflows/edits/nodes.ts';
import { edit } from '../../state/editor.ts';
import type { MenuEntry } from '../../ui/menu-items.ts';
import styles from './chrome.module.css';

/** Colours that people give to cards and groups; they are kept in the workflow. */
const colors = [
  ['red', '#e5484d'],
  ['orange', '#f28b3c'],
  ['yellow', '#e2b93b'],
  ['green', '#46a758'],
  ['teal', '#2fb5a5'],
  ['blue', '#5b8def'],
  ['purple', '#9b7bea'],
  ['pink', '#e26bb0'],
] as const;

export function colorEntries(t: (key: string) => string, ids: ReadonlySet<string>): MenuEntry[] {
  const paint = (color: string | undefined) => edit('edits.color', (workflow) => colorFrames(setColor(workflow, ids, color), ids, color));
  return [
    ...colors.map(
      ([name, color]): MenuEntry => ({
        kind: 'item',
        id: name,
        label: t(`canvas.colors.${name}`),
        icon: <i className={styles.swatch} style={{ background: color }} />,
        run: () => paint(color),
      }),
    ),
    { kind: 'separator', id: 'separator' },
    { kind: 'item', id: 'none', label: t('canvas.colors.none'), run: () => paint(undefined) },
  ];
}
