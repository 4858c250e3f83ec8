import type { Problem } from '../../nodes/problem.ts';
import type { FileFolder } from '../../nodes/types.ts';
import { ancestors } from '../../workflows/cycles.ts';
import { expand, insideOf } from '../../workflows/expand.ts';
import type { Catalog, Graph } from '../../workflows/graph.ts';
import { stringifyJson } from '../../workflows/json.ts';
import { openWorkflow } from '../../workflows/open.ts';
import { resolve } from '../../workflows/resolve.ts';
import { isLink, type Workflow } from '../../workflows/schema.ts';
import { validate } from '../../workflows/validate.ts';
import type { RunOrder } from './store.ts';

/** The names of the files that there are, by folder. */
export type NamesOfFiles = Readonly<Partial<Record<FileFolder, readonly string[]>>>;

export type PreparedRun =
  | { readonly ok: true; readonly graph: Graph; readonly workflow: string; readonly wanted: readonly string[] | undefined }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * From what was queued to what the executor takes: opened, expanded, validated, resolved. A wanted node that stands for
 * a subgraph means all that is inside; with wanted nodes only what leads to them is looked at. Throws a ProblemError if
 * the text is no workflow.
 */
export function prepareRun({ text, wanted }: RunOrder, catalog: Catalog, names: NamesOfFiles): PreparedRun {
  const workflow = openWorkflow(text);
  const files = (folder: FileFolder) => names[folder] ?? [];
  if (wanted === undefined) {
    const problems = validate(workflow, catalog, files);
    if (problems.length > 0) return { ok: false, problems };
    return { ok: true, graph: resolve(workflow, catalog), workflow: stringifyJson(workflow), wanted };
  }
  const expanded = expand(workflow, catalog);
  const part = leadingTo(
    expanded.workflow,
    wanted.flatMap((id) => insideOf(expanded.workflow, id)),
  );
  // Whether anything else asks for a result, which is no problem of a single node, does not matter here.
  const problems = validate(part, catalog, files).filter(({ node }) => node !== undefined);
  if (expanded.problems.length + problems.length > 0) return { ok: false, problems: [...expanded.problems, ...problems] };
  const graph = resolve(part, catalog);
  const silent = wanted.filter((id) => !insideOf(expanded.workflow, id).some((inside) => graph.nodes.has(inside)));
  if (silent.length > 0) return { ok: false, problems: silent.map(notThere) };
  const all = wanted.flatMap((id) => insideOf(expanded.workflow, id)).filter((id) => graph.nodes.has(id));
  return { ok: true, graph, workflow: stringifyJson(workflow), wanted: all };
}

function leadingTo(workflow: Workflow, wanted: readonly string[]): Workflow {
  const sources = Object.entries(workflow.nodes).map(([id, { inputs }]): [string, string[]] => [
    id,
    Object.values(inputs).flatMap((input) => (isLink(input) ? [input.link[0]] : [])),
  ]);
  const needed = ancestors(wanted, new Map(sources));
  return { ...workflow, nodes: Object.fromEntries(Object.entries(workflow.nodes).filter(([id]) => needed.has(id))) };
}

function notThere(node: string): Problem {
  return {
    node,
    what: 'This node cannot run: it is muted, bypassed, or not in the workflow.',
    fix: 'Activate it, or choose another node to run up to.',
  };
}
