import i18next from 'i18next';
import type { Problem } from '../../nodes/problem.ts';
import type { Workflow } from '../../workflows/schema.ts';
import { templateTitle, templateWorkflowIn } from '../i18n/template-texts.ts';
import { bridge } from './bridge.ts';
import { activate, addTab, changeTab, findTab, removeTab, useEditor } from './editor.ts';
import { randomId } from './random-id.ts';
import { edited, type TabState } from './tab.ts';
import { emptyWorkflow, keptText, readWorkflowText, withView, workflowText } from './workflow-text.ts';

/** What became of something that may fail for reasons that the person can mend. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] };

const done: Outcome = { ok: true };

/** Opens a workflow in a tab of its own. */
export function openTab(
  title: string,
  workflow: Workflow = emptyWorkflow,
  { file = null, unsaved = false }: { file?: string | null; unsaved?: boolean } = {},
): string {
  const id = randomId();
  addTab({ id, title, file, workflow, unsaved });
  return id;
}

/** Opens the workflow that a text from the host holds. */
export function openText(title: string, text: string, options: { file?: string; unsaved?: boolean }): Outcome {
  const opened = readWorkflowText(text);
  if (!opened.ok) return opened;
  openTab(title, opened.workflow, options);
  return done;
}

/** Opens a saved workflow, or shows the tab that has it already. */
export async function openFile(file: string): Promise<Outcome> {
  const open = useEditor.getState().tabs.find((tab) => tab.file === file);
  if (open !== undefined) {
    activate(open.id);
    return done;
  }
  const answer = await bridge.call('workflows.open', { file });
  return answer.ok ? openText(answer.value.title, answer.value.text, { file }) : answer;
}

/** Opens a template as a workflow without a file. */
export async function openTemplate(name: string): Promise<Outcome> {
  const answer = await bridge.call('templates.open', { name });
  if (!answer.ok) return answer;
  const opened = readWorkflowText(answer.value.text);
  if (!opened.ok) return opened;
  const { language } = i18next;
  openTab(templateTitle(language, name) ?? answer.value.title, templateWorkflowIn(language, opened.workflow));
  return done;
}

/** Opens the workflow of a run as it was queued. */
export async function openRun(run: string, title: string): Promise<Outcome> {
  const answer = await bridge.call('runs.workflow', { id: run });
  return answer.ok ? openText(title, answer.value.text, { unsaved: true }) : answer;
}

/** The most bytes of a file that is sent to the host: there are more in no workflow, and in no picture that Weft makes. */
const mostBytes = 90_000_000;

function tooLarge({ name, size }: File): Problem {
  const sizes = { name, size: Math.round(size / 1e6), most: mostBytes / 1e6 };
  return { what: i18next.t('open.tooLarge', sizes), fix: i18next.t('open.tooLargeMore') };
}

/** Opens the workflow that a file holds: JSON, or a picture that carries one. */
export async function importFile(file: File): Promise<Outcome> {
  if (file.size > mostBytes) return { ok: false, problems: [tooLarge(file)] };
  let bytes: string;
  try {
    bytes = toBase64(new Uint8Array(await file.arrayBuffer()));
  } catch {
    return { ok: false, problems: [{ what: i18next.t('open.unreadable', { name: file.name }), fix: i18next.t('open.unreadableMore') }] };
  }
  const answer = await bridge.call('workflows.read', { name: file.name, bytes });
  if (answer.ok) return openText(answer.value.title, answer.value.text, { unsaved: true });
  // Of several files that were dropped, it has to say which.
  return { ok: false, problems: answer.problems.map((problem) => ({ ...problem, what: `${file.name}: ${problem.what}` })) };
}

/** Bytes as base64; in pieces, since the arguments of a call have a limit. */
export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(pieces.join(''));
}

/** The text of a tab's file. */
export function textOfTab(tab: TabState): string {
  return workflowText(withView(tab.workflow, tab.views['']));
}

/** Saves a tab to its file, or to a new one where it has none. What is edited meanwhile stays unsaved. */
export async function saveTab(id: string): Promise<Outcome> {
  const tab = findTab(id);
  return tab === undefined ? done : save(tab, tab.file, tab.title);
}

/** Saves a tab to a new file, whose name is made from the title. */
export async function saveTabAs(id: string, title: string): Promise<Outcome> {
  const tab = findTab(id);
  return tab === undefined ? done : save(tab, null, title);
}

async function save(tab: TabState, file: string | null, title: string): Promise<Outcome> {
  const answer = await bridge.call('workflows.save', { file, title, text: textOfTab(tab) });
  if (!answer.ok) return answer;
  const savedText = keptText(tab.workflow);
  changeTab(tab.id, (now) => ({ ...now, file: answer.value.file, title, savedText, unsaved: now.workflow !== tab.workflow }));
  return done;
}

/** Gives a tab another title, and its file the name that goes with it. */
export async function renameTab(id: string, title: string): Promise<Outcome> {
  const file = findTab(id)?.file;
  const answer = typeof file === 'string' ? await bridge.call('workflows.rename', { file, title }) : undefined;
  if (answer !== undefined && !answer.ok) return answer;
  const renamed = answer?.value.file;
  changeTab(id, (tab) => ({ ...tab, title, ...(renamed !== undefined && { file: renamed }) }));
  return done;
}

/** Closed tabs with their places, the last one last. */
const closed: { readonly tab: TabState; readonly at: number }[] = [];

/** Closes a tab. It comes back as it was and where it was, edits and all, with reopenTab: nothing is asked and nothing lost. */
export function closeTab(id: string): void {
  const { tabs } = useEditor.getState();
  const at = tabs.findIndex((tab) => tab.id === id);
  if (at < 0) return;
  closed.push({ tab: tabs[at], at });
  removeTab(id);
}

/** Whether a closed tab can come back. */
export function canReopen(): boolean {
  return closed.length > 0;
}

/** Brings a closed tab back, with its history: that of an id, else the one that was closed last. Returns its id. */
export function reopenTab(id = closed.at(-1)?.tab.id): string | undefined {
  const index = closed.findIndex(({ tab }) => tab.id === id);
  if (index < 0) return undefined;
  const [{ tab, at }] = closed.splice(index, 1);
  useEditor.setState(({ tabs }) => ({ tabs: tabs.toSpliced(at, 0, tab), active: tab.id }));
  return tab.id;
}

/** Puts an earlier version of a tab's file into the tab, as an edit that can be undone. */
export async function openVersion(id: string, version: string): Promise<Outcome> {
  const file = findTab(id)?.file;
  if (file === undefined || file === null) return done;
  const answer = await bridge.call('workflows.openVersion', { file, version });
  if (!answer.ok) return answer;
  const opened = readWorkflowText(answer.value.text);
  if (!opened.ok) return opened;
  const { view: _view, ...workflow } = opened.workflow;
  changeTab(id, (tab) => edited(tab, 'edits.version', workflow, {}, Date.now()));
  return done;
}
