import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { similarNodes } from '../../test/fixtures/arbitrary-graphs.ts';
import { contentKeys } from './keys.ts';
import { type Plan, planRun } from './plan.ts';
import { Schedule } from './schedule.ts';

const nothing = { running: new Set<string>(), failed: new Set<string>() };

const planned = similarNodes(20).map((nodes): Plan => {
  const ids = nodes.map(({ id }) => id);
  return planRun({ nodes, keys: contentKeys(nodes, 'run') }, ids, () => false);
});

/** Runs a plan to its end; at each step `choices` says which of the ready tasks ends next, and how. */
function play(plan: Plan, choices: readonly { readonly at: number; readonly fails: boolean }[]) {
  const schedule = new Schedule(plan, nothing);
  const running: string[] = [];
  const order: string[] = [];
  const failed = new Set<string>();
  const freed: string[] = [];
  for (let step = 0; !schedule.finished; step++) {
    for (const { key } of schedule.takeReady()) {
      schedule.start(key);
      running.push(key);
    }
    const { at, fails } = choices[step % choices.length];
    const [key] = running.splice(at % running.length, 1);
    if (key === undefined) throw new Error('nothing runs, but the schedule is not finished');
    order.push(key);
    if (fails) failed.add(key);
    freed.push(...(fails ? schedule.fail(key) : schedule.finish(key)));
  }
  return { order, failed, freed, left: running };
}

const choices = fc.array(fc.record({ at: fc.nat(), fails: fc.boolean() }), { minLength: 1, maxLength: 30 });

describe('a schedule', () => {
  it('comes to an end, with each task once and after all that it needs', () => {
    fc.assert(
      fc.property(planned, choices, (plan, choices) => {
        const { order, failed, left } = play(plan, choices);
        expect(left).toEqual([]);
        expect(new Set(order).size).toBe(order.length);
        const done = new Set<string>();
        for (const key of order) {
          for (const need of plan.tasks.find((task) => task.key === key)?.needs ?? []) expect(done.has(need)).toBe(true);
          if (!failed.has(key)) done.add(key);
        }
      }),
    );
  });

  it('leaves out exactly what depends on a failed task', () => {
    fc.assert(
      fc.property(planned, choices, (plan, choices) => {
        const { order, failed } = play(plan, choices);
        const out = new Set<string>();
        for (const { key, needs } of plan.tasks) {
          const hopeless = needs.some((need) => failed.has(need) || out.has(need));
          expect(order.includes(key)).toBe(!hopeless);
          if (hopeless) out.add(key);
        }
      }),
    );
  });

  it('frees each value once, when nothing will take it any more', () => {
    fc.assert(
      fc.property(planned, choices, (plan, choices) => {
        const { order, failed, freed } = play(plan, choices);
        expect(new Set(freed).size).toBe(freed.length);
        const made = order.filter((key) => !failed.has(key));
        for (const key of made) expect(freed).toContain(key);
      }),
    );
  });

  it('takes over what runs and what has failed', () => {
    fc.assert(
      fc.property(planned, fc.nat(), fc.nat(), (plan, runningAt, failedAt) => {
        const keys = plan.tasks.map(({ key }) => key);
        const running = keys[runningAt % keys.length];
        const failed = keys[failedAt % keys.length];
        fc.pre(running !== failed);
        const ready = new Schedule(plan, { running: new Set([running]), failed: new Set([failed]) }).takeReady().map(({ key }) => key);
        expect(ready).not.toContain(running);
        expect(ready).not.toContain(failed);
      }),
    );
  });
});
