import type { PointerEvent as ReactPointerEvent } from 'react';
import { create } from 'zustand';
import type { Point } from '../scene/bezier.ts';
import { finishConnecting, offerWhatFits } from './connect.ts';
import { aimAt, type SocketPlace, startConnecting, stopConnecting, useConnecting } from './connecting.ts';

/** Where the free end of the link is, in the window; undefined while a link is drawn by keyboard. */
export const useLinkEnd = create<{ readonly point: Point | undefined }>()(() => ({ point: undefined }));

/** Draws a link from a socket until the pointer is released; Escape lets go of it. */
export function dragLink(event: ReactPointerEvent<HTMLElement>, socket: SocketPlace): void {
  event.preventDefault();
  event.stopPropagation();
  const pressed = { x: event.clientX, y: event.clientY };
  const stop = new AbortController();
  const { signal } = stop;
  let begun = false;

  const end = () => {
    stop.abort();
    stopConnecting();
    useLinkEnd.setState({ point: undefined });
  };
  const move = (move: PointerEvent) => {
    const point = { x: move.clientX, y: move.clientY };
    if (!begun && Math.hypot(point.x - pressed.x, point.y - pressed.y) < 4) return;
    if (!begun) startConnecting(socket, event.shiftKey);
    begun = true;
    useLinkEnd.setState({ point });
    const { socket: below, node } = placeBelow(point);
    aimAt(below, node);
  };
  const release = (up: PointerEvent) => {
    const { start, target, lifted } = useConnecting.getState();
    const { onCanvas } = placeBelow({ x: up.clientX, y: up.clientY });
    if (!begun) (event.target as HTMLElement).closest('button')?.focus();
    if (begun && start !== undefined) {
      if (target.kind === 'nothing' && lifted.length === 0 && onCanvas) offerWhatFits(start, { x: up.clientX, y: up.clientY });
      else finishConnecting(start, target, lifted);
    }
    end();
  };
  window.addEventListener('pointermove', move, { signal });
  window.addEventListener('pointerup', release, { signal });
  window.addEventListener('pointercancel', end, { signal });
  window.addEventListener(
    'keydown',
    (key) => {
      if (key.key !== 'Escape') return;
      key.preventDefault();
      end();
    },
    { signal, capture: true },
  );
}

/** How near to a socket a pointer may be to mean it, in pixels of the window. */
const reach = 14;

function placeBelow({ x, y }: Point): { socket?: SocketPlace; node?: string; onCanvas: boolean } {
  const below = document.elementFromPoint(x, y);
  const onCanvas = below?.closest('[data-canvas]') != null;
  const card = below?.closest<HTMLElement>('[data-card]') ?? nearCard(x, y);
  const node = card?.dataset.card;
  if (card === null || card === undefined || node === undefined) return { onCanvas };
  const own = below?.closest<HTMLElement>('button[data-side]') ?? nearSocket(card, x, y) ?? fittingRow(below);
  const { side, name } = own?.dataset ?? {};
  if (name === undefined || (side !== 'input' && side !== 'output')) return { node, onCanvas };
  return { socket: { side, node, name }, node, onCanvas };
}

/** All of a field's line stands for its socket, if that fits; else what counts is the card. */
function fittingRow(below: Element | null): HTMLElement | undefined {
  const socket = below?.closest('[data-row="field"]')?.querySelector<HTMLElement>('button[data-side]');
  return socket?.dataset.fit === 'fits' || socket?.dataset.fit === 'target' ? socket : undefined;
}

function nearCard(x: number, y: number): HTMLElement | null {
  for (const dx of [reach, -reach]) {
    const card = document.elementFromPoint(x + dx, y)?.closest<HTMLElement>('[data-card]');
    if (card) return card;
  }
  return null;
}

function nearSocket(card: HTMLElement, x: number, y: number): HTMLElement | undefined {
  let nearest = reach;
  let found: HTMLElement | undefined;
  for (const socket of card.querySelectorAll<HTMLElement>('button[data-side]')) {
    const { left, top, width, height } = socket.getBoundingClientRect();
    const distance = Math.hypot(left + width / 2 - x, top + height / 2 - y);
    if (distance < nearest) {
      nearest = distance;
      found = socket;
    }
  }
  return found;
}
