import i18next from 'i18next';
import type { InputSpec } from '../../../nodes/define.ts';
import type { SocketType } from '../../../nodes/types.ts';
import type { FieldValue } from '../../../workflows/graph.ts';
import { titleOf } from '../../../workflows/node-names.ts';
import { rerouteType } from '../../../workflows/reroute.ts';
import { isLink } from '../../../workflows/schema.ts';
import { numberText, shareOf } from '../../fields/numbers.ts';
import { labelOf } from '../../i18n/labels.ts';
import type { Rect } from '../scene/bezier.ts';
import type { CardRow } from '../scene/card-layout.ts';
import { headerHeight, lineHeight, sidePadding } from '../scene/metrics.ts';
import { type Card, outputKey, type Scene } from '../scene/scene.ts';
import { breakLines } from '../scene/text-lines.ts';
import type { Picture2d, PlacedCard } from './paint.ts';
import type { Palette } from './palette.ts';

/** What a card is drawn with. */
type Brush = { readonly context: Picture2d; readonly palette: Palette; readonly scene: Scene };

type FieldSpec = Exclude<InputSpec, { kind: 'socket' }>;
type Font = { readonly weight?: number; readonly size?: number };
type Place = Font & { readonly color: string; readonly align?: 'left' | 'right'; readonly room: number };

/** The sizes of the style sheets, by which what is drawn lies where the mounted card has it. */
const border = 1;
const controlHeight = 26;
const controlPadding = 8;
const medium = 550;
const strong = 620;
const small = 12;
/** What icons at the right of a value take. */
const iconRoom: Readonly<Record<string, number | undefined>> = { combo: 17, seed: 44 };

/**
 * Draws a card as it looks when it is mounted and nothing runs, for the moment until it is: while the view moves there is no time to
 * mount it.
 */
export function paintCard(context: Picture2d, { card, rect }: PlacedCard, palette: Palette, scene: Scene): void {
  const brush = { context, palette, scene };
  context.save();
  context.translate(rect.x, rect.y);
  if (card.node.mode === 'muted') context.globalAlpha = 0.5;
  paintBox(brush, card);
  if (card.node.type !== rerouteType) paintHeader(brush, card);
  for (const row of card.layout.rows) {
    if (row.kind === 'sockets') paintNames(brush, card, row);
    else paintField(brush, card, row.input, row);
  }
  if (card.layout.media !== undefined) paintControl(brush, { ...card.layout.media, ...inner(card) });
  paintSockets(brush, card);
  context.restore();
}

function inner({ layout }: Card): Pick<Rect, 'x' | 'width'> {
  return { x: border + sidePadding, width: layout.width - 2 * (border + sidePadding) };
}

function paintBox({ context, palette }: Brush, { layout: { width, height } }: Card): void {
  context.beginPath();
  context.roundRect(border / 2, border / 2, width - border, height - border, Math.min(7.5, height / 2));
  context.fillStyle = palette.card;
  context.fill();
  context.strokeStyle = palette.line;
  context.lineWidth = border;
  context.stroke();
}

function paintHeader(brush: Brush, { node, description, layout: { width } }: Card): void {
  const { context, palette } = brush;
  const color = node.color ?? palette.category(description.category);
  context.save();
  context.beginPath();
  context.roundRect(border, border, width - 2 * border, headerHeight, node.collapsed === true ? 7 : [7, 7, 0, 0]);
  context.clip();
  context.fillStyle = color;
  context.fillRect(border, border, 3, headerHeight);
  context.globalAlpha *= 0.07;
  context.fillRect(border, border, width, headerHeight);
  context.restore();
  context.fillStyle = palette.line;
  if (node.collapsed !== true) context.fillRect(border, headerHeight, width - 2 * border, border);
  const place = { color: palette.text, weight: strong, room: width - 22 };
  paintText(brush, titleOf(node, description), border + 12, border + (headerHeight - border) / 2, place);
}

/** The names of the input and the output in a row. */
function paintNames(brush: Brush, { layout }: Card, row: Extract<CardRow, { kind: 'sockets' }>): void {
  const y = border + row.y + row.height / 2;
  const place = { color: brush.palette.dim, room: layout.width / 2 };
  if (row.input !== undefined) paintText(brush, labelOf(row.input), border + 13, y, place);
  if (row.output !== undefined)
    paintText(brush, labelOf(row.output), layout.width - border - 13, y, { ...place, size: small, align: 'right' });
}

function paintField(brush: Brush, card: Card, name: string, row: CardRow): void {
  const spec = card.description.inputs[name];
  const input = Object.hasOwn(card.node.inputs, name) ? card.node.inputs[name] : undefined;
  if (spec.kind === 'socket') return;
  const box = { ...inner(card), y: border + row.y + 2, height: controlHeight };
  if (input !== undefined && isLink(input)) paintLinked(brush, name, input.link[0], box);
  else if (spec.kind === 'text' && spec.multiline)
    paintArea(brush, name, String(input ?? spec.default), { ...box, height: row.height - 4 });
  else paintLine(brush, name, spec, input, box);
}

/** A field whose value comes by a link. */
function paintLinked(brush: Brush, name: string, from: string, { x, y, width, height }: Rect): void {
  const { palette, scene } = brush;
  const source = scene.cards.get(from);
  const title = source === undefined ? '?' : titleOf(source.node, source.description);
  const middle = y + height / 2;
  paintText(brush, labelOf(name), x + 2, middle, { color: palette.dim, room: width / 2 });
  const place = { color: palette.faint, size: small, align: 'right', room: width / 2 } as const;
  paintText(brush, i18next.t('canvas.from', { title }), x + width - 2, middle, place);
}

function paintArea(brush: Brush, name: string, value: string, box: Rect): void {
  const { context, palette } = brush;
  const color = value === '' ? palette.faint : palette.text;
  const text = value === '' ? labelOf(name) : value;
  paintControl(brush, box);
  setFont(context, {});
  const lines = breakLines(text, box.width - 20, (part) => context.measureText(part).width);
  const shown = lines.slice(0, Math.floor((box.height - 8) / lineHeight));
  shown.forEach((line, index) => {
    paintText(brush, line, box.x + 10, box.y + 6 + (index + 0.5) * lineHeight, { color, room: box.width - 20 });
  });
}

/** A name and a value, in one line. */
function paintLine(brush: Brush, name: string, spec: FieldSpec, input: FieldValue | undefined, box: Rect): void {
  const { palette } = brush;
  const middle = box.y + box.height / 2;
  const left = box.x + controlPadding;
  const right = box.x + box.width - controlPadding;
  const value = { color: palette.text, weight: medium, room: box.width * 0.6, align: 'right' } as const;
  paintControl(brush, box);
  if (spec.kind === 'file') {
    paintText(brush, String(input ?? ''), left, middle, { ...value, room: box.width - 40, align: 'left' });
    return;
  }
  const shown = input ?? spec.default;
  if (spec.kind === 'int' || spec.kind === 'float') paintShare(brush, shareOf(spec, Number(shown)), box);
  paintText(brush, labelOf(name), left, middle, { color: palette.dim, room: box.width * 0.6 });
  if (spec.kind === 'boolean') paintSwitch(brush, shown === true, right - 30, middle - 9);
  else if (spec.kind === 'int' || spec.kind === 'float') paintText(brush, numberText(spec, Number(shown)), right, middle, value);
  else paintText(brush, String(shown), right - (iconRoom[spec.kind] ?? 0), middle, value);
  if (spec.kind === 'combo') paintChevron(brush, right - 6.5, middle);
}

function paintChevron({ context, palette }: Brush, x: number, y: number): void {
  context.beginPath();
  context.moveTo(x - 3.25, y - 1.6);
  context.lineTo(x, y + 1.6);
  context.lineTo(x + 3.25, y - 1.6);
  context.strokeStyle = palette.faint;
  context.lineWidth = 1.1;
  context.stroke();
}

function paintShare({ context, palette }: Brush, share: number | undefined, { x, y, width, height }: Rect): void {
  if (share === undefined) return;
  context.fillStyle = palette.share;
  context.beginPath();
  context.roundRect(x, y, width * share, height, share === 1 ? 6 : [6, 0, 0, 6]);
  context.fill();
}

function paintSwitch({ context, palette }: Brush, on: boolean, x: number, y: number): void {
  context.fillStyle = on ? palette.accent : palette.line;
  context.beginPath();
  context.roundRect(x, y, 30, 18, 9);
  context.fill();
  context.fillStyle = on ? palette.card : palette.dim;
  context.beginPath();
  context.arc(x + (on ? 21 : 9), y + 9, 6, 0, 2 * Math.PI);
  context.fill();
}

function paintControl({ context, palette }: Brush, { x, y, width, height }: Rect): void {
  context.fillStyle = palette.control;
  context.beginPath();
  context.roundRect(x, y, width, height, 6);
  context.fill();
}

function paintSockets(brush: Brush, card: Card): void {
  const { node, description, layout } = card;
  for (const [name, y] of layout.inputs) {
    const spec = description.inputs[name];
    const linked = Object.hasOwn(node.inputs, name) && isLink(node.inputs[name]);
    if (spec?.kind === 'socket') paintSocket(brush, 0, y + border, spec.type, linked, 5.5);
    else if (linked) paintSocket(brush, 0, y + border, undefined, true, 4.5);
  }
  for (const [name, y] of layout.outputs) {
    const linked = brush.scene.linkedOutputs.has(outputKey({ node: card.id, output: name }));
    paintSocket(brush, layout.width, y + border, description.outputs[name]?.type, linked, 5.5);
  }
}

function paintSocket(
  { context, palette }: Brush,
  x: number,
  y: number,
  type: SocketType | undefined,
  linked: boolean,
  radius: number,
): void {
  const color = palette.socket(type);
  context.beginPath();
  context.arc(x + 0.5, y, radius + 1, 0, 2 * Math.PI);
  context.fillStyle = palette.linkEdge;
  context.fill();
  context.beginPath();
  context.arc(x + 0.5, y, radius - 1.25, 0, 2 * Math.PI);
  context.fillStyle = linked ? color : palette.card;
  context.fill();
  context.strokeStyle = color;
  context.lineWidth = 2.5;
  context.stroke();
}

/** Writes a text with its middle at a height; what has no room ends in an ellipsis. */
function paintText({ context }: Brush, text: string, x: number, y: number, { color, align = 'left', room, ...font }: Place): void {
  setFont(context, font);
  context.fillStyle = color;
  context.textAlign = align;
  context.textBaseline = 'alphabetic';
  context.fillText(fitted(context, text, room), x, y + (font.size ?? 13) * 0.36);
}

function setFont(context: Picture2d, { weight = 400, size = 13 }: Font): void {
  context.font = `${weight} ${size}px 'Inter Variable', 'Noto Sans SC', system-ui, sans-serif`;
}

function fitted(context: Picture2d, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let end = text.length - 1;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return `${text.slice(0, end)}…`;
}
