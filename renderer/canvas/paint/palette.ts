import { useEffect, useState } from 'react';
import { type SocketType, socketTypes } from '../../../nodes/types.ts';
import { useSettings } from '../../settings/settings.ts';

/** The colours that are drawn with, as the style sheets have them for the theme that is shown. */
export type Palette = {
  readonly socket: (type: SocketType | undefined) => string;
  readonly category: (category: string) => string;
  readonly ground: string;
  readonly dot: string;
  readonly card: string;
  readonly line: string;
  readonly linkEdge: string;
  readonly accent: string;
  readonly text: string;
  readonly dim: string;
  readonly faint: string;
  readonly control: string;
  readonly share: string;
  readonly bad: string;
};

const categories = ['loaders', 'sampling', 'conditioning', 'latent', 'image', 'mask', 'vision', 'other'];

/** The first part of a category's path, if it has a colour of its own. */
export function mainCategory(category: string): string {
  const [first] = category.split('/');
  return categories.includes(first) ? first : 'other';
}

function readPalette(): Palette {
  const probe = document.createElement('i');
  document.body.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const own = new Set<string>(socketTypes.filter((type) => !['INT', 'FLOAT', 'STRING', 'BOOLEAN'].includes(type)));
  const sockets = new Map(socketTypes.map((type) => [type, read(own.has(type) ? `--socket-${type}` : '--socket-value')]));
  const byCategory = new Map(categories.map((name) => [name, read(`--category-${name}`)]));
  const value = read('--socket-value');
  const palette: Palette = {
    socket: (type) => (type === undefined ? value : (sockets.get(type) ?? value)),
    category: (category) => byCategory.get(mainCategory(category)) ?? value,
    ground: read('--color-canvas'),
    dot: read('--color-grid'),
    card: read('--color-raised'),
    line: read('--color-line'),
    linkEdge: read('--color-socket-edge'),
    accent: read('--color-accent'),
    text: read('--color-text'),
    dim: read('--color-dim'),
    faint: read('--color-faint'),
    control: read('--color-control'),
    share: read('--color-accent-soft'),
    bad: read('--color-bad'),
  };
  probe.remove();
  return palette;
}

/** The palette of the theme that is shown, read again when that changes. */
export function usePalette(): Palette | undefined {
  const theme = useSettings((settings) => settings.theme);
  const [palette, setPalette] = useState<Palette>();
  useEffect(() => {
    setPalette(readPalette());
    if (theme !== 'system') return;
    const query = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setPalette(readPalette());
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, [theme]);
  return palette;
}
