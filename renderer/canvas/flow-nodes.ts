import type { Node } from '@xyflow/react';
import { useEffect, useMemo, useReducer } from 'react';
import { activeTab, useEditor } from '../state/editor.ts';
import { overlaps, type Rect } from './bezier.ts';
import { cardRect, type Moved, type Scene } from './scene.ts';
import { type Mounted, useStage } from './stage.ts';

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
};

type Mounting = {
  readonly nodes: FlowNode[];
  /** Whether there are cards left to be mounted in the next frame. */
  readonly unfinished: boolean;
};

/** How many cards beyond what is seen are mounted in a frame: the view comes to them only later. */
const aheadInFrame = 2;

/**
 * The nodes that React Flow mounts: those that are seen, and a few in each frame of those around. From afar only the one
 * below the pointer and those that are held, since the backdrop draws the rest. What is as it was stays the same object,
 * so that it doesn't render again.
 */
export function createMounting(): (wanted: Wanted) => Mounting {
  let known = new Map<string, FlowNode>();
  let nodes: FlowNode[] = [];
  return ({ scene, moved, selection, mounted, far, kept }) => {
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
    let ahead = 0;
    for (const card of scene.cards.values()) {
      const rect = cardRect(card, moved);
      const isKnown = known.has(card.id) || kept.has(card.id);
      if (!kept.has(card.id) && (far || !overlaps(rect, isKnown ? mounted.kept : mounted.around))) continue;
      const waits = !isKnown && !overlaps(rect, mounted.seen);
      if (waits) ahead++;
      if (!waits || ahead <= aheadInFrame) put(card.id, 'card', rect, selection.has(card.id) ? 3 : 2);
    }
    known = next;
    const now = [...next.values()];
    if (now.length !== nodes.length || now.some((node, index) => node !== nodes[index])) nodes = now;
    return { nodes, unfinished: ahead > aheadInFrame };
  };
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
  const { focused, pointed } = useStage((stage) => stage.kept);
  const renaming = useStage((stage) => stage.renaming);
  const selection = useEditor((state) => activeTab(state)?.selection) ?? nothing;
  const mount = useMemo(createMounting, []);
  const [frame, nextFrame] = useReducer((count: number) => count + 1, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` stands for where everything lies, `frame` for another turn.
  const { nodes, unfinished } = useMemo(() => {
    const { scene } = useStage.getState();
    const kept = new Set([focused, far ? pointed : undefined, renaming].filter((id) => id !== undefined));
    return mount({ scene, moved, selection, mounted, far, kept });
  }, [mount, drawn, moved, selection, mounted, far, focused, pointed, renaming, frame]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: in each `frame` there may be more to do.
  useEffect(() => {
    if (!unfinished) return;
    const request = requestAnimationFrame(nextFrame);
    return () => cancelAnimationFrame(request);
  }, [unfinished, frame]);
  return nodes;
}
