import { create } from 'zustand';
import type { EventData, Tab } from '../../electron/bridge/contract.ts';
import type { Problem } from '../../nodes/problem.ts';
import { bridge } from './bridge.ts';
import { addTab, changeTab, type EditorState, findTab, removeTab, renewTab, useEditor } from './editor.ts';
import { randomId } from './random-id.ts';
import { isUnsaved, type TabState } from './tab.ts';
import { windowId } from './window-id.ts';
import { keptText, readWorkflowText, withViewText } from './workflow-text.ts';

/**
 * Milliseconds after an edit at which it is kept. Writing a large workflow takes longer than there is between two frames, so
 * whoever is typing is let come to a pause first, but not for longer than `keepBy`.
 */
const keepAfter = 400;
const pauseOf = 150;
const keepBy = 850;
/** Milliseconds after which it is tried again where the host could not. */
const againAfter = 5000;

/** Why edits can't be kept at the moment (a full disk, say); empty where they are. */
export const useKeepProblems = create<{ readonly problems: readonly Problem[] }>()(() => ({ problems: [] }));

/** Tabs that the host has, but that can't be read: they stay with the host. */
const unreadable = new Set<string>();
/** Whether it is known which tabs the host has; before that, none may be forgotten. */
let isRestored = false;
/** The tabs as they were brought back. What has been opened or changed since then, the host does not have yet. */
let restored: Pick<EditorState, 'tabs' | 'active'> = { tabs: [], active: undefined };

/** What of a tab was kept last, to see whether there is something new. */
type Kept = Pick<TabState, 'workflow' | 'title' | 'file' | 'savedText' | 'views'>;

function isKept(tab: TabState, kept: Kept | undefined): boolean {
  return (
    kept !== undefined &&
    kept.workflow === tab.workflow &&
    kept.title === tab.title &&
    kept.file === tab.file &&
    kept.savedText === tab.savedText &&
    kept.views === tab.views
  );
}

/** The tab as the host keeps it. */
function tabToKeep(tab: TabState, text: string): Tab {
  return { id: tab.id, title: tab.title, file: tab.file, text, unsaved: tab.unsaved };
}

/**
 * Keeps every tab within a second after each change of it, so that a killed host or page comes back with all of them.
 * Nothing waits for it: typing goes on while a text is on its way.
 */
export type Keeper = {
  /** Keeps what is not kept yet; resolves when the host has it. */
  flush(): Promise<void>;
  /** Keeps everything once more, for a host that may have lost it or given it to another window. */
  again(): Promise<void>;
  stop(): void;
};

export function startKeeping(): Keeper {
  const kept = new Map<string, Kept>(restored.tabs.map((tab) => [tab.id, tab]));
  const under = new Map<string, Promise<void>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let arranged = arrangement(restored);

  const keepTab = async (tab: TabState): Promise<void> => {
    kept.set(tab.id, tab);
    const plain = keptText(tab.workflow);
    const view = tab.views[''];
    const unsaved = isUnsaved(tab, plain);
    changeTab(tab.id, (one) => (one.workflow === tab.workflow && one.unsaved !== unsaved ? { ...one, unsaved } : one));
    const text = view === undefined ? plain : withViewText(plain, view);
    const answer = await bridge.call('session.keep', { tab: tabToKeep({ ...tab, unsaved }, text), window: windowId });
    useKeepProblems.setState({ problems: answer.ok ? [] : answer.problems });
    if (answer.ok) return;
    kept.delete(tab.id);
    timer ??= setTimeout(() => void flush(), againAfter);
  };

  /** One at a time for each tab, so that an older text can't arrive after a newer one. */
  const keep = (id: string): Promise<void> => {
    const running = under.get(id);
    const tab = findTab(id);
    if (running !== undefined) return running.then(() => keep(id));
    if (tab === undefined || isKept(tab, kept.get(id))) return Promise.resolve();
    const work = keepTab(tab).finally(() => under.delete(id));
    under.set(id, work);
    return work;
  };

  const arrange = async (): Promise<void> => {
    const state = useEditor.getState();
    const now = arrangement(state);
    if (now === arranged || !isRestored) return;
    arranged = now;
    const answer = await bridge.call('session.arrange', {
      order: [...state.tabs.map(({ id }) => id), ...unreadable],
      active: state.active ?? null,
      window: windowId,
    });
    if (!answer.ok) arranged = '';
  };

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    changes = undefined;
    await Promise.all(useEditor.getState().tabs.map(({ id }) => keep(id)));
    await arrange();
  };

  /** When the first change was made that is not kept yet, and the last one. */
  let changes: { readonly first: number; last: number } | undefined;
  const onChange = () => {
    const now = performance.now();
    changes ??= { first: now, last: now };
    changes.last = now;
    timer ??= setTimeout(keepInPause, keepAfter);
  };
  const keepInPause = () => {
    const now = performance.now();
    const isBusy = changes !== undefined && now - changes.last < pauseOf && now - changes.first < keepBy;
    if (isBusy) timer = setTimeout(keepInPause, pauseOf);
    else void flush();
  };
  const again = (): Promise<void> => {
    kept.clear();
    arranged = '';
    return flush();
  };
  const onLeave = () => void flush();
  onChange();
  const stops = [
    useEditor.subscribe(onChange),
    bridge.on('session.taken', leaveTaken),
    listen('visibilitychange', onLeave),
    listen('pagehide', onLeave),
  ];
  return {
    flush,
    again,
    stop() {
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}

/**
 * Another window has tabs that this one took over while that one seemed gone: what has not been changed here since goes, and
 * the rest becomes a tab of its own, so that nothing is lost and nothing is in two windows.
 */
function leaveTaken({ window, tabs }: EventData<'session.taken'>): void {
  if (window === windowId) return;
  for (const id of tabs) {
    const tab = findTab(id);
    const before = restored.tabs.find((one) => one.id === id);
    if (tab === undefined) continue;
    if (tab.workflow === before?.workflow) removeTab(id);
    else renewTab(id, randomId());
  }
}

function listen(event: string, listener: () => void): () => void {
  globalThis.addEventListener?.(event, listener, true);
  return () => globalThis.removeEventListener?.(event, listener, true);
}

function arrangement({ tabs, active }: Pick<EditorState, 'tabs' | 'active'>): string {
  return JSON.stringify([tabs.map(({ id }) => id), active]);
}

/** Opens the tabs as they were left; none where there were none, or where the host can't say, which is a problem. */
export async function restoreSession(): Promise<readonly Problem[]> {
  const answer = await bridge.call('session.read', { window: windowId });
  if (!answer.ok) return answer.problems;
  for (const tab of answer.value.tabs) restoreTab(tab);
  const { active } = answer.value;
  if (active !== null && findTab(active) !== undefined) useEditor.setState({ active });
  restored = useEditor.getState();
  isRestored = true;
  return [];
}

function restoreTab({ id, title, file, text, unsaved }: Tab): void {
  const opened = readWorkflowText(text);
  if (!opened.ok) unreadable.add(id);
  else if (findTab(id) === undefined) addTab({ id, title, file, workflow: opened.workflow, unsaved });
}
