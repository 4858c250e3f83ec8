import type { TFunction } from 'i18next';
import { isMac, type Shortcut, shortcutText } from './shortcut.ts';

/** Under which heading a gesture stands in the shortcut sheet. */
export const gestureGroups = ['canvas', 'links', 'fields', 'pictures', 'tabs'] as const;
type GestureGroup = (typeof gestureGroups)[number];

/** What the pointer does, in place of a key, at the end of a gesture's keys. */
const acts = ['Drag', 'Click', 'DoubleClick', 'MiddleClick', 'MiddleDrag', 'Wheel', 'Arrows'] as const;

/** What the pointer or a key does at a place of the page, where commands hold for all of it. */
export type Gesture = {
  readonly group: GestureGroup;
  /** The key of its name in the texts. */
  readonly title: string;
  /** As those of a command, but that one of `acts` may stand for the key. */
  readonly keys: readonly Shortcut[];
};

/** Cuts the links that a line is drawn across; a link's menu tells of it too. */
export const cutGesture: Gesture = { group: 'links', title: 'gestures.cut', keys: ['Alt+Drag'] };

/** All gestures, in the order in which they are shown. */
export const gestures: readonly Gesture[] = [
  { group: 'canvas', title: 'gestures.pan', keys: ['Drag'] },
  { group: 'canvas', title: 'gestures.zoom', keys: ['Wheel'] },
  { group: 'canvas', title: 'gestures.search', keys: ['DoubleClick'] },
  { group: 'canvas', title: 'gestures.addToSelection', keys: ['Shift+Click'] },
  { group: 'canvas', title: 'gestures.box', keys: ['Shift+Drag'] },
  { group: 'canvas', title: 'gestures.nextCard', keys: ['Alt+Arrows'] },
  { group: 'canvas', title: 'gestures.nudge', keys: ['Arrows'] },
  { group: 'canvas', title: 'gestures.nudgeFar', keys: ['Shift+Arrows'] },
  { group: 'canvas', title: 'gestures.intoFields', keys: ['Enter'] },
  { group: 'canvas', title: 'gestures.outOfFields', keys: ['Escape'] },
  { group: 'canvas', title: 'gestures.renameCard', keys: ['DoubleClick'] },
  { group: 'links', title: 'gestures.draw', keys: ['Drag'] },
  { group: 'links', title: 'gestures.moveAll', keys: ['Shift+Drag'] },
  cutGesture,
  { group: 'links', title: 'gestures.menu', keys: ['Click'] },
  { group: 'links', title: 'gestures.take', keys: ['Enter'] },
  { group: 'links', title: 'gestures.takeAll', keys: ['Shift+Enter'] },
  { group: 'links', title: 'gestures.letGo', keys: ['Escape'] },
  { group: 'links', title: 'gestures.takeOff', keys: ['Delete'] },
  { group: 'fields', title: 'gestures.scrub', keys: ['Drag'] },
  { group: 'fields', title: 'gestures.scrubFast', keys: ['Shift+Drag'] },
  { group: 'fields', title: 'gestures.scrubFine', keys: ['Alt+Drag'] },
  { group: 'fields', title: 'gestures.step', keys: ['ArrowUp', 'ArrowDown'] },
  { group: 'fields', title: 'gestures.stepFar', keys: ['Shift+ArrowUp', 'Shift+ArrowDown'] },
  { group: 'fields', title: 'gestures.weight', keys: ['Mod+ArrowUp', 'Mod+ArrowDown'] },
  { group: 'pictures', title: 'gestures.zoom', keys: ['Wheel'] },
  { group: 'pictures', title: 'gestures.pixels', keys: ['DoubleClick'] },
  { group: 'pictures', title: 'gestures.nextPicture', keys: ['ArrowLeft', 'ArrowRight'] },
  { group: 'pictures', title: 'viewer.compare', keys: ['C'] },
  { group: 'pictures', title: 'gestures.brush', keys: ['B', 'E'] },
  { group: 'pictures', title: 'gestures.changeBrush', keys: ['Alt+Drag'] },
  { group: 'pictures', title: 'gestures.panMask', keys: ['MiddleDrag'] },
  { group: 'tabs', title: 'gestures.renameTab', keys: ['DoubleClick'] },
  { group: 'tabs', title: 'gestures.closeTab', keys: ['MiddleClick'] },
  { group: 'tabs', title: 'gestures.moveTab', keys: ['Drag'] },
];

/** A gesture's keys as people of the platform and of the language write them: `Alt+drag`, `⌥drag`. */
export function gestureText(keys: Shortcut, t: TFunction): string {
  const act = acts.find((one) => keys.split('+').at(-1) === one);
  const text = shortcutText(keys, isMac);
  return act === undefined ? text : text.slice(0, -act.length) + t(`gestures.acts.${act}`);
}
