import { z } from 'zod';

const rectangle = { x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) };
const stateSchema = z.object({ ...rectangle, maximized: z.boolean() });

/** Where the window was; screen coordinates, in device-independent pixels. */
export type WindowState = z.infer<typeof stateSchema>;
export type Rectangle = Pick<WindowState, 'x' | 'y' | 'width' | 'height'>;

/** Smaller than this, the editor is of no use. */
export const smallestWindow = { width: 800, height: 560 };
const usual = { width: 1440, height: 900 };
/** So much of a window has to be on a display for a person to get hold of it. */
const graspable = 100;

/** What a file says of the window; undefined if it says nothing sensible. */
export function parseWindowState(text: string): WindowState | undefined {
  try {
    return stateSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function overlap(a: Rectangle, b: Rectangle): { width: number; height: number } {
  return {
    width: Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
    height: Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
  };
}

/** Where to open the window: where it was if that can be reached on one of the displays, else in the middle of the first. */
export function placeWindow(saved: WindowState | undefined, displays: readonly [Rectangle, ...Rectangle[]]): WindowState {
  const isReachable = (display: Rectangle) => {
    if (saved === undefined) return false;
    const { width, height } = overlap(saved, display);
    return width >= graspable && height >= graspable;
  };
  if (saved !== undefined && displays.some(isReachable)) {
    return { ...saved, width: Math.max(saved.width, smallestWindow.width), height: Math.max(saved.height, smallestWindow.height) };
  }
  const [first] = displays;
  const width = Math.min(usual.width, first.width);
  const height = Math.min(usual.height, first.height);
  const x = first.x + Math.floor((first.width - width) / 2);
  const y = first.y + Math.floor((first.height - height) / 2);
  return { x, y, width, height, maximized: saved?.maximized ?? false };
}
