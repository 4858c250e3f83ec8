import { create } from 'zustand';
import type { Picture } from '../../electron/bridge/contract.ts';

type ViewerState = {
  /** The pictures to go through; nothing is shown where there are none. */
  readonly pictures: readonly Picture[];
  readonly at: number;
  /** The one that the shown one is compared with. */
  readonly compared: number | undefined;
};

const closed: ViewerState = { pictures: [], at: 0, compared: undefined };

/** What is seen full screen. */
export const useViewer = create<ViewerState>()(() => closed);

/** Shows pictures full screen, beginning with one of them. */
export function openViewer(pictures: readonly Picture[], at: number): void {
  useViewer.setState({ pictures, at, compared: undefined });
}

export function closeViewer(): void {
  useViewer.setState(closed);
}

/** Goes on by some pictures, from the last one to the first. */
export function step(by: number): void {
  useViewer.setState(({ pictures, at }) => (pictures.length === 0 ? {} : { at: (at + by + pictures.length) % pictures.length }));
}

/** Compares with the next picture, or ends that. */
export function toggleCompare(): void {
  useViewer.setState(({ pictures, at, compared }) => ({
    compared: compared === undefined && pictures.length > 1 ? (at + 1) % pictures.length : undefined,
  }));
}
