import i18next from 'i18next';
import { copyFragment, fragmentText } from '../../workflows/edits/fragment.ts';
import { freePlace } from '../../workflows/edits/free-place.ts';
import { place } from '../../workflows/edits/place.ts';
import { unpack } from '../../workflows/edits/unpack.ts';
import { wrap } from '../../workflows/edits/wrap.ts';
import { focus } from '../../workflows/scope.ts';
import { subgraphOf } from '../../workflows/subgraph-types.ts';
import { portsId } from '../app/places.ts';
import { useUi } from '../app/ui.ts';
import { canvasPort } from '../state/canvas-port.ts';
import { shownCatalog } from '../state/catalog.ts';
import { activeTab, type EditorState, edit, select, showScope } from '../state/editor.ts';
import { saveSubgraph } from '../state/library.ts';
import { randomId } from '../state/random-id.ts';
import { shownGraph } from '../state/shown.ts';
import type { Command } from './command.ts';
import { report } from './file-commands.ts';
import { hasSelection } from './state-tests.ts';

/** The selected node if it is the only one and stands for a subgraph. */
function selectedSubgraph(state?: EditorState) {
  const tab = activeTab(state);
  const [id] = tab?.selection ?? [];
  if (tab === undefined || id === undefined || tab.selection.size !== 1) return undefined;
  const type = focus(tab.workflow, tab.scope).nodes[id]?.type;
  const definition = type === undefined ? undefined : subgraphOf(tab.workflow, type);
  return definition && { tab, id, definition };
}

function hasSubgraph(state: EditorState): boolean {
  return selectedSubgraph(state) !== undefined;
}

function create(): void {
  const ids = activeTab()?.selection ?? new Set();
  const catalog = shownCatalog();
  // One step with the move that follows.
  const group = `wrap ${randomId()}`;
  let made: string | undefined;
  edit(
    'edits.wrap',
    (workflow) => {
      const added = wrap(workflow, catalog, ids, i18next.t('commands.newSubgraphTitle'));
      made = added?.id;
      return added?.workflow ?? workflow;
    },
    { group },
  );
  if (made === undefined) return;
  moveFromOthers(made, group);
  select([made]);
  canvasPort()?.rename(made);
}

/** Gives a new node a place of its own: only the canvas knows how large its card has become. */
function moveFromOthers(id: string, group: string): void {
  const frames = new Set(shownGraph()?.groups?.map((one) => one.id));
  const boxes = new Map(canvasPort()?.boxes());
  const box = boxes.get(id);
  if (box === undefined) return;
  const others = [...boxes].flatMap(([other, around]) => (other === id || frames.has(other) ? [] : [around]));
  edit('edits.wrap', (workflow) => place(workflow, new Map([[id, freePlace(box, others)]])), { group });
}

function enter(): void {
  const found = selectedSubgraph();
  if (found !== undefined) showScope([...found.tab.scope, found.id]);
}

/** Shows the graph outside, with the node selected that was entered. */
function leave(): void {
  const scope = activeTab()?.scope ?? [];
  const inner = scope.at(-1);
  if (inner === undefined) return;
  showScope(scope.slice(0, -1));
  select([inner]);
}

function unpackSelected(): void {
  const id = selectedSubgraph()?.id;
  if (id === undefined) return;
  let ids: ReadonlySet<string> = new Set();
  edit('edits.unpack', (workflow) => {
    const unpacked = unpack(workflow, id);
    ids = unpacked?.ids ?? ids;
    return unpacked?.workflow ?? workflow;
  });
  select(ids);
}

/** Shows where inputs, outputs and fields of the selected subgraph are chosen. */
function showPorts(): void {
  useUi.setState({ inspector: true });
  requestAnimationFrame(() => document.getElementById(portsId)?.scrollIntoView({ block: 'start' }));
}

/** Keeps the selected subgraph, with those inside it, for use in any workflow. */
async function saveToLibrary(): Promise<void> {
  const found = selectedSubgraph();
  if (found === undefined) return;
  const { tab, id, definition } = found;
  const text = fragmentText(copyFragment(focus(tab.workflow, tab.scope), new Set([id])));
  await report(saveSubgraph({ name: definition.title, text }), i18next.t('commands.subgraphSaved', { title: definition.title }));
}

export const subgraphCommands: readonly Command[] = [
  { id: 'make-subgraph', group: 'subgraph', title: 'commands.subgraphCreate', keys: ['Mod+Shift+G'], when: hasSelection, run: create },
  { id: 'enter-subgraph', group: 'subgraph', title: 'commands.subgraphEnter', keys: ['Enter'], when: hasSubgraph, run: enter },
  {
    id: 'leave-subgraph',
    group: 'subgraph',
    title: 'commands.subgraphLeave',
    keys: ['Mod+ArrowUp'],
    when: (state) => (activeTab(state)?.scope.length ?? 0) > 0,
    run: leave,
  },
  { id: 'subgraph-ports', group: 'subgraph', title: 'commands.subgraphPorts', when: hasSubgraph, run: showPorts },
  { id: 'unpack-subgraph', group: 'subgraph', title: 'commands.subgraphUnpack', when: hasSubgraph, run: unpackSelected },
  { id: 'save-subgraph', group: 'subgraph', title: 'commands.subgraphSave', when: hasSubgraph, run: () => void saveToLibrary() },
];
