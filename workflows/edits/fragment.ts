import { parseJson, stringifyJson } from '../json.ts';
import { own } from '../own.ts';
import { isLink, type Position, type Subgraph, type Workflow, type WorkflowInput, type WorkflowNode, workflowSchema } from '../schema.ts';
import { isBorder, subgraphOfType, typeOfSubgraph } from '../subgraph-types.ts';
import { freshId, type Random } from './ids.ts';
import { mapInputs } from './nodes.ts';

/**
 * The named nodes, groups and notes as a workflow of their own: what the clipboard holds. Links to nodes that stay
 * behind are kept, for pasting with links; subgraphs that are used come along.
 */
export function copyFragment(workflow: Workflow, ids: ReadonlySet<string>): Workflow {
  const nodes = Object.entries(workflow.nodes).filter(([id, { type }]) => ids.has(id) && !isBorder(type));
  const meant = ({ id }: { id?: string }) => id !== undefined && ids.has(id);
  const groups = workflow.groups?.filter(meant) ?? [];
  const notes = workflow.notes?.filter(meant) ?? [];
  const subgraphs = usedSubgraphs(
    workflow.subgraphs ?? {},
    nodes.map(([, node]) => node),
  );
  return {
    format: 'weft',
    version: 1,
    nodes: Object.fromEntries(nodes),
    ...(groups.length > 0 && { groups }),
    ...(notes.length > 0 && { notes }),
    ...(Object.keys(subgraphs).length > 0 && { subgraphs }),
  };
}

/** The subgraphs that nodes stand for, with those inside them. */
function usedSubgraphs(subgraphs: Readonly<Record<string, Subgraph>>, nodes: readonly WorkflowNode[]): Record<string, Subgraph> {
  const used: Record<string, Subgraph> = {};
  const queue = [...nodes];
  for (const { type } of queue) {
    const id = subgraphOfType(type);
    const subgraph = id === undefined ? undefined : own(subgraphs, id);
    if (id === undefined || subgraph === undefined || Object.hasOwn(used, id)) continue;
    used[id] = subgraph;
    queue.push(...Object.values(subgraph.nodes));
  }
  return used;
}

/** The clipboard's text for a fragment. */
export function fragmentText(fragment: Workflow): string {
  return stringifyJson(fragment, 2);
}

/**
 * The workflow or fragment that a text holds, also where a chat or a page has put words or a code fence around it;
 * undefined if there is none.
 */
export function parseFragment(text: string): Workflow | undefined {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  if (start < 0 || end < start) return undefined;
  try {
    return workflowSchema.safeParse(parseJson(text.slice(start, end + 1))).data;
  } catch {
    return undefined;
  }
}

export type PasteOptions = {
  /** How far from where they were the things go. */
  readonly offset: Position;
  /** `outside`: links to nodes that were not copied are kept where the workflow has such nodes. */
  readonly links: 'inside' | 'outside';
  readonly random?: Random;
};

/** The workflow with a fragment in it, and the ids that its nodes, groups and notes got. */
export type Pasted = { readonly workflow: Workflow; readonly ids: ReadonlySet<string> };

/** Adds a fragment. Everything gets fresh ids; a subgraph that the workflow has already is the same one. */
export function paste(workflow: Workflow, fragment: Workflow, { offset, links, random }: PasteOptions): Pasted {
  const { subgraphs, names } = mergeSubgraphs(workflow.subgraphs ?? {}, fragment.subgraphs ?? {}, random);
  const taken = new Set([
    ...Object.keys(workflow.nodes),
    ...[...(workflow.groups ?? []), ...(workflow.notes ?? [])].flatMap(({ id }) => id ?? []),
  ]);
  const fresh = (): string => {
    const id = freshId((one) => taken.has(one), random);
    taken.add(id);
    return id;
  };
  const copied = Object.entries(fragment.nodes).filter(([, { type }]) => !isBorder(type));
  const ids = new Map(copied.map(([id]) => [id, fresh()]));
  const relink = (input: WorkflowInput): WorkflowInput | undefined => {
    if (!isLink(input)) return input;
    const [id, output] = input.link;
    const inside = ids.get(id);
    if (inside !== undefined) return { ...input, link: [inside, output] };
    return links === 'outside' && Object.hasOwn(workflow.nodes, id) ? input : undefined;
  };
  const nodes = copied.map(([id, node]): [string, WorkflowNode] => [
    ids.get(id) ?? id,
    moved(mapInputs(renamed(node, names), relink), offset),
  ]);
  const groups = (fragment.groups ?? []).map((group) => moved({ ...group, id: fresh() }, offset));
  const notes = (fragment.notes ?? []).map((note) => moved({ ...note, id: fresh() }, offset));
  return {
    workflow: {
      ...workflow,
      nodes: { ...workflow.nodes, ...Object.fromEntries(nodes) },
      ...(groups.length > 0 && { groups: [...(workflow.groups ?? []), ...groups] }),
      ...(notes.length > 0 && { notes: [...(workflow.notes ?? []), ...notes] }),
      ...(Object.keys(subgraphs).length > 0 && { subgraphs }),
    },
    ids: new Set([...nodes.map(([id]) => id), ...[...groups, ...notes].map(({ id }) => id)]),
  };
}

/** Copies things beside themselves. */
export function duplicate(workflow: Workflow, ids: ReadonlySet<string>, options: PasteOptions): Pasted {
  return paste(workflow, copyFragment(workflow, ids), options);
}

function moved<T extends { position?: Position }>(thing: T, { x, y }: Position): T {
  return { ...thing, position: { x: (thing.position?.x ?? 0) + x, y: (thing.position?.y ?? 0) + y } };
}

function renamed(node: WorkflowNode, names: ReadonlyMap<string, string>): WorkflowNode {
  const name = names.get(subgraphOfType(node.type) ?? '');
  return name === undefined ? node : { ...node, type: typeOfSubgraph(name) };
}

/** Whether two subgraphs are equal, in whatever order their parts are written. */
function saysTheSame(a: Subgraph, b: Subgraph): boolean {
  return stringifyJson(inOrder(a)) === stringifyJson(inOrder(b));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, inOrder(one)]));
}

/** Both sets of subgraphs; those of the second whose ids the first uses for others get new ones, which `names` tells. */
function mergeSubgraphs(mine: Readonly<Record<string, Subgraph>>, theirs: Readonly<Record<string, Subgraph>>, random?: Random) {
  const names = new Map<string, string>();
  const isTaken = (id: string) => Object.hasOwn(mine, id) || Object.hasOwn(theirs, id) || [...names.values()].includes(id);
  for (const [id, subgraph] of Object.entries(theirs)) {
    const there = own(mine, id);
    if (there !== undefined && there !== subgraph && !saysTheSame(there, subgraph)) names.set(id, freshId(isTaken, random));
  }
  const merged = Object.entries(theirs).map(([id, subgraph]): [string, Subgraph] => {
    const nodes = Object.entries(subgraph.nodes).map(([key, node]): [string, WorkflowNode] => [key, renamed(node, names)]);
    return [names.get(id) ?? id, names.size === 0 ? subgraph : { ...subgraph, nodes: Object.fromEntries(nodes) }];
  });
  return { subgraphs: { ...mine, ...Object.fromEntries(merged) }, names };
}
