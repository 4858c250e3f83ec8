import type { Node } from '@xyflow/react';
import { useEffect, useLayoutEffect, useMemo, useReducer } from 'react';
import { activeTab, useEditor } from '../../state/editor.ts';
import { overlaps, type Rect } from '../scene/bezier.ts';
import { type Card, cardRect, type Moved, type Scene } from '../scene/scene.ts';
import { type Mounted, useStage } from '../scene/stage.ts';

/** What React Flow is told of a card, group or note: where it is. The rest the components read from the stores. */
export type FlowNode = Node<Record<string, never>, 'card' | 'frame' | 'note'>;

const noData: Record<string, never> = {};
const noHandles: NonNullable<FlowNode['handles']> = [];
const nothing: ReadonlySet<string> = new Set();

type Wanted = {
  readonly scene: Scene;
  readonly moved: Moved | undefined;
  readonly selection: ReadonlySet<string>;
  readonly mounted: Mounted;
  readonly far: boolean;
  readonly kept: ReadonlySet<string>;
  readonly moving: boolean;
};

type Mounting = {
  readonly nodes: FlowNode[];
  /** Cards that are to be mounted later; the same set as long as they are the same. */
  readonly waiting: ReadonlySet<string>;
};

type Placed = { readonly card: Card; readonly rect: Rect };

/** How many cards are mounted in a frame, since each costs milliseconds. */
const mostInFrame = 4;

/** How many cards stay mounted out of sight for their pictures, which are not drawn while the view moves. */
const mostPictures = 16;

/**
 * The nodes that React Flow mounts: those that are seen and around, a few in a frame, and those nearest to the middle first.
 * While the view moves none comes or goes: that would take longer than there is between two frames, and what is waiting
 * is drawn. Cards with a picture stay, so that it is there when they come back. From afar only the one below the pointer and those that are held are mounted, since the backdrop draws the
 * rest. What is as it was stays the same object, so that it doesn't render again.
 */
export function createMounting(): (wanted: Wanted) => Mounting {
  let known = new Map<string, FlowNode>();
  let nodes: FlowNode[] = [];
  let waiting = nothing;
  return ({ scene, moved, selection, mounted, far, kept, moving }) => {
    const next = new Map<string, FlowNode>();
    const put = (id: string, type: FlowNode['type'], rect: Rect, zIndex: number) => {
      const before = known.get(id);
      const selected = selection.has(id);
      const same = before?.type === type && before.selected === selected && before.zIndex === zIndex && sameRect(before, rect);
      next.set(id, same ? before : flowNode(id, type, rect, selected, zIndex));
    };
    for (const [type, frames] of [
      ['frame', scene.groups],
      ['note', scene.notes],
    ] as const) {
      for (const { id, position, size } of frames) {
        if (id === undefined) continue;
        const rect = { ...(moved?.get(id) ?? position), width: size.width, height: size.height };
        if (overlaps(rect, mounted.around)) put(id, type, rect, type === 'frame' ? 0 : selection.has(id) ? 3 : 1);
      }
    }
    const coming: Placed[] = [];
    const stays = new Set<string>();
    let pictures = 0;
    for (const card of scene.cards.values()) {
      const rect = cardRect(card, moved);
      if (kept.has(card.id)) stays.add(card.id);
      else if (far) continue;
      else if (!known.has(card.id)) {
        if (overlaps(rect, mounted.around)) coming.push({ card, rect });
      } else if (moving || overlaps(rect, mounted.around)) stays.add(card.id);
      else if (card.layout.media !== undefined && pictures++ < mostPictures) stays.add(card.id);
    }
    coming.sort(nearerTo(mounted.seen));
    const most = moving ? 0 : mostInFrame;
    for (const { card } of coming.slice(0, most)) stays.add(card.id);
    // In the order of the graph, which is that of the keyboard.
    for (const card of scene.cards.values()) {
      if (stays.has(card.id)) put(card.id, 'card', cardRect(card, moved), selection.has(card.id) ? 3 : 2);
    }
    known = next;
    const now = [...next.values()];
    if (now.length !== nodes.length || now.some((node, index) => node !== nodes[index])) nodes = now;
    const left = coming.slice(most).map(({ card }) => card.id);
    if (left.length !== waiting.size || left.some((id) => !waiting.has(id))) waiting = left.length === 0 ? nothing : new Set(left);
    return { nodes, waiting };
  };
}

function nearerTo(seen: Rect): (a: Placed, b: Placed) => number {
  const distance = ({ rect }: Placed) =>
    Math.hypot(rect.x + rect.width / 2 - seen.x - seen.width / 2, rect.y + rect.height / 2 - seen.y - seen.height / 2);
  return (a, b) => distance(a) - distance(b);
}

function sameRect({ position, width, height }: FlowNode, rect: Rect): boolean {
  return position.x === rect.x && position.y === rect.y && width === rect.width && height === rect.height;
}

function flowNode(id: string, type: FlowNode['type'], rect: Rect, selected: boolean, zIndex: number): FlowNode {
  const size = { width: rect.width, height: rect.height };
  return {
    id,
    type,
    position: { x: rect.x, y: rect.y },
    ...size,
    measured: size,
    handles: noHandles,
    data: noData,
    selected,
    zIndex,
    // Within a group's frame the canvas below is to be reached; only its title takes hold of it.
    ...(type === 'frame' && { dragHandle: '[data-group-handle]', style: { pointerEvents: 'none' } }),
  };
}

export function useFlowNodes(): FlowNode[] {
  const drawn = useStage(({ scene }) => scene.drawn);
  const moved = useStage((stage) => stage.moved);
  const far = useStage((stage) => stage.far);
  const mounted = useStage((stage) => stage.mounted);
  const moving = useStage((stage) => stage.moving);
  const { focused, pointed } = useStage((stage) => stage.kept);
  const renaming = useStage((stage) => stage.renaming);
  const selection = useEditor((state) => activeTab(state)?.selection) ?? nothing;
  const mount = useMemo(createMounting, []);
  const [frame, nextFrame] = useReducer((count: number) => count + 1, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` stands for where everything lies, `frame` for another turn.
  const { nodes, waiting } = useMemo(() => {
    const { scene } = useStage.getState();
    const kept = new Set([focused, pointed, renaming].filter((id) => id !== undefined));
    return mount({ scene, moved, selection, mounted, far, kept, moving });
  }, [mount, drawn, moved, selection, mounted, far, moving, focused, pointed, renaming, frame]);
  useLayoutEffect(() => useStage.setState({ waiting }), [waiting]);
  useEffect(() => {
    if (waiting.size === 0 || moving) return;
    const request = requestAnimationFrame(nextFrame);
    return () => cancelAnimationFrame(request);
  }, [waiting, moving]);
  return nodes;
}
