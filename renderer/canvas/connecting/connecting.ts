import { create } from 'zustand';
import { type Connection, type ConnectionCheck, createConnectionCheck, type Refusal } from '../../../workflows/edits/connection.ts';
import { inputFor, linksFrom, outputFor } from '../../../workflows/edits/links.ts';
import type { InputPlace, OutputPlace } from '../../../workflows/reroute.ts';
import type { Workflow } from '../../../workflows/schema.ts';
import { focus } from '../../../workflows/scope.ts';
import { shownCatalog } from '../../state/catalog.ts';
import { activeTab } from '../../state/editor.ts';
import type { SceneLink } from '../scene/scene.ts';
import { useStage } from '../scene/stage.ts';

/** Where a link starts that is being drawn: its other end follows the pointer. */
export type Start =
  | { readonly end: 'output'; readonly place: OutputPlace }
  | { readonly end: 'input'; readonly place: InputPlace }
  /** All links of an output at once, which another output is to take over. */
  | { readonly end: 'inputs'; readonly from: OutputPlace; readonly places: readonly InputPlace[] };

/** A socket: an input or an output of a node. */
export type SocketPlace = { readonly side: 'input' | 'output'; readonly node: string; readonly name: string };

/** What is below the pointer while a link is drawn. */
export type Target =
  | { readonly kind: 'socket'; readonly socket: SocketPlace }
  | { readonly kind: 'refused'; readonly socket: SocketPlace; readonly refusal: Refusal }
  /** A card on which nothing fits. */
  | { readonly kind: 'unfit'; readonly node: string }
  | { readonly kind: 'nothing' };

type Connecting = {
  readonly start: Start | undefined;
  readonly target: Target;
  /** Links that are in the hand and not drawn in their place. */
  readonly lifted: readonly SceneLink[];
  /** Says why a socket can't be the other end; undefined if it can. */
  readonly refuses: (socket: SocketPlace) => Refusal | undefined;
};

const nothing: Target = { kind: 'nothing' };
const none: readonly SceneLink[] = [];
const idle: Connecting = { start: undefined, target: nothing, lifted: none, refuses: () => undefined };

/** The link that is being drawn, by pointer or keyboard. */
export const useConnecting = create<Connecting>()(() => idle);

/** Starts to draw a link from a socket; from a linked input its link is taken up at the other end. */
export function startConnecting(socket: SocketPlace, all: boolean): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const { scene } = useStage.getState();
  const start = startAt(socket, all, scene.links);
  const held = start.end === 'inputs' ? start.places : socket.side === 'input' ? [{ node: socket.node, input: socket.name }] : [];
  const lifted = scene.links.filter(({ to }) => held.some((place) => place.node === to.node && place.input === to.input));
  const workflow = focus(tab.workflow, tab.scope);
  const check = createConnectionCheck(workflow, shownCatalog());
  const known = new Map<string, Refusal | undefined>();
  const refuses = (other: SocketPlace) => {
    const key = JSON.stringify([other.side, other.node, other.name]);
    if (!known.has(key)) known.set(key, refusalOf(check, start, other));
    return known.get(key);
  };
  useConnecting.setState({ start, target: nothing, lifted, refuses });
}

function startAt(socket: SocketPlace, all: boolean, links: readonly SceneLink[]): Start {
  if (socket.side === 'output') {
    const from = { node: socket.node, output: socket.name };
    const tab = activeTab();
    const places = all && tab !== undefined ? linksFrom(focus(tab.workflow, tab.scope), from) : [];
    return places.length > 0 ? { end: 'inputs', from, places } : { end: 'output', place: from };
  }
  const link = links.find(({ to }) => to.node === socket.node && to.input === socket.name);
  return link === undefined ? { end: 'input', place: { node: socket.node, input: socket.name } } : { end: 'output', place: link.from };
}

function refusalOf(check: ConnectionCheck, start: Start, other: SocketPlace): Refusal | undefined {
  const wanted = start.end === 'output' ? 'input' : 'output';
  if (other.side !== wanted) return { kind: 'missing' };
  const [first] = connectionsTo(start, other).flatMap((connection) => check(connection) ?? []);
  return first;
}

/** The links that would be made at a socket. */
export function connectionsTo(start: Start, other: SocketPlace): Connection[] {
  if (start.end === 'output') return [{ from: start.place, to: { node: other.node, input: other.name } }];
  const from = { node: other.node, output: other.name };
  return (start.end === 'input' ? [start.place] : start.places).map((to) => ({ from, to }));
}

/** The pointer is over a socket, or over a card, or over neither. */
export function aimAt(socket: SocketPlace | undefined, node: string | undefined): void {
  const { start, target, refuses } = useConnecting.getState();
  if (start === undefined) return;
  const next = targetAt(start, socket, node, refuses);
  if (JSON.stringify(next) !== JSON.stringify(target)) useConnecting.setState({ target: next });
}

function targetAt(start: Start, socket: SocketPlace | undefined, node: string | undefined, refuses: Connecting['refuses']): Target {
  if (socket !== undefined && socket.side === (start.end === 'output' ? 'input' : 'output')) {
    const refusal = refuses(socket);
    return refusal === undefined ? { kind: 'socket', socket } : { kind: 'refused', socket, refusal };
  }
  if (node === undefined || node === startNode(start)) return nothing;
  const fitting = firstFitting(start, node);
  return fitting === undefined ? { kind: 'unfit', node } : { kind: 'socket', socket: fitting };
}

function startNode(start: Start): string {
  return start.end === 'inputs' ? start.from.node : start.place.node;
}

/** The socket of a card that a link dropped on it goes to. */
function firstFitting(start: Start, node: string): SocketPlace | undefined {
  const tab = activeTab();
  return tab === undefined ? undefined : fittingIn(focus(tab.workflow, tab.scope), start, node);
}

/** The first socket of a node at which a link may end. */
export function fittingIn(workflow: Workflow, start: Start, node: string): SocketPlace | undefined {
  if (start.end === 'output') {
    const name = inputFor(workflow, shownCatalog(), start.place, node);
    return name === undefined ? undefined : { side: 'input', node, name };
  }
  const [place] = start.end === 'input' ? [start.place] : start.places;
  const name = outputFor(workflow, shownCatalog(), place, node);
  return name === undefined ? undefined : { side: 'output', node, name };
}

export function stopConnecting(): void {
  useConnecting.setState(idle);
}

/** How a socket looks while a link is drawn. */
export type Fit = 'fits' | 'dimmed' | 'target' | 'refused';

export function fitOf({ start, target, refuses }: Connecting, socket: SocketPlace): Fit | undefined {
  if (start === undefined) return undefined;
  if (target.kind === 'socket' && sameSocket(target.socket, socket)) return 'target';
  if (target.kind === 'refused' && sameSocket(target.socket, socket)) return 'refused';
  return refuses(socket) === undefined ? 'fits' : 'dimmed';
}

function sameSocket(a: SocketPlace, b: SocketPlace): boolean {
  return a.side === b.side && a.node === b.node && a.name === b.name;
}
