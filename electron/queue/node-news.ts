import type { PictureRef } from '../../nodes/context.ts';
import type { EventData, NodeNews, Picture } from '../bridge/contract.ts';
import type { Tell } from '../bridge/events-hub.ts';
import type { RunEvent, UsedSeed } from '../executor/events.ts';
import { createThrottle, type Throttle } from './throttle.ts';

/** No eye sees more of either. */
const progressIntervalMs = 1000 / 30;
const previewIntervalMs = 1000 / 10;

type Progress = { readonly value: number; readonly max: number };
type Throttles = { readonly progress: Throttle<Progress>; readonly preview: Throttle<Uint8Array> };

export type NewsOfRun = {
  /** Tells the pages what the executor tells. */
  event(event: RunEvent): void;
  /** Tells what has been held back; nothing comes after. */
  end(): void;
  /** What was told and still matters, for a page that comes later. */
  recent(): NodeNews[];
};

/** Turns the executor's news of one run into events of the bridge: fewer where there are many of a kind. */
export function createNewsOfRun(
  of: { run: string; tab: string },
  tellAll: Tell,
  pictureOf: (ref: PictureRef) => Picture | undefined,
): NewsOfRun {
  const throttles = new Map<string, Throttles>();
  let planned: NodeNews | undefined;
  /** By node, then by event. */
  const told = new Map<string, Map<string, NodeNews>>();

  function tell<N extends NodeNews['event']>(event: N, data: EventData<N>): void {
    const news = { event, data } as NodeNews;
    if (news.event === 'node.planned') planned = news;
    else keep(news);
    tellAll(event, data);
  }

  function keep(news: Exclude<NodeNews, { event: 'node.planned' }>): void {
    const { event, data } = news;
    // How a node ended stands for all that came before.
    const before = event === 'node.done' || event === 'node.failed' ? undefined : told.get(data.node);
    told.set(data.node, new Map(before).set(event, news));
  }

  function throttlesOf(node: string): Throttles {
    const known = throttles.get(node);
    if (known !== undefined) return known;
    const made = {
      progress: createThrottle<Progress>(progressIntervalMs, (progress) => tell('node.progress', { ...of, node, ...progress })),
      preview: createThrottle<Uint8Array>(previewIntervalMs, (jpeg) => tell('node.preview', { ...of, node, picture: dataUrl(jpeg) })),
    };
    throttles.set(node, made);
    return made;
  }

  function release(node: string): void {
    const held = throttles.get(node);
    throttles.delete(node);
    held?.preview.flush();
    held?.progress.flush();
  }

  return {
    event(event) {
      switch (event.type) {
        case 'planned':
          tell('node.planned', {
            ...of,
            waiting: [...event.run],
            cached: [...event.cached, ...event.behind],
            seeds: event.seeds.map(textOfSeed),
          });
          return;
        case 'started':
          tell('node.started', { ...of, node: event.node });
          return;
        case 'progress':
          throttlesOf(event.node).progress.offer({ value: event.value, max: event.max });
          return;
        case 'preview':
          throttlesOf(event.node).preview.offer(event.jpeg);
          return;
        case 'notice':
          tellAll('run.notice', { ...of, node: event.node, text: event.text });
          return;
        case 'done': {
          const { node, ms, cached, effort, tables } = event;
          release(node);
          const pictures = event.pictures.flatMap((picture) => pictureOf(picture) ?? []);
          tell('node.done', { ...of, node, ms, cached, pictures, ...(tables && { tables: [...tables] }), ...(effort && { effort }) });
          return;
        }
        case 'failed':
          release(event.node);
          tell('node.failed', { ...of, node: event.node, problem: event.problem });
      }
    },
    end() {
      for (const node of [...throttles.keys()]) release(node);
    },
    recent: () => [...(planned === undefined ? [] : [planned]), ...Array.from(told.values(), (news) => [...news.values()]).flat()],
  };
}

/** JSON numbers are exact up to 2^53 only. */
function textOfSeed({ node, input, seed }: UsedSeed) {
  return { node, input, seed: String(seed) };
}

function dataUrl(jpeg: Uint8Array): string {
  return `data:image/jpeg;base64,${Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).toString('base64')}`;
}
