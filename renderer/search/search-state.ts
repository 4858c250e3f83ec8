import { create } from 'zustand';
import type { Start } from '../canvas/connecting/connecting.ts';
import type { Point } from '../canvas/scene/bezier.ts';
import type { SceneLink } from '../canvas/scene/scene.ts';

/** A search for a node to add. */
export type Search = {
  /** Where the node goes, in the window. */
  readonly at: Point;
  /** The link that it is to be linked to, which was released over nothing. */
  readonly start?: Start;
  /** The link into which it is to go. */
  readonly into?: SceneLink;
};

export const useSearch = create<{ readonly search: Search | undefined }>()(() => ({ search: undefined }));

export function openSearch(search: Search): void {
  useSearch.setState({ search });
}

export function closeSearch(): void {
  useSearch.setState({ search: undefined });
}
