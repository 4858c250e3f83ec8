import type { FileMention, NodeDefinition } from '../../nodes/define.ts';
import type { Problem } from '../../nodes/problem.ts';
import type { FileFolder, FileRef } from '../../nodes/types.ts';
import type { GraphNode } from '../../workflows/graph.ts';
import { nearest } from '../../workflows/nearest.ts';
import type { FileFinder } from './events.ts';

/** A file named inside a text field; `name` is how the text calls it. */
export type MentionedFile = { readonly folder: FileFolder; readonly name: string; readonly file: FileRef };

/** A node with its declaration and every file that it names. */
export type PreparedNode = GraphNode & {
  readonly definition: NodeDefinition;
  /** By the name of the input that names the file. */
  readonly files: ReadonlyMap<string, FileRef>;
  /** Files named inside text fields, each once, in a fixed order. */
  readonly mentions: readonly MentionedFile[];
};

export type Preparation =
  | { readonly ok: true; readonly nodes: readonly PreparedNode[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Finds the files that the nodes name: one lookup for each file. Every missing one is a problem of its own. */
export async function prepareNodes(
  nodes: readonly GraphNode[],
  catalog: ReadonlyMap<string, NodeDefinition>,
  finder: FileFinder,
): Promise<Preparation> {
  const needs = nodes.map((node) => needsOf(node, catalog));
  const files = await findAll(needs, finder);
  const found = new Map([...files, ...(await findBundled(needs, files, finder))]);
  const problems = await problemsOf(needs, found, finder);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, nodes: needs.map((need) => prepared(need, found)) };
}

type FileNeeds = {
  readonly node: GraphNode;
  readonly definition: NodeDefinition;
  readonly named: readonly FileMention[];
  readonly mentioned: readonly FileMention[];
  readonly problems: readonly Problem[];
};
const none: readonly never[] = [];
const noFiles: ReadonlyMap<string, FileRef> = new Map();

function needsOf(node: GraphNode, catalog: ReadonlyMap<string, NodeDefinition>): FileNeeds {
  const definition = catalog.get(node.type);
  if (definition === undefined) throw new Error(`there is no node type ${node.type}`);
  let named: FileMention[] | undefined;
  let problems: Problem[] | undefined;
  const values: Record<string, unknown> = {};
  for (const name in node.inputs) {
    const input = node.inputs[name];
    const spec = definition.inputs[name];
    if (input.kind === 'value') values[name] = input.value;
    if (spec?.kind !== 'file') continue;
    if (input.kind === 'value') {
      named ??= [];
      named.push({ folder: spec.folder, name: String(input.value), input: name });
    } else {
      problems ??= [];
      problems.push({
        node: node.id,
        input: name,
        what: 'A file cannot come from another node: files are checked before anything runs.',
        fix: 'Choose the file in the node itself.',
      });
    }
  }
  return { node, definition, named: named ?? none, mentioned: definition.filesIn(values), problems: problems ?? none };
}

const lookupName = ({ folder, name }: { folder: FileFolder; name: string }) => `${folder}/${name}`;

async function findAll(needs: readonly FileNeeds[], finder: FileFinder): Promise<ReadonlyMap<string, FileRef>> {
  const wanted = new Map<string, FileMention>();
  for (const { named, mentioned } of needs) {
    for (const mention of named) wanted.set(lookupName(mention), mention);
    for (const mention of mentioned) wanted.set(lookupName(mention), mention);
  }
  const found = new Map<string, FileRef>();
  if (wanted.size === 0) return found;
  await Promise.all(
    Array.from(wanted, async ([at, { folder, name }]) => {
      const file = await finder.find(folder, name);
      if (file !== undefined) found.set(at, file);
    }),
  );
  return found;
}

/** Textual inversions may come bundled in a LoRA or a checkpoint that the graph names. */
async function findBundled(
  needs: readonly FileNeeds[],
  found: ReadonlyMap<string, FileRef>,
  finder: FileFinder,
): Promise<ReadonlyMap<string, FileRef>> {
  const missing = needs.flatMap(({ mentioned }) => mentioned).filter((mention) => !found.has(lookupName(mention)));
  const names = new Set(missing.flatMap(({ folder, name }) => (folder === 'embeddings' ? [name] : [])));
  const bundled = new Map<string, FileRef>();
  if (names.size === 0) return bundled;
  for (const [at, file] of found) {
    if (!bundlingFolders.some((folder) => at.startsWith(`${folder}/`))) continue;
    for (const name of names) {
      if (await finder.bundles?.(file, name)) bundled.set(lookupName({ folder: 'embeddings', name }), file);
    }
  }
  return bundled;
}

const bundlingFolders: readonly FileFolder[] = ['loras', 'checkpoints'];

async function problemsOf(needs: readonly FileNeeds[], found: ReadonlyMap<string, FileRef>, finder: FileFinder): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { node, named, mentioned, problems: own } of needs) {
    problems.push(...own);
    for (const mention of [...named, ...mentioned]) {
      if (!found.has(lookupName(mention))) problems.push(await missingFile(node.id, mention, finder));
    }
  }
  return problems;
}

async function missingFile(node: string, { folder, name, input }: FileMention, finder: FileFinder): Promise<Problem> {
  const place = folder === 'input' ? 'the folder "input"' : `the model folder "${folder}"`;
  if (name === '') {
    return { node, input, what: 'No file is chosen.', fix: `Choose one of the files in ${place}.` };
  }
  const similar = nearest(name, (await finder.list?.(folder)) ?? [], 3);
  const hint = similar.length === 0 ? '' : ` Similar names there: ${similar.map((other) => `"${other}"`).join(', ')}.`;
  return {
    node,
    input,
    what: `There is no file "${name}" in ${place}.`,
    fix: `Put the file there, or choose another one.${hint}`,
  };
}

function prepared({ node, definition, named, mentioned }: FileNeeds, found: ReadonlyMap<string, FileRef>): PreparedNode {
  const files = named.length === 0 ? noFiles : new Map(pairs(named, found).map(([{ input }, file]) => [input, file]));
  return { ...node, definition, files, mentions: mentioned.length === 0 ? none : inFixedOrder(pairs(mentioned, found)) };
}

function pairs(mentions: readonly FileMention[], found: ReadonlyMap<string, FileRef>): [FileMention, FileRef][] {
  return mentions.flatMap((mention) => {
    const file = found.get(lookupName(mention));
    return file === undefined ? [] : [[mention, file] satisfies [FileMention, FileRef]];
  });
}

function inFixedOrder(mentions: readonly [FileMention, FileRef][]): MentionedFile[] {
  const distinct = new Map(mentions.map(([mention, file]) => [lookupName(mention), { folder: mention.folder, name: mention.name, file }]));
  return Array.from(distinct.keys())
    .sort()
    .flatMap((at) => distinct.get(at) ?? []);
}
