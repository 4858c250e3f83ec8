import { type Problem, ProblemError } from '../../nodes/problem.ts';
import { withFrameIds } from '../../workflows/edits/frames.ts';
import { parseJson, stringifyJson } from '../../workflows/json.ts';
import { schemaProblems, type View, type Workflow, workflowSchema } from '../../workflows/schema.ts';

/** A workflow as the text of its file. */
export function workflowText(workflow: Workflow): string {
  return `${stringifyJson(workflow, 2)}\n`;
}

/** A workflow with what is seen of it, as it is saved. */
export function withView(workflow: Workflow, view: View | undefined): Workflow {
  return view === undefined ? workflow : { ...workflow, view };
}

/**
 * A workflow as the host keeps it between edits: a large one has to be written and sent between two frames. Nodes and
 * subgraphs are written one by one, since an edit leaves most of them the same objects, and what is written of those is known.
 */
export function keptText(workflow: Workflow): string {
  return bracedText(workflow, (part) => (isObject(part) ? bracedText(part, knownText) : stringifyJson(part)));
}

/** The same for what `keptText` has written, with what is seen of the workflow. */
export function withViewText(text: string, view: View): string {
  return `${text.slice(0, -1)},"view":${stringifyJson(view)}}`;
}

const known = new WeakMap<object, string>();

function knownText(value: unknown): string {
  const text = (isObject(value) && known.get(value)) || stringifyJson(value);
  if (isObject(value)) known.set(value, text);
  return text;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bracedText(object: object, textOf: (value: unknown) => string): string {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`).join(',')}}`;
}

export type Opened = { readonly ok: true; readonly workflow: Workflow } | { readonly ok: false; readonly problems: readonly Problem[] };

/** The workflow that a text from the host holds: it has been checked there, and is checked again. */
export function readWorkflowText(text: string): Opened {
  try {
    const result = workflowSchema.safeParse(parseJson(text));
    return result.success ? { ok: true, workflow: prepared(result.data) } : { ok: false, problems: schemaProblems(result.error) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ok: false, problems: [error.problem] };
  }
}

/** With all that the editor needs and files may lack: ids of groups and notes, and a place for every node. */
function prepared(workflow: Workflow): Workflow {
  return withPlaces(withFrameIds(workflow));
}

const column = 340;
const row = 240;

/** Puts nodes without a place in a grid below the others, in the order of the file. */
function withPlaces(workflow: Workflow): Workflow {
  const entries = Object.entries(workflow.nodes);
  const homeless = entries.filter(([, { position }]) => position === undefined).map(([id]) => id);
  if (homeless.length === 0) return workflow;
  const lowest = Math.max(0, ...entries.map(([, { position }]) => (position === undefined ? 0 : position.y + row)));
  const across = Math.ceil(Math.sqrt(homeless.length));
  const places = new Map(homeless.map((id, index) => [id, { x: (index % across) * column, y: lowest + Math.floor(index / across) * row }]));
  const nodes = entries.map(([id, node]) => [id, node.position === undefined ? { ...node, position: places.get(id) } : node] as const);
  return { ...workflow, nodes: Object.fromEntries(nodes) };
}

/** A workflow with nothing in it. */
export const emptyWorkflow: Workflow = { format: 'weft', version: 1, nodes: {} };
