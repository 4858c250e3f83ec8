import type { MouseEvent as ReactMouseEvent } from 'react';
import { activeTab, select } from '../../state/editor.ts';
import { socketOf } from '../connecting/port-entries.tsx';
import { useStage } from '../scene/stage.ts';
import { type CanvasMenuPlace, useCanvasMenu } from './canvas-menu-state.ts';
import { dragTo, endDrag, startDrag } from './dragging.ts';
import type { FlowNode } from './flow-nodes.ts';

/*
 * What React Flow's nodes and its pane are to do.
 */

type AnyMouseEvent = MouseEvent | TouchEvent | ReactMouseEvent;

export function isPane(target: EventTarget): boolean {
  return target instanceof Element && target.classList.contains('react-flow__pane');
}

function openMenu(event: MouseEvent | ReactMouseEvent, place: CanvasMenuPlace): void {
  event.preventDefault();
  useCanvasMenu.setState({ at: { x: event.clientX, y: event.clientY }, place });
}

export function onPaneClick(event: ReactMouseEvent): void {
  const { link } = useStage.getState();
  if (link !== undefined) openMenu(event, { kind: 'link', link });
  else select([]);
}

export function onPaneContextMenu(event: MouseEvent | ReactMouseEvent): void {
  const { link } = useStage.getState();
  openMenu(event, link === undefined ? { kind: 'canvas' } : { kind: 'link', link });
}

export function onNodeContextMenu(event: ReactMouseEvent, { id }: FlowNode): void {
  if (!activeTab()?.selection.has(id)) select([id]);
  openMenu(event, { kind: 'selection', socket: socketOf(event.target) });
}

export function onNodeClick(event: ReactMouseEvent, { id }: FlowNode): void {
  const selection = activeTab()?.selection ?? new Set<string>();
  if (!isAdding(event)) select([id]);
  else select(selection.has(id) ? [...selection].filter((one) => one !== id) : [...selection, id]);
}

export function onNodeDragStart(event: AnyMouseEvent, { id }: FlowNode): void {
  startDrag(id, isAdding(event));
}

export function onNodeDrag(_event: AnyMouseEvent, { position }: FlowNode): void {
  dragTo(position);
}

export const onNodeDragStop = endDrag;

function isAdding({ shiftKey, ctrlKey, metaKey }: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): boolean {
  return shiftKey || ctrlKey || metaKey;
}
