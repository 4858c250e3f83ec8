import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  cancelWaiting,
  type EndedRun,
  emptyQueue,
  finish,
  move,
  type Queue,
  type RunHead,
  restore,
  runsOf,
  startNext,
} from './queue.ts';

const head = (id: string): RunHead => ({ id, tab: 'tab', title: 'Title', queuedAt: 0 });
const ids = (queue: Queue) => runsOf(queue).map(({ id }) => id);
const queueOf = (...names: string[]) => names.reduce((queue, name) => add(queue, head(name), 'end'), emptyQueue);

type Step =
  | { readonly do: 'add'; readonly front: boolean }
  | { readonly do: 'start' }
  | { readonly do: 'finish'; readonly state: EndedRun['state'] }
  | { readonly do: 'cancel'; readonly pick: number }
  | { readonly do: 'move'; readonly pick: number; readonly before: number }
  | { readonly do: 'crash' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), front: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('start' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('finish' as const), state: fc.constantFrom('done' as const, 'failed', 'cancelled') }),
  },
  fc.record({ do: fc.constant('cancel' as const), pick: fc.nat(20) }),
  fc.record({ do: fc.constant('move' as const), pick: fc.nat(20), before: fc.nat(20) }),
  fc.record({ do: fc.constant('crash' as const) }),
);

/** A queue with a diary of what has happened in it. */
class Diary {
  queue = emptyQueue;
  readonly added: string[] = [];
  readonly started: string[] = [];
  readonly ended: EndedRun[] = [];

  play(step: Step, now: number): void {
    switch (step.do) {
      case 'add': {
        const id = `run${this.added.length}`;
        this.queue = add(this.queue, head(id), step.front ? 'front' : 'end');
        this.added.push(id);
        return;
      }
      case 'start': {
        const { queue, started } = startNext(this.queue, now);
        this.queue = queue;
        if (started !== undefined) this.started.push(started.id);
        return;
      }
      case 'finish':
        this.#take(finish(this.queue, this.queue.running?.id ?? 'none', step.state, now));
        return;
      case 'cancel':
        this.#take(cancelWaiting(this.queue, ids(this.queue)[step.pick] ?? 'none', now));
        return;
      case 'move':
        this.queue = move(this.queue, ids(this.queue)[step.pick] ?? 'none', ids(this.queue)[step.before] ?? null);
        return;
      case 'crash': {
        const { queue, interrupted } = restore(runsOf(this.queue));
        this.queue = queue;
        this.ended.push(...interrupted);
      }
    }
  }

  #take({ queue, ended }: { queue: Queue; ended: EndedRun | undefined }): void {
    this.queue = queue;
    if (ended !== undefined) this.ended.push(ended);
  }
}

describe('the queue, whatever happens', () => {
  it('loses no run, runs none twice, ends none twice, and never runs two at once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const diary = new Diary();
        steps.forEach((step, index) => {
          diary.play(step, index + 1);
        });
        const known = [...ids(diary.queue), ...diary.ended.map(({ id }) => id)];
        expect(known.toSorted()).toEqual(diary.added.toSorted());
        expect(new Set(diary.started).size).toBe(diary.started.length);
        for (const run of diary.ended) {
          expect(diary.started.includes(run.id)).toBe(run.startedAt !== null);
          if (run.state !== 'cancelled') expect(run.startedAt).not.toBeNull();
        }
      }),
    );
  });

  it('runs what waits in its order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const diary = new Diary();
        steps.forEach((step, index) => {
          diary.play(step, index + 1);
        });
        const expected = diary.queue.waiting.map(({ id }) => id);
        const ran: string[] = [];
        diary.play({ do: 'finish', state: 'done' }, 100);
        for (let next = startNext(diary.queue, 101); next.started !== undefined; next = startNext(diary.queue, 101)) {
          ran.push(next.started.id);
          diary.queue = finish(next.queue, next.started.id, 'done', 102).queue;
        }
        expect(ran).toEqual(expected);
      }),
    );
  });
});

describe('single steps', () => {
  it('adds at the end or at the front, behind what runs', () => {
    const { queue } = startNext(queueOf('a', 'b'), 1);
    expect(ids(add(add(queue, head('end'), 'end'), head('front'), 'front'))).toEqual(['a', 'front', 'b', 'end']);
  });

  it('does not add a run twice', () => {
    const queue = queueOf('a', 'b');
    expect(add(queue, head('b'), 'front')).toBe(queue);
  });

  it('starts nothing while another runs', () => {
    const { queue } = startNext(queueOf('a', 'b'), 1);
    expect(startNext(queue, 2)).toEqual({ queue, started: undefined });
  });

  it('ends only what runs', () => {
    const { queue } = startNext(queueOf('a', 'b'), 1);
    expect(finish(queue, 'b', 'done', 2).ended).toBeUndefined();
    expect(finish(queue, 'a', 'failed', 2).ended).toMatchObject({ id: 'a', state: 'failed', startedAt: 1, endedAt: 2 });
  });

  it('leaves a running run to its executor when it is cancelled', () => {
    const { queue } = startNext(queueOf('a', 'b'), 1);
    expect(cancelWaiting(queue, 'a', 2)).toEqual({ queue, ended: undefined });
    expect(cancelWaiting(queue, 'b', 2).ended).toMatchObject({ id: 'b', state: 'cancelled', startedAt: null, endedAt: 2 });
  });

  it.each([
    ['c', 'a', ['c', 'a', 'b']],
    ['a', 'c', ['b', 'a', 'c']],
    ['a', null, ['b', 'c', 'a']],
    ['a', 'gone', ['b', 'c', 'a']],
    ['b', 'b', ['a', 'b', 'c']],
    ['gone', 'a', ['a', 'b', 'c']],
  ])('moves %s before %s', (id, before, order) => {
    expect(ids(move(queueOf('a', 'b', 'c'), id, before))).toEqual(order);
  });

  it('fails the run that ran when the host died, and lets the others wait on', () => {
    const { queue } = startNext(queueOf('a', 'b', 'c'), 7);
    const restored = restore(runsOf(queue));
    expect(restored.interrupted).toMatchObject([{ id: 'a', state: 'failed', startedAt: 7, endedAt: 7 }]);
    expect(ids(restored.queue)).toEqual(['b', 'c']);
    expect(restored.queue.running).toBeUndefined();
  });
});
