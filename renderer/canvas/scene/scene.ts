import type { NodeDescription } from '../../../nodes/define.ts';
import type { SocketType } from '../../../nodes/types.ts';
import type { InputPlace, OutputPlace } from '../../../workflows/reroute.ts';
import type { WorkflowGroup, WorkflowNode, WorkflowNote } from '../../../workflows/schema.ts';
import type { Curve, Point, Rect } from './bezier.ts';
import { curveBounds, linkCurve } from './bezier.ts';
import type { CardLayout } from './card-layout.ts';

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
  /** The same object for as long as nothing changes but what cards have inside: what is drawn of the graph stays as it is. */
  readonly drawn: object;
};

export const emptyScene: Scene = { cards: new Map(), links: [], linkedOutputs: new Set(), groups: [], notes: [], drawn: {} };

export function outputKey({ node, output }: OutputPlace): string {
  return `${node} ${output}`;
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
function curveOf(scene: Scene, link: SceneLink, moved?: Moved): Curve | undefined {
  const from = outputPoint(scene, link.from, moved);
  const to = inputPoint(scene, link.to, moved);
  return from === undefined || to === undefined ? undefined : linkCurve(from, to);
}

/** A link with the way that it takes. */
export type PlacedLink = { readonly link: SceneLink; readonly curve: Curve; readonly bounds: Rect };

/** Links with their ways; those whose ends are gone are left out. */
export function placeLinks(scene: Scene, links: readonly SceneLink[], moved?: Moved): PlacedLink[] {
  return links.flatMap((link) => {
    const curve = curveOf(scene, link, moved);
    return curve === undefined ? [] : [{ link, curve, bounds: curveBounds(curve) }];
  });
}

const knownLinks = new WeakMap<Scene['drawn'], readonly PlacedLink[]>();
let placedLast: readonly PlacedLink[] = [];

/** All links while nothing is dragged; the same array for as long as all lie where they did, whatever else has changed. */
export function restingLinks(scene: Scene): readonly PlacedLink[] {
  const known = knownLinks.get(scene.drawn);
  if (known !== undefined) return known;
  const placed = placeLinks(scene, scene.links);
  if (placed.length !== placedLast.length || !placed.every((one, index) => liesAs(one, placedLast[index]))) placedLast = placed;
  knownLinks.set(scene.drawn, placedLast);
  return placedLast;
}

function liesAs({ link, curve: { from, to } }: PlacedLink, other: PlacedLink): boolean {
  return link === other.link && isSamePoint(from, other.curve.from) && isSamePoint(to, other.curve.to);
}

function isSamePoint(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}

export function sameLink(a: SceneLink | undefined, b: SceneLink | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.to.node === b.to.node && a.to.input === b.to.input);
}

/** The boxes of everything, by id; groups before notes before cards, as they lie over each other. */
export function boxesOf(scene: Scene, moved?: Moved): ReadonlyMap<string, Rect> {
  const resting = restingBoxes(scene);
  if (moved === undefined) return resting;
  const boxes = new Map(resting);
  for (const [id, { x, y }] of moved) {
    const box = boxes.get(id);
    if (box !== undefined) boxes.set(id, { x, y, width: box.width, height: box.height });
  }
  return boxes;
}

const knownBoxes = new WeakMap<Scene['drawn'], ReadonlyMap<string, Rect>>();

function restingBoxes(scene: Scene): ReadonlyMap<string, Rect> {
  const known = knownBoxes.get(scene.drawn);
  if (known !== undefined) return known;
  const boxes = new Map<string, Rect>();
  for (const { id, position, size } of [...scene.groups, ...scene.notes]) {
    if (id !== undefined) boxes.set(id, { x: position.x, y: position.y, width: size.width, height: size.height });
  }
  for (const card of scene.cards.values()) boxes.set(card.id, cardRect(card));
  knownBoxes.set(scene.drawn, boxes);
  return boxes;
}
