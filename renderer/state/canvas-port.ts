import type { Boxes } from '../../workflows/edits/place.ts';
import type { Position } from '../../workflows/schema.ts';

/** What the rest of the page may ask of the canvas while one is shown. */
export type CanvasPort = {
  /** Brings nodes, groups and notes into view; all of them where none are named. */
  fit(ids?: readonly string[]): void;
  /** Multiplies the zoom. */
  zoomBy(factor: number): void;
  zoomTo(zoom: number): void;
  /** Opens the search for a node to add. */
  openSearch(): void;
  /** Where in the graph something new belongs: below the pointer, or in the middle of what is seen. */
  place(): Position;
  /** The middle of what is seen, in the graph. */
  center(): Position;
  /** Where the nodes, groups and notes of the graph lie and how large they are drawn; only those named where ids are. */
  boxes(ids?: Iterable<string>): Boxes;
  /** Starts to rename a node, a group or a note. */
  rename(id: string): void;
};

let current: CanvasPort | undefined;

/** Called by the canvas when it is mounted. Returns what is to be called when it goes. */
export function openCanvasPort(port: CanvasPort): () => void {
  current = port;
  return () => {
    if (current === port) current = undefined;
  };
}

/** The canvas that is shown. */
export function canvasPort(): CanvasPort | undefined {
  return current;
}

/** What a drag from the list of nodes carries: the type of a node. */
export const nodeDragType = 'application/x-weft-node';
