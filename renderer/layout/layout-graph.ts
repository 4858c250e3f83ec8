import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { groupPadding } from '../../workflows/edits/frames.ts';
import { type Box, type Boxes, hullOf } from '../../workflows/edits/place.ts';
import { isLink, type Workflow } from '../../workflows/schema.ts';
import { nestingOf } from './nesting.ts';

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.spacing.nodeNode': '32',
  'elk.spacing.componentComponent': '64',
  'elk.layered.spacing.nodeNodeBetweenLayers': '72',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};
/** The order of the nodes where nothing else decides: ELK fails on it where there are groups. */
const inOrder = { 'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES' };

const { top, side } = groupPadding;
const groupOptions = { ...options, 'elk.padding': `[top=${top},left=${side},bottom=${side},right=${side}]` };

type Link = { readonly id: string; readonly input: string; readonly from: string; readonly output: string };

/**
 * The chosen nodes that have boxes, and the links between them, as a graph for ELK, with their groups around them. Links
 * leave on the right and enter on the left of a card, in the order of its inputs, so that few of them cross.
 */
export function layoutGraph(workflow: Workflow, boxes: Boxes, chosen: ReadonlySet<string> = new Set(boxes.keys())): ElkNode {
  const nesting = nestingOf(workflow, boxes, chosen);
  const cards = new Set([...nesting.values()].flat());
  const links = linksAmong(workflow, cards);
  const childrenOf = (group: string | undefined): ElkNode[] =>
    (nesting.get(group) ?? []).map((id) =>
      nesting.has(id) ? { id, layoutOptions: groupOptions, children: childrenOf(id) } : cardOf(id, boxes.get(id), links),
    );
  return {
    id: 'root',
    layoutOptions: nesting.size > 1 ? options : { ...options, ...inOrder },
    children: childrenOf(undefined),
    edges: links.map(({ id, input, from, output }, index) => ({
      id: String(index),
      sources: [portId(from, 'out', output)],
      targets: [portId(id, 'in', input)],
    })),
  };
}

function linksAmong({ nodes }: Workflow, cards: ReadonlySet<string>): Link[] {
  const inLayout = Object.entries(nodes).filter(([id]) => cards.has(id));
  return inLayout.flatMap(([id, node]) =>
    Object.entries(node.inputs).flatMap(([input, value]) =>
      isLink(value) && cards.has(value.link[0]) ? [{ id, input, from: value.link[0], output: value.link[1] }] : [],
    ),
  );
}

function cardOf(id: string, box: Box | undefined, links: readonly Link[]): ElkNode {
  const port = (name: string, side: 'WEST' | 'EAST') => ({ id: name, layoutOptions: { 'elk.port.side': side } });
  const outputs = new Set(links.filter((link) => link.from === id).map(({ output }) => output));
  const inputs = links.filter((link) => link.id === id).map(({ input }) => input);
  return {
    id,
    width: box?.width,
    height: box?.height,
    layoutOptions: { 'elk.portConstraints': 'FIXED_ORDER' },
    ports: [
      ...Array.from(outputs, (output) => port(portId(id, 'out', output), 'EAST')),
      // ELK counts ports clockwise: those on the left from the bottom to the top.
      ...inputs.map((input) => port(portId(id, 'in', input), 'WEST')).reverse(),
    ],
  };
}

function portId(node: string, side: 'in' | 'out', name: string): string {
  return JSON.stringify([node, side, name]);
}

/** Where ELK's result puts everything, and how large groups become, moved so that the top left corner of it all stays where it was. */
export function layoutBoxes(result: ElkNode, boxes: Boxes): Map<string, Box> {
  const placed = placedIn(result, { x: 0, y: 0 });
  const before = hullOf([...placed.keys()].flatMap((id) => boxes.get(id) ?? []));
  const after = hullOf([...placed.values()]);
  if (before === undefined || after === undefined) return new Map();
  const shifted = ({ x, y, ...size }: Box): Box => ({
    ...size,
    x: Math.round(x - after.x + before.x),
    y: Math.round(y - after.y + before.y),
  });
  return new Map([...placed].map(([id, box]) => [id, shifted(box)]));
}

/** What lies in a node of ELK's, which counts from that node's corner. */
function placedIn({ children = [] }: ElkNode, corner: { readonly x: number; readonly y: number }): Map<string, Box> {
  return new Map(
    children.flatMap((child): [string, Box][] => {
      const { id, x = 0, y = 0, width = 0, height = 0 } = child;
      const box = { x: corner.x + x, y: corner.y + y, width, height };
      return [[id, box], ...placedIn(child, box)];
    }),
  );
}
