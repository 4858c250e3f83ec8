import type { InputSpec, NodeDescription } from '../../../nodes/define.ts';
import { reroutePort, rerouteType } from '../../../workflows/reroute.ts';
import { isLink, type WorkflowNode } from '../../../workflows/schema.ts';
import {
  bodyPadding,
  fieldRowHeight,
  headerHeight,
  lineHeight,
  minCardWidth,
  rerouteSize,
  sidePadding,
  socketRowHeight,
  textAreaPadding,
  thumbnailHeight,
  usedSeedHeight,
} from './metrics.ts';
import { countLines, type MeasureText } from './text-lines.ts';

/** One line of a card's body, `y` from the card's top. */
export type CardRow =
  | { readonly kind: 'sockets'; readonly y: number; readonly height: number; readonly input?: string; readonly output?: string }
  | { readonly kind: 'field'; readonly y: number; readonly height: number; readonly input: string };

/** Where everything in a card is. Sizes follow from the node alone, so that cards that nobody sees need not be mounted. */
export type CardLayout = {
  readonly width: number;
  readonly height: number;
  readonly rows: readonly CardRow[];
  /** The heights above the card's top of the sockets' middles, by names of inputs and outputs. */
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, number>;
  /** Where pictures go; undefined where there are none. */
  readonly media?: { readonly y: number; readonly height: number };
};

export type CardExtras = ShownExtras & { readonly measure: MeasureText };

/** What a card shows beside its fields. */
export type ShownExtras = {
  /** Height over width of the pictures that the card shows below its fields; undefined for none. */
  readonly mediaAspect?: number;
  /** The height of the tables that it shows there instead. */
  readonly tablesHeight?: number;
  /** The height of the failure's sentence; 0 for none. */
  readonly failureHeight: number;
};

export function sameExtras(a: ShownExtras, b: ShownExtras): boolean {
  return a.mediaAspect === b.mediaAspect && a.tablesHeight === b.tablesHeight && a.failureHeight === b.failureHeight;
}

/** The most lines to which a text area grows by itself; a person may make the card higher. */
const mostLines = 14;
const fewestLines = 3;
const mostMediaHeight = 360;

/** How wide a card is that nobody has resized: as its fields need. */
function defaultWidth(description: NodeDescription): number {
  const specs = Object.values(description.inputs);
  if (specs.some((spec) => spec.kind === 'text' && spec.multiline)) return 270;
  // As wide as a seed that was drawn needs to be read whole.
  if (specs.some((spec) => spec.kind === 'seed')) return 264;
  if (specs.some((spec) => spec.kind === 'file')) return 250;
  if (description.output) return 220;
  return specs.some((spec) => spec.kind !== 'socket') ? 230 : 200;
}

export function layoutCard(node: WorkflowNode, description: NodeDescription, extras: CardExtras): CardLayout {
  if (node.type === rerouteType) return layoutReroute();
  const width = Math.max(minCardWidth, Math.round(node.size?.width ?? defaultWidth(description)));
  return node.collapsed === true ? layoutCollapsed(width, description) : layoutOpen(node, description, width, extras);
}

/** Whether two layouts of cards with the same description put everything in the same place. */
export function sameLayout(a: CardLayout, b: CardLayout): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    sameSpan(a.media, b.media) &&
    a.rows.length === b.rows.length &&
    a.rows.every((row, index) => sameSpan(row, b.rows[index]))
  );
}

type Span = { readonly y: number; readonly height: number };

function sameSpan(a: Span | undefined, b: Span | undefined): boolean {
  return a?.y === b?.y && a?.height === b?.height;
}

/** Both sockets lie in the dot's middle, whatever passes. */
function layoutReroute(): CardLayout {
  const port = new Map([[reroutePort, rerouteSize.height / 2]]);
  return { ...rerouteSize, rows: [], inputs: port, outputs: port };
}

/** All sockets of a collapsed card lie in the middle of its header. */
function layoutCollapsed(width: number, description: NodeDescription): CardLayout {
  const y = headerHeight / 2;
  const all = (names: Readonly<Record<string, unknown>>) => new Map(Object.keys(names).map((name) => [name, y] as const));
  return { width, height: headerHeight, rows: [], inputs: all(description.inputs), outputs: all(description.outputs) };
}

function layoutOpen(node: WorkflowNode, description: NodeDescription, width: number, extras: CardExtras): CardLayout {
  const rows: CardRow[] = [];
  const inputs = new Map<string, number>();
  const outputs = new Map<string, number>();
  let y = headerHeight + extras.failureHeight + bodyPadding / 2;

  const sockets = Object.keys(description.inputs).filter((name) => description.inputs[name].kind === 'socket');
  const results = Object.keys(description.outputs);
  for (let index = 0; index < Math.max(sockets.length, results.length); index++) {
    const input = sockets.at(index);
    const output = results.at(index);
    rows.push({ kind: 'sockets', y, height: socketRowHeight, input, output });
    if (input !== undefined) inputs.set(input, y + socketRowHeight / 2);
    if (output !== undefined) outputs.set(output, y + socketRowHeight / 2);
    y += socketRowHeight;
  }

  const fields = Object.entries(description.inputs).filter(([, spec]) => spec.kind !== 'socket');
  const heights = fields.map(([name, spec]) => fieldHeight(node, name, spec, width, extras.measure));
  const mediaHeight =
    extras.mediaAspect === undefined
      ? (extras.tablesHeight ?? 0)
      : Math.round(Math.min(mostMediaHeight, (width - 2 * sidePadding) * extras.mediaAspect));
  const needed = y + sum(heights) + (mediaHeight > 0 ? mediaHeight + bodyPadding : 0) + bodyPadding;
  // What a person has added to the height goes to the texts, else to the pictures.
  const spare = Math.max(0, Math.round(node.size?.height ?? 0) - needed);
  const texts = fields.filter(([name, spec]) => isTextArea(node, name, spec)).length;
  fields.forEach(([name, spec], index) => {
    const height = heights[index] + (texts > 0 && isTextArea(node, name, spec) ? Math.floor(spare / texts) : 0);
    rows.push({ kind: 'field', y, height, input: name });
    inputs.set(name, y + Math.min(height, fieldRowHeight) / 2);
    y += height;
  });
  const media = mediaHeight > 0 ? { y: y + bodyPadding / 2, height: mediaHeight + (texts === 0 ? spare : 0) } : undefined;
  return { width, height: needed + spare, rows, inputs, outputs, media };
}

function isTextArea(node: WorkflowNode, name: string, spec: InputSpec): boolean {
  return spec.kind === 'text' && spec.multiline && !isLinked(node, name);
}

function isLinked(node: WorkflowNode, name: string): boolean {
  const input = Object.hasOwn(node.inputs, name) ? node.inputs[name] : undefined;
  return input !== undefined && isLink(input);
}

/** Whether a seed is another one after each run. */
function movesOn({ fields = {} }: WorkflowNode, name: string): boolean {
  return Object.hasOwn(fields, name) && (fields[name].after ?? 'fixed') !== 'fixed';
}

function fieldHeight(node: WorkflowNode, name: string, spec: InputSpec, width: number, measure: MeasureText): number {
  if (isLinked(node, name)) return fieldRowHeight;
  if (spec.kind === 'seed' && movesOn(node, name)) return fieldRowHeight + usedSeedHeight;
  if (spec.kind === 'file' && spec.folder === 'input') return fieldRowHeight + thumbnailHeight;
  if (spec.kind !== 'text' || !spec.multiline) return fieldRowHeight;
  const value = Object.hasOwn(node.inputs, name) ? node.inputs[name] : spec.default;
  const lines = countLines(typeof value === 'string' ? value : '', width - 2 * sidePadding - 20, measure);
  return Math.min(mostLines, Math.max(fewestLines, lines)) * lineHeight + textAreaPadding;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
