import { create } from 'zustand';

/** The picture field whose mask is painted. */
export type MaskTarget = {
  /** The id of the node in the graph that is shown. */
  readonly node: string;
  readonly input: string;
  /** The name of its picture in `input/`. */
  readonly picture: string;
};

export const useMaskEditor = create<{ readonly target: MaskTarget | undefined }>()(() => ({ target: undefined }));

/** Opens the mask editor on the picture of a field. */
export function openMaskEditor(target: MaskTarget): void {
  useMaskEditor.setState({ target });
}

export function closeMaskEditor(): void {
  useMaskEditor.setState({ target: undefined });
}
