import i18next from 'i18next';
import type { NodeDescription } from '../../nodes/define.ts';
import type { Catalog } from '../../workflows/graph.ts';
import { describeAt, rerouteType } from '../../workflows/reroute.ts';
import type { Workflow } from '../../workflows/schema.ts';
import { focus, type Scope, subgraphAt } from '../../workflows/scope.ts';
import { catalogOf } from '../../workflows/subgraph-catalog.ts';
import { inputsType, outputsType } from '../../workflows/subgraph-types.ts';
import { nodeIn } from '../i18n/host-texts.ts';
import { activeTab, type EditorState, useEditor } from './editor.ts';
import { shownGraph } from './shown.ts';

/** The node types that there are in the graph that is shown: the host's, and the workflow's subgraphs. */
export function shownCatalog(state: EditorState = useEditor.getState()): Catalog {
  const tab = activeTab(state);
  return tab === undefined ? state.catalog : catalogAt(tab.workflow, state.catalog, tab.scope);
}

let last:
  | { readonly subgraphs: unknown; readonly catalog: Catalog; readonly within: string | undefined; readonly result: Catalog }
  | undefined;

/** The node types that there are at a place of a workflow, named in the page's language. */
export function catalogAt(workflow: Workflow, catalog: Catalog, scope: Scope): Catalog {
  const within = subgraphAt(workflow, scope);
  const { subgraphs } = workflow;
  if (last === undefined || last.subgraphs !== subgraphs || last.catalog !== catalog || last.within !== within) {
    last = { subgraphs, catalog, within, result: withBorders(catalogOf(workflow, catalog, within)) };
  }
  return last.result;
}

/** The two nodes at a subgraph's border come from the workflow, and with them their English names. */
function withBorders(catalog: Catalog): Catalog {
  const borders = [inputsType, outputsType].flatMap((type) => catalog.get(type) ?? []);
  if (borders.length === 0) return catalog;
  return new Map([...catalog, ...borders.map((node) => [node.type, nodeIn(i18next.language, node)] as const)]);
}

const texts = new WeakMap<NodeDescription, string>();

function textOf(description: NodeDescription): string {
  const found = texts.get(description) ?? JSON.stringify(description, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value));
  texts.set(description, found);
  return found;
}

const latest = new Map<string, NodeDescription>();

/** The same object as before if it says the same: subgraphs are described anew after each edit inside them. */
function settled(key: string, description: NodeDescription | undefined): NodeDescription | undefined {
  if (description === undefined) return undefined;
  const before = latest.get(key);
  if (before !== undefined && (before === description || textOf(before) === textOf(description))) return before;
  latest.set(key, description);
  return description;
}

function named(description: NodeDescription | undefined): NodeDescription | undefined {
  return description && nodeIn(i18next.language, description);
}

/** How a node of the graph that is shown is declared; undefined for unknown types. */
export function describeShown(id: string, state: EditorState = useEditor.getState()): NodeDescription | undefined {
  const type = shownGraph(state)?.nodes[id]?.type;
  if (type === undefined) return undefined;
  const common = state.catalog.get(type);
  if (common !== undefined) return common;
  const tab = activeTab(state);
  if (tab === undefined) return undefined;
  const catalog = shownCatalog(state);
  return type === rerouteType
    ? settled(`${tab.id} ${id}`, named(describeAt(focus(tab.workflow, tab.scope), catalog, id)))
    : settled(type, catalog.get(type));
}

/** How a node is declared, for a component that is to render again only if that changes. */
export function useDescription(id: string): NodeDescription | undefined {
  return useEditor((state) => describeShown(id, state));
}

/** The node types that can be added here. */
export function useShownCatalog(): Catalog {
  return useEditor(shownCatalog);
}
