import type { InputSpec, NodeDescription } from '../../../nodes/define.ts';
import { type SocketType, socketTypes } from '../../../nodes/types.ts';
import { isLink, type WorkflowInput, type WorkflowLink, type WorkflowNode } from '../../../workflows/schema.ts';
import type { GraphPart } from '../../../workflows/scope.ts';
import { type CardExtras, type CardLayout, layoutCard, sameExtras, sameLayout } from './card-layout.ts';
import { type Card, outputKey, type Scene, type SceneLink } from './scene.ts';

export type SceneSources = {
  /** What `describe` takes its answers from: as long as this is the same object and no link is another, so are they. */
  readonly declarations: unknown;
  readonly describe: (id: string) => NodeDescription | undefined;
  readonly extras: (id: string) => CardExtras;
};

type Known = { readonly card: Card; readonly declared: NodeDescription | undefined; readonly extras: CardExtras };

type Built = { readonly scene: Scene; readonly known: ReadonlyMap<string, Known>; readonly declarations: unknown };

/**
 * Builds scenes, each from the one before: an edit costs what it changes. Cards that didn't change are the same objects,
 * layouts and links too; `drawn` is the same unless something has moved, come, gone, or looks another way from afar.
 */
export function createSceneBuilder(): (graph: GraphPart, sources: SceneSources) => Scene {
  let before: Built | undefined;
  return (graph, sources) => {
    before = before !== undefined && !isRewired(before, graph, sources) ? refresh(before, graph, sources) : rebuild(before, graph, sources);
    return before.scene;
  };
}

/** Whether nodes or links may have come or gone, or nodes be described another way. */
function isRewired({ known, declarations }: Built, { nodes }: GraphPart, sources: SceneSources): boolean {
  if (declarations !== sources.declarations) return true;
  const before = known.entries();
  for (const id in nodes) {
    const next = before.next();
    if (next.done || next.value[0] !== id || !isWiredAs(next.value[1], nodes[id])) return true;
  }
  return !before.next().done;
}

/** What is known of a node of unknown type is what is written in it. */
function isWiredAs({ card: { node: before }, declared }: Known, node: WorkflowNode): boolean {
  if (before === node) return true;
  if (declared === undefined) return false;
  return before.type === node.type && before.mode === node.mode && hasLinksOf(before, node) && hasLinksOf(node, before);
}

function hasLinksOf({ inputs }: WorkflowNode, other: WorkflowNode): boolean {
  return (
    inputs === other.inputs || Object.entries(other.inputs).every(([name, input]) => !isLink(input) || isSameLink(inputs[name], input))
  );
}

function isSameLink(a: WorkflowInput | undefined, { link: [node, output] }: WorkflowLink): boolean {
  return a !== undefined && isLink(a) && a.link[0] === node && a.link[1] === output;
}

/** The scene after an edit that left all links as they were. */
function refresh({ scene, known: before, declarations }: Built, graph: GraphPart, sources: SceneSources): Built {
  const changed: Known[] = [];
  for (const [id, known] of before) {
    const node = graph.nodes[id];
    const extras = sources.extras(id);
    if (known.card.node === node && areAsBefore(known.extras, extras)) continue;
    const declared = known.card.node === node ? known.declared : sources.describe(id);
    const description = declared ?? known.card.description;
    changed.push({ card: cardOf(id, known.card, node, description, declared, extras), declared, extras });
  }
  const { groups = none, notes = none } = graph;
  const sameFrames = groups === scene.groups && notes === scene.notes;
  if (changed.length === 0 && sameFrames) return { scene, known: before, declarations };
  const known = new Map(before);
  const cards = new Map(scene.cards);
  for (const one of changed) {
    known.set(one.card.id, one);
    cards.set(one.card.id, one.card);
  }
  const looksSame = sameFrames && changed.every(({ card }) => sameLooks(before.get(card.id)?.card, card));
  return { scene: { ...scene, cards, groups, notes, drawn: looksSame ? scene.drawn : {} }, known, declarations };
}

const none: readonly never[] = [];

/** The scene of a graph of which at most cards are known. */
function rebuild(before: Built | undefined, graph: GraphPart, { declarations, describe, extras: extrasOf }: SceneSources): Built {
  const known = new Map<string, Known>();
  const outputs = outputsOfUnknown(graph, describe);
  for (const [id, node] of Object.entries(graph.nodes)) {
    const declared = describe(id);
    const extras = extrasOf(id);
    const old = before?.known.get(id);
    const same = old?.card.node === node && old.declared === declared && areAsBefore(old.extras, extras) && (declared || !outputs.has(id));
    const description = declared ?? describeUnknown(node, outputs.get(id) ?? []);
    known.set(id, same ? old : { card: cardOf(id, old?.card, node, description, declared, extras), declared, extras });
  }
  const cards = new Map([...known].map(([id, { card }]) => [id, card]));
  const links = linksOf(cards);
  const linkedOutputs = new Set(links.map(({ from }) => outputKey(from)));
  const { groups = none, notes = none } = graph;
  return { scene: { cards, links, linkedOutputs, groups, notes, drawn: {} }, known, declarations };
}

/** A node's card; its layout is the one it had if that has not changed. */
function cardOf(
  id: string,
  before: Card | undefined,
  node: WorkflowNode,
  description: NodeDescription,
  declared: NodeDescription | undefined,
  extras: CardExtras,
): Card {
  const layout: CardLayout = layoutCard(node, description, extras);
  const same = before !== undefined && before.description === description && sameLayout(before.layout, layout);
  return { id, node, description, known: declared !== undefined, layout: same ? before.layout : layout };
}

/** Whether a card looks the same from afar and its sockets are where they were. */
function sameLooks(a: Card | undefined, b: Card): boolean {
  return (
    a !== undefined &&
    a.layout === b.layout &&
    a.description === b.description &&
    a.node.position?.x === b.node.position?.x &&
    a.node.position?.y === b.node.position?.y &&
    a.node.title === b.node.title &&
    a.node.color === b.node.color &&
    a.node.mode === b.node.mode
  );
}

function areAsBefore(a: CardExtras, b: CardExtras): boolean {
  return a === b || (sameExtras(a, b) && a.measure === b.measure);
}

/** The outputs of nodes of unknown type that others are linked to: all that is known of them. */
function outputsOfUnknown(graph: GraphPart, describe: SceneSources['describe']): ReadonlyMap<string, Set<string>> {
  const outputs = new Map<string, Set<string>>();
  for (const { inputs } of Object.values(graph.nodes)) {
    for (const input of Object.values(inputs)) {
      if (!isLink(input)) continue;
      const [node, output] = input.link;
      if (Object.hasOwn(graph.nodes, node) && describe(node) === undefined) outputs.set(node, (outputs.get(node) ?? new Set()).add(output));
    }
  }
  return outputs;
}

function describeUnknown(node: WorkflowNode, outputs: Iterable<string>): NodeDescription {
  return {
    type: node.type,
    version: 0,
    title: node.type,
    category: 'other',
    description: '',
    aliases: [],
    inputs: Object.fromEntries(Object.entries(node.inputs).map(([name, input]) => [name, unknownInput(isLink(input))])),
    outputs: Object.fromEntries([...outputs].map((name) => [name, { type: socketType(name) ?? 'STRING', list: false }])),
    device: 'any',
    output: false,
    deterministic: true,
    constant: false,
    takesLists: false,
  };
}

function unknownInput(linked: boolean): InputSpec {
  return linked ? { kind: 'socket', type: 'STRING', optional: false } : { kind: 'text', default: '', multiline: false };
}

function socketType(name: string): SocketType | undefined {
  return socketTypes.find((type) => type === name);
}

function linksOf(cards: ReadonlyMap<string, Card>): SceneLink[] {
  const links: SceneLink[] = [];
  for (const [id, { node, layout }] of cards) {
    for (const [input, value] of Object.entries(node.inputs)) {
      if (!isLink(value) || !layout.inputs.has(input)) continue;
      const [source, output] = value.link;
      const from = cards.get(source);
      if (from === undefined || !from.layout.outputs.has(output)) continue;
      const type = from.known && Object.hasOwn(from.description.outputs, output) ? from.description.outputs[output].type : undefined;
      const faded = node.mode === 'muted' || from.node.mode === 'muted';
      links.push({ from: { node: source, output }, to: { node: id, input }, type, faded });
    }
  }
  return links;
}
