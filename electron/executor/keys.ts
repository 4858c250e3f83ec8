import { hash } from 'node:crypto';
import type { NodeDefinition } from '../../nodes/define.ts';
import type { FieldValue } from '../../workflows/graph.ts';
import type { PreparedNode } from './prepare.ts';

/**
 * The content key of every node: sha256 over all that its result is a function of, namely its type and version,
 * the values of its fields, the fingerprints of the files that it names, and for each link the key and output
 * that it takes. Ids, positions, titles and the order of inputs don't count. `nodes` come after all that they
 * link to. A node that is not deterministic gets another key in each run through `nonce`.
 */
export function contentKeys(nodes: readonly PreparedNode[], nonce: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const node of nodes) keys.set(node.id, hash('sha256', content(node, keys, nonce)));
  return keys;
}

/** The part of a node's content that its declaration alone decides, worked out once for each declaration. */
type Outline = { readonly head: string; readonly names: readonly { readonly name: string; readonly label: string }[] };

const outlines = new WeakMap<NodeDefinition, Outline>();

function outlineOf(definition: NodeDefinition): Outline {
  const known = outlines.get(definition);
  if (known !== undefined) return known;
  const names = Object.keys(definition.inputs).sort();
  const outline = {
    head: `${JSON.stringify(definition.type)}@${definition.version}`,
    names: names.map((name) => ({ name, label: `,${JSON.stringify(name)}:` })),
  };
  outlines.set(definition, outline);
  return outline;
}

function content(node: PreparedNode, keys: ReadonlyMap<string, string>, nonce: string): string {
  const { head, names } = outlineOf(node.definition);
  let text = head;
  for (const { name, label } of names) {
    const input = node.inputs[name];
    if (input === undefined) continue;
    const file = node.files.get(name);
    if (file !== undefined) text += `${label}file ${JSON.stringify(file.fingerprint)}`;
    else if (input.kind === 'value') text += label + canonicalValue(input.value);
    else text += `${label}link ${upstreamKey(keys, input.node)} ${JSON.stringify(input.output)}`;
  }
  for (const { folder, name, file } of node.mentions) text += `,${folder}/${JSON.stringify(name)}=${JSON.stringify(file.fingerprint)}`;
  // Two such nodes in one graph are two draws, so here alone the id counts.
  if (!node.definition.deterministic) text += `,run ${nonce} ${JSON.stringify(node.id)}`;
  return text;
}

function upstreamKey(keys: ReadonlyMap<string, string>, id: string): string {
  const key = keys.get(id);
  if (key === undefined) throw new Error(`node ${id} comes after a node that links to it`);
  return key;
}

/** One text for each value: equal numbers are equal whether they are bigints or not, and -0 is 0. */
function canonicalValue(value: FieldValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) return String(BigInt(value));
  return String(value);
}
