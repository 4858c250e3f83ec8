import { create } from 'zustand';

export type PanelId = 'nodes' | 'models' | 'workflows' | 'queue' | 'pictures';
export type DrawerId = 'problems' | 'log';
export type DialogId = 'palette' | 'shortcuts' | 'settings' | 'saveAs';

type UiState = {
  /** The panel beside the rail; undefined where it is hidden. */
  readonly panel: PanelId | undefined;
  /** What comes back when the panel is shown again. */
  readonly lastPanel: PanelId;
  readonly inspector: boolean;
  readonly drawer: DrawerId | undefined;
  readonly dialog: DialogId | undefined;
  /** The tab whose name is being written. */
  readonly renamingTab: string | undefined;
  /** The workflow file whose versions are shown. */
  readonly versionsOf: { readonly file: string; readonly title: string } | undefined;
};

/** What of the frame is shown. Kept in the browser, but for what covers the page. */
export const useUi = create<UiState>()(() => ({
  // A window is for the canvas first: a panel is shown where a starter workflow beside it can still be read with ease.
  panel: globalThis.innerWidth >= 1680 ? 'nodes' : undefined,
  lastPanel: 'nodes',
  inspector: globalThis.innerWidth >= 1200,
  drawer: undefined,
  dialog: undefined,
  renamingTab: undefined,
  versionsOf: undefined,
  ...remembered(),
}));

const storageKey = 'weft.frame';

function remembered(): Partial<UiState> {
  try {
    const { panel, inspector } = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    return {
      ...(isPanel(panel) && { panel, lastPanel: panel }),
      ...(panel === null && { panel: undefined }),
      ...(typeof inspector === 'boolean' && { inspector }),
    };
  } catch {
    // Storage that is blocked or that holds something else: the frame starts as it does for the first time.
    return {};
  }
}

function isPanel(value: unknown): value is PanelId {
  return typeof value === 'string' && ['nodes', 'models', 'workflows', 'queue', 'pictures'].includes(value);
}

useUi.subscribe(({ panel, inspector }) => {
  try {
    localStorage.setItem(storageKey, JSON.stringify({ panel: panel ?? null, inspector }));
  } catch {
    // A frame that isn't remembered does no harm.
  }
});

/** Shows a panel, or hides it if it is the one that is shown. */
export function togglePanel(id: PanelId): void {
  useUi.setState(({ panel }) => (panel === id ? { panel: undefined } : { panel: id, lastPanel: id }));
}

export function showPanel(id: PanelId): void {
  useUi.setState({ panel: id, lastPanel: id });
}

export function toggleLastPanel(): void {
  useUi.setState(({ panel, lastPanel }) => ({ panel: panel === undefined ? lastPanel : undefined }));
}

export function toggleInspector(): void {
  useUi.setState(({ inspector }) => ({ inspector: !inspector }));
}

export function showDrawer(drawer: DrawerId | undefined): void {
  useUi.setState({ drawer });
}

export function toggleDrawer(id: DrawerId): void {
  useUi.setState(({ drawer }) => ({ drawer: drawer === id ? undefined : id }));
}

export function showDialog(dialog: DialogId | undefined): void {
  useUi.setState({ dialog });
}
