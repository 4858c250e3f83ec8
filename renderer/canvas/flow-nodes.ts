import type { Node } from '@xyflow/react';
import { useMemo } from 'react';
import { activeTab, useEditor } from '../state/editor.ts';
import { overlaps, type Rect } from './bezier.ts';
import { cardRect, type Moved, type Scene } from './scene.ts';
import { useStage } from './stage.ts';

/** What React Flow is told of a card, group or note: where it is. The rest the components read from the stores. */
export type FlowNode = Node<Record<string, never>, 'card' | 'frame' | 'note'>;

const noData: Record<string, never> = {};
const noHandles: NonNullable<FlowNode['handles']> = [];
const nothing: ReadonlySet<string> = new Set();

type Wanted = {
  readonly scene: Scene;
  readonly moved: Moved | undefined;
  readonly selection: ReadonlySet<string>;
  readonly mounted: Rect;
  readonly far: boolean;
  readonly kept: ReadonlySet<string>;
};

/**
 * The nodes that React Flow mounts: those around what is seen. From afar only the one below the pointer and those that
 * are held, since the backdrop draws the rest. What is as it was stays the same object, so that it doesn't render again.
 */
function createMounting(): (wanted: Wanted) => FlowNode[] {
  let known = new Map<string, FlowNode>();
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
        if (overlaps(rect, mounted)) put(id, type, rect, type === 'frame' ? 0 : selection.has(id) ? 3 : 1);
      }
    }
    for (const card of scene.cards.values()) {
      const rect = cardRect(card, moved);
      if (kept.has(card.id) || (!far && overlaps(rect, mounted))) put(card.id, 'card', rect, selection.has(card.id) ? 3 : 2);
    }
    known = next;
    return [...next.values()];
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` stands for where everything lies.
  return useMemo(() => {
    const { scene } = useStage.getState();
    const kept = new Set([focused, far ? pointed : undefined, renaming].filter((id) => id !== undefined));
    return mount({ scene, moved, selection, mounted, far, kept });
  }, [mount, drawn, moved, selection, mounted, far, focused, pointed, renaming]);
}
