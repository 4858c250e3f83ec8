import { create } from 'zustand';
import type { SocketPlace } from '../connecting/connecting.ts';
import type { Point } from '../scene/bezier.ts';
import type { SceneLink } from '../scene/scene.ts';

/** What a menu of the canvas is about. */
export type CanvasMenuPlace =
  | { readonly kind: 'canvas' }
  /** `socket`: that of the field or socket that was clicked. */
  | { readonly kind: 'selection'; readonly socket?: SocketPlace }
  | { readonly kind: 'link'; readonly link: SceneLink };

/** The menu that is open, and where in the window. */
export const useCanvasMenu = create<{ readonly at: Point | undefined; readonly place: CanvasMenuPlace }>()(() => ({
  at: undefined,
  place: { kind: 'canvas' },
}));
