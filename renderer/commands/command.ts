import type { EditorState } from '../state/editor.ts';
import type { Shortcut } from './shortcut.ts';

/** Under which heading a command stands in the menu, in the palette and in the shortcut sheet. */
export const commandGroups = ['file', 'edit', 'select', 'arrange', 'node', 'subgraph', 'run', 'view', 'app'] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** Something that a person can do: the menu, its shortcut, the palette and the shortcut sheet all come from this. */
export type Command = {
  readonly id: string;
  readonly group: CommandGroup;
  /** The key of its name in the texts. */
  readonly title: string;
  /** Its shortcuts; the first is shown. */
  readonly keys?: readonly Shortcut[];
  /** `browser`: the browser turns the keys into an event of its own (copy, paste), which is what runs the command. */
  readonly keysBelongTo?: 'browser';
  /** True if its shortcut also holds while someone types in a text field. */
  readonly whileTyping?: boolean;
  /** False where there is nothing that it could do. */
  readonly when?: (state: EditorState) => boolean;
  /** For what is on or off. */
  readonly checked?: () => boolean;
  readonly run: () => void;
};
