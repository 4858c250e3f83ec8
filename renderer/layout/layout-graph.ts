import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { type Box, type Boxes, hullOf } from '../../workflows/edits/place.ts';
import { isLink, type Position, type Workflow } from '../../workflows/schema.ts';

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.spacing.nodeNode': '32',
  'elk.spacing.componentComponent': '64',
  'elk.layered.spacing.nodeNodeBetweenLayers': '72',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
};

/**
 * The nodes that have boxes, and the links between them, as a graph for ELK. Links leave on the right and enter on the
 * left of a card, in the order of its inputs, so that few of them cross.
 */
export function layoutGraph({ nodes }: Workflow, boxes: Boxes): ElkNode {
  const inLayout = Object.entries(nodes).filter(([id]) => boxes.has(id));
  const links = inLayout.flatMap(([id, node]) =>
    Object.entries(node.inputs).flatMap(([input, value]) =>
      isLink(value) && boxes.has(value.link[0]) && Object.hasOwn(nodes, value.link[0])
        ? [{ id, input, from: value.link[0], output: value.link[1] }]
        : [],
    ),
  );
  const port = (id: string, side: 'WEST' | 'EAST') => ({ id, layoutOptions: { 'elk.port.side': side } });
  return {
    id: 'root',
    layoutOptions: options,
    children: inLayout.map(([id]) => ({
      id,
      width: boxes.get(id)?.width,
      height: boxes.get(id)?.height,
      layoutOptions: { 'elk.portConstraints': 'FIXED_ORDER' },
      ports: [...new Set(links.filter((link) => link.from === id).map(({ output }) => output))]
        .map((output) => port(portId(id, 'out', output), 'EAST'))
        .concat(
          // ELK counts ports clockwise: those on the left from the bottom to the top.
          links
            .filter((link) => link.id === id)
            .map(({ input }) => port(portId(id, 'in', input), 'WEST'))
            .reverse(),
        ),
    })),
    edges: links.map(({ id, input, from, output }, index) => ({
      id: String(index),
      sources: [portId(from, 'out', output)],
      targets: [portId(id, 'in', input)],
    })),
  };
}

function portId(node: string, side: 'in' | 'out', name: string): string {
  return JSON.stringify([node, side, name]);
}

/** Where ELK's result puts nodes, moved so that the top left corner of them all stays where it was. */
export function layoutPositions(result: ElkNode, boxes: Boxes): Map<string, Position> {
  const placed = (result.children ?? []).map(({ id, x = 0, y = 0 }) => ({ id, x, y, width: 0, height: 0 }));
  const before = hullOf(
    placed.flatMap(({ id }): readonly Box[] => {
      const box = boxes.get(id);
      return box === undefined ? [] : [box];
    }),
  );
  const after = hullOf(placed);
  if (before === undefined || after === undefined) return new Map();
  return new Map(placed.map(({ id, x, y }) => [id, { x: Math.round(x - after.x + before.x), y: Math.round(y - after.y + before.y) }]));
}
