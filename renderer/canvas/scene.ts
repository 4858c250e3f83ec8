import type { InputSpec, NodeDescription } from '../../nodes/define.ts';
import { type SocketType, socketTypes } from '../../nodes/types.ts';
import type { InputPlace, OutputPlace } from '../../workflows/reroute.ts';
import { isLink, type WorkflowGroup, type WorkflowNode, type WorkflowNote } from '../../workflows/schema.ts';
import type { GraphPart } from '../../workflows/scope.ts';
import type { Curve, Point, Rect } from './bezier.ts';
import { linkCurve } from './bezier.ts';
import { type CardExtras, type CardLayout, layoutCard } from './card-layout.ts';

/** A node as it is drawn. */
export type Card = {
  readonly id: string;
  readonly node: WorkflowNode;
  /** What the node is declared as; for unknown types what the workflow says of it. */
  readonly description: NodeDescription;
  readonly known: boolean;
  readonly layout: CardLayout;
};

export type SceneLink = {
  readonly from: OutputPlace;
  readonly to: InputPlace;
  /** Undefined where nobody knows what flows. */
  readonly type: SocketType | undefined;
  /** Whether nothing flows, since an end is muted. */
  readonly faded: boolean;
};

/** All that a graph shows, as data: what is mounted, what is drawn and what is hit derive from it. */
export type Scene = {
  readonly cards: ReadonlyMap<string, Card>;
  readonly links: readonly SceneLink[];
  /** The outputs that something is linked to, as `outputKey` writes them. */
  readonly linkedOutputs: ReadonlySet<string>;
  readonly groups: readonly WorkflowGroup[];
  readonly notes: readonly WorkflowNote[];
};

export const emptyScene: Scene = { cards: new Map(), links: [], linkedOutputs: new Set(), groups: [], notes: [] };

export function outputKey({ node, output }: OutputPlace): string {
  return `${node} ${output}`;
}

export type SceneSources = {
  readonly describe: (id: string) => NodeDescription | undefined;
  readonly extras: (id: string) => CardExtras;
};

/** Builds scenes; cards that didn't change are the same objects as in the scene before. */
export function createSceneBuilder(): (graph: GraphPart, sources: SceneSources) => Scene {
  let known = new Map<string, { readonly card: Card; readonly declared: NodeDescription | undefined; readonly extras: CardExtras }>();
  return (graph, { describe, extras: extrasOf }) => {
    const next: typeof known = new Map();
    const outputs = outputsOfUnknown(graph, describe);
    for (const [id, node] of Object.entries(graph.nodes)) {
      const declared = describe(id);
      const extras = extrasOf(id);
      const before = known.get(id);
      const same =
        before?.card.node === node && before.declared === declared && sameExtras(before.extras, extras) && (declared || !outputs.has(id));
      if (same) {
        next.set(id, before);
        continue;
      }
      const description = declared ?? describeUnknown(node, outputs.get(id) ?? []);
      const card = { id, node, description, known: declared !== undefined, layout: layoutCard(node, description, extras) };
      next.set(id, { card, declared, extras });
    }
    known = next;
    const cards = new Map([...known].map(([id, { card }]) => [id, card]));
    const links = linksOf(cards);
    const linkedOutputs = new Set(links.map(({ from }) => outputKey(from)));
    return { cards, links, linkedOutputs, groups: graph.groups ?? [], notes: graph.notes ?? [] };
  };
}

function sameExtras(a: CardExtras, b: CardExtras): boolean {
  return (
    a.mediaAspect === b.mediaAspect && a.tablesHeight === b.tablesHeight && a.failureHeight === b.failureHeight && a.measure === b.measure
  );
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

/** Where things are while they are dragged, by id; what is not named is where the workflow says. */
export type Moved = ReadonlyMap<string, Point>;

function cardPlace(card: Card, moved: Moved | undefined): Point {
  return moved?.get(card.id) ?? card.node.position ?? origin;
}

const origin: Point = { x: 0, y: 0 };

export function cardRect(card: Card, moved?: Moved): Rect {
  const { x, y } = cardPlace(card, moved);
  return { x, y, width: card.layout.width, height: card.layout.height };
}

export function outputPoint(scene: Scene, { node, output }: OutputPlace, moved?: Moved): Point | undefined {
  const card = scene.cards.get(node);
  const y = card?.layout.outputs.get(output);
  if (card === undefined || y === undefined) return undefined;
  const place = cardPlace(card, moved);
  return { x: place.x + card.layout.width, y: place.y + y };
}

export function inputPoint(scene: Scene, { node, input }: InputPlace, moved?: Moved): Point | undefined {
  const card = scene.cards.get(node);
  const y = card?.layout.inputs.get(input);
  if (card === undefined || y === undefined) return undefined;
  const place = cardPlace(card, moved);
  return { x: place.x, y: place.y + y };
}

/** The curve of a link; undefined if one of its ends is gone. */
export function curveOf(scene: Scene, link: SceneLink, moved?: Moved): Curve | undefined {
  const from = outputPoint(scene, link.from, moved);
  const to = inputPoint(scene, link.to, moved);
  return from === undefined || to === undefined ? undefined : linkCurve(from, to);
}

export function sameLink(a: SceneLink | undefined, b: SceneLink | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.to.node === b.to.node && a.to.input === b.to.input);
}

/** The boxes of everything, by id; groups before notes before cards, as they lie over each other. */
export function boxesOf(scene: Scene, moved?: Moved): Map<string, Rect> {
  const boxes = new Map<string, Rect>();
  for (const frame of [...scene.groups, ...scene.notes]) {
    if (frame.id !== undefined) boxes.set(frame.id, { ...(moved?.get(frame.id) ?? frame.position), ...sizeOf(frame.size) });
  }
  for (const card of scene.cards.values()) boxes.set(card.id, cardRect(card, moved));
  return boxes;
}

function sizeOf({ width, height }: { width: number; height: number }) {
  return { width, height };
}
