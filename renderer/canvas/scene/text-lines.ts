/** The width of a text in canvas units. */
export type MeasureText = (text: string) => number;

/** How many lines a text takes at a width, breaking at spaces, between CJK characters, and within words that are too long. */
export function countLines(text: string, width: number, measure: MeasureText): number {
  let lines = 0;
  for (const paragraph of text.split('\n')) lines += paragraphLines(paragraph, width, measure);
  return lines;
}

function paragraphLines(paragraph: string, width: number, measure: MeasureText): number {
  if (measure(paragraph) <= width) return 1;
  let lines = 1;
  let used = 0;
  for (const word of paragraph.match(wordPattern) ?? []) {
    const wide = measure(word);
    const visible = measure(word.trimEnd());
    if (used + visible <= width) {
      used += wide;
      continue;
    }
    if (used > 0) lines++;
    const extra = Math.max(0, Math.ceil(visible / width) - 1);
    lines += extra;
    used = wide - extra * width;
  }
  return lines;
}

/** The lines of a text that `countLines` counts, for drawing them: words that are too long stay whole. */
export function breakLines(text: string, width: number, measure: MeasureText): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.match(wordPattern) ?? []) {
      if (line !== '' && measure(line + word.trimEnd()) > width) {
        lines.push(line);
        line = '';
      }
      line += word;
    }
    lines.push(line);
  }
  return lines;
}

/** A CJK character alone, or a word with the spaces after it. */
const wordPattern = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]\s*|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+\s*|\s+/g;

let context: CanvasRenderingContext2D | null | undefined;

/** Measures as the browser sets the text of fields. */
export function createMeasure(font: string): MeasureText {
  const known = new Map<string, number>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    context ??= document.createElement('canvas').getContext('2d');
    if (context === null) return text.length * 7;
    context.font = font;
    const { width } = context.measureText(text);
    if (known.size > 5000) known.clear();
    known.set(text, width);
    return width;
  };
}
