import type { WorkflowNode } from '../../workflows/schema.ts';
import type { GraphPart } from '../../workflows/scope.ts';
import { graphAt } from '../../workflows/scope.ts';
import { activeTab, type EditorState, useEditor } from './editor.ts';
import { createKeyedStore, type KeyedStore } from './keyed.ts';

/** The graph that is shown, as its parts: each can be watched by itself. */
type Shown = {
  readonly nodes: KeyedStore<WorkflowNode>;
  /** A single key each; see `whole`. */
  readonly ids: KeyedStore<readonly string[]>;
};

/** The key of what there is one of. */
export const whole = '';

const none: readonly string[] = [];

/** The nodes of the graph that is shown. Follows the editor; an edit of one node tells that node's listeners only. */
export const shown: Shown = { nodes: createKeyedStore(), ids: createKeyedStore() };

let followed: GraphPart['nodes'] | undefined;

export function shownGraph(state: EditorState = useEditor.getState()): GraphPart | undefined {
  const tab = activeTab(state);
  return tab === undefined ? undefined : graphAt(tab.workflow, tab.scope);
}

function follow(): void {
  const nodes = shownGraph()?.nodes ?? {};
  if (nodes === followed) return;
  followed = nodes;
  const ids = Object.keys(nodes);
  const before = shown.ids.get(whole) ?? none;
  const same = before.length === ids.length && before.every((id, index) => id === ids[index]);
  const gone = same ? none : before.filter((id) => !Object.hasOwn(nodes, id));
  const changed = ids.filter((id) => nodes[id] !== shown.nodes.get(id));
  if (!same) shown.ids.set([[whole, ids]]);
  shown.nodes.set([...gone.map((id) => [id, undefined] as const), ...changed.map((id) => [id, nodes[id]] as const)]);
}

useEditor.subscribe(follow);
