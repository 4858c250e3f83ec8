import { describe, expect, it, onTestFinished } from 'vitest';
import { ProblemError } from '../../nodes/problem.ts';
import type { TestMethods } from './test-thread.fixture.ts';
import { createThread } from './thread.ts';

function start() {
  const thread = createThread<TestMethods>(new URL('./test-thread.fixture.ts', import.meta.url), 'given');
  onTestFinished(() => thread.close());
  return thread;
}

describe('a thread', () => {
  it('answers in the order in which it was asked', async () => {
    const thread = start();
    const answers: string[] = [];
    await Promise.all([
      thread.call('slow', 'a').then((answer) => answers.push(answer)),
      thread.call('quick', 'b').then((answer) => answers.push(answer)),
    ]);
    expect(answers).toEqual(['slow a', 'given b']);
  });

  it('passes problems on as problems, and mistakes as errors', async () => {
    const thread = start();
    await expect(thread.call('problem')).rejects.toEqual(new ProblemError({ what: 'It is wrong.', fix: 'Mend it.' }));
    await expect(thread.call('mistake')).rejects.toThrow(TypeError);
  });

  it('that dies fails what was asked, and starts again for what is asked next', async () => {
    const thread = start();
    await expect(Promise.all([thread.call('die'), thread.call('quick', 'a')])).rejects.toThrow();
    expect(await thread.call('quick', 'b')).toBe('given b');
  });

  it('answers what it was asked before it is closed, and nothing after', async () => {
    const thread = start();
    const answer = thread.call('slow', 'a');
    await thread.close();
    expect(await answer).toBe('slow a');
    await expect(thread.call('quick', 'b')).rejects.toThrow('after the end');
  });
});
