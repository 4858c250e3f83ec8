import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../nodes/problem.ts';
import { createDispatch, type Handlers } from './dispatch.ts';
import { createEventsHub } from './events-hub.ts';

/** A dispatch in which the given handlers exist; the calls of the test reach no other. */
function dispatchTo(handlers: Partial<Handlers>) {
  const logged: string[] = [];
  const dispatch = createDispatch(handlers as Handlers, (what) => logged.push(what));
  return { dispatch, logged };
}

describe('createDispatch', () => {
  it('answers with what the handler returns', async () => {
    const { dispatch } = dispatchTo({ 'files.list': ({ folder }) => [`${folder}/a.png`] });
    expect(await dispatch('files.list', { folder: 'input' })).toEqual({ ok: true, value: ['input/a.png'] });
  });

  it.each(['files', 'toString', '__proto__', ''])('refuses the unknown call %j', async (name) => {
    const answer = await dispatchTo({}).dispatch(name, {});
    expect(answer).toMatchObject({ ok: false, problems: [{ what: expect.stringContaining('does not know') }] });
  });

  it.each([undefined, null, 3, {}, { folder: '/etc' }, { folder: 'input\0' }])('refuses the arguments %j', async (params) => {
    const { dispatch, logged } = dispatchTo({ 'files.list': () => ['reached'] });
    expect(await dispatch('files.list', params)).toMatchObject({
      ok: false,
      problems: [{ what: expect.stringContaining('wrong arguments') }],
    });
    expect(logged).toEqual([]);
  });

  it("passes a handler's problem on, unlogged", async () => {
    const problem = { what: 'There is no workflow "a".', fix: 'Choose another.' };
    const { dispatch, logged } = dispatchTo({
      'workflows.open': () => {
        throw new ProblemError(problem);
      },
    });
    expect(await dispatch('workflows.open', { file: 'a' })).toEqual({ ok: false, problems: [problem] });
    expect(logged).toEqual([]);
  });

  it('answers a bug with a sentence and logs it', async () => {
    const { dispatch, logged } = dispatchTo({ 'settings.read': () => Promise.reject(new TypeError('x is not a function')) });
    expect(await dispatch('settings.read', {})).toMatchObject({
      ok: false,
      problems: [{ what: expect.stringContaining('x is not a function') }],
    });
    expect(logged).toEqual(['The call settings.read failed.']);
  });

  it('treats a result that breaks the contract as a bug', async () => {
    const { dispatch, logged } = dispatchTo({ 'files.list': () => [7] as unknown as string[] });
    expect(await dispatch('files.list', { folder: 'input' })).toMatchObject({ ok: false });
    expect(logged).toHaveLength(1);
  });
});

describe('createEventsHub', () => {
  it('tells every listener until it leaves', () => {
    const hub = createEventsHub(() => {});
    const heard: unknown[] = [];
    const leave = hub.subscribe((event, data) => heard.push([event, data]));
    hub.tell('run.removed', { ids: ['a'] });
    leave();
    hub.tell('run.removed', { ids: ['b'] });
    expect(heard).toEqual([['run.removed', { ids: ['a'] }]]);
  });

  it('logs data that does not fit instead of telling it', () => {
    const logged: string[] = [];
    const hub = createEventsHub((what) => logged.push(what));
    hub.subscribe(() => logged.push('told'));
    hub.tell('run.removed', { ids: [''] });
    expect(logged).toEqual(['The event run.removed does not fit the contract.']);
  });
});
