import type { RunEvent } from '../executor/events.ts';

const barWidth = 24;

type Running = { value: number; max: number };

/** A line on a terminal that tells what runs now; on anything but a terminal it stays silent. */
export type ProgressLine = {
  show(event: RunEvent): void;
  /** Takes the line away, so that other output can be printed. */
  clear(): void;
};

/** `[=======>      ]  13/20`, or nothing for a node that does not count its steps. */
function barText({ value, max }: Running): string {
  if (max <= 0) return '';
  const filled = Math.round((value / max) * barWidth);
  return `${'━'.repeat(filled)}${'─'.repeat(barWidth - filled)} ${value}/${max}`;
}

/** `titles` gives the words for a node's id. */
export function createProgressLine(stream: NodeJS.WriteStream, titles: ReadonlyMap<string, string>): ProgressLine {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  const running = new Map<string, Running>();
  let toRun = 0;
  let finished = 0;

  function clear(): void {
    stream.write('\r\x1b[2K');
  }

  function draw(): void {
    const [current] = [...running].sort(([, a], [, b]) => b.max - a.max);
    if (current === undefined) return;
    const [node, state] = current;
    const text = `${Math.min(finished + 1, toRun)} of ${toRun}  ${titles.get(node) ?? node}  ${barText(state)}`;
    clear();
    stream.write(text.slice(0, Math.max(stream.columns - 1, 20)));
  }

  function show(event: RunEvent): void {
    switch (event.type) {
      case 'planned':
        toRun = event.run.length;
        return;
      case 'started':
        running.set(event.node, { value: 0, max: 0 });
        break;
      case 'progress':
        running.set(event.node, { value: event.value, max: event.max });
        break;
      case 'done':
      case 'failed':
        if (running.delete(event.node)) finished += 1;
        break;
      case 'preview':
      // The host has written it to the terminal.
      case 'notice':
        return;
    }
    draw();
  }

  return { show, clear };
}
