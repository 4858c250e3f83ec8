import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Result } from '../../electron/bridge/contract.ts';
import { createHost, type Host } from '../../electron/host.ts';
import { temporaryFolder } from '../../electron/library/temporary-folder.fixture.ts';

const hostScript = fileURLToPath(new URL('./editor-host.ts', import.meta.url));
const starter = readFileSync(new URL('../../workflows/examples/text-to-image.json', import.meta.url), 'utf8');
/** Long enough to be killed in. */
const long = starter.replace('"steps": 20', '"steps": 10000');

const tab = { id: 'tab', title: 'A', file: null, text: starter, unsaved: true };
const add = (title: string, text: string) => ['runs.add', { tab: 'tab', title, text, front: false, request: title }];

async function killedWhileItRuns(data: string, calls: readonly unknown[]): Promise<void> {
  const host = spawn(process.execPath, [hostScript, data, JSON.stringify(calls)], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(host.stdout)) {
    if ((JSON.parse(line) as { event?: string }).event === 'node.progress') host.kill('SIGKILL');
  }
  if (host.signalCode === null) await once(host, 'exit');
}

async function ask<N extends 'runs.list' | 'session.read' | 'runs.workflow'>(host: Host, name: N, params: object): Promise<Result<N>> {
  const answer = await host.dispatch(name, params);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  return answer.value as Result<N>;
}

describe('a host that is killed in the middle of a run', () => {
  it('comes back with the tabs, says what became of the run, and goes on with the queue', async () => {
    const data = temporaryFolder();
    await killedWhileItRuns(data, [
      ['session.keep', { tab }],
      ['session.arrange', { order: ['tab'], active: 'tab' }],
      add('runs', long),
      add('waits', starter),
      add('waits as well', starter.replace('"seed": 7', '"seed": 8')),
      // After a lost connection a page asks again.
      add('waits', starter),
    ]);

    const host = await createHost({ data });
    onTestFinished(() => host.close());
    const isOver = new Promise<void>((resolve) => {
      host.events.subscribe((event, news) => {
        const { run } = news as { run?: { title: string; endedAt: number | null } };
        if (event === 'run.changed' && run?.title === 'waits as well' && run.endedAt !== null) resolve();
      });
    });
    expect(await ask(host, 'session.read', {})).toEqual({ tabs: [tab], active: 'tab' });
    await isOver;
    const runs = await ask(host, 'runs.list', { limit: 10, before: null });
    expect(runs.map(({ title, state }) => `${title}: ${state}`)).toEqual(['waits as well: done', 'waits: done', 'runs: failed']);
    expect(runs[2]).toMatchObject({ problems: [{ what: 'Weft was closed while this ran.' }] });
    expect(runs[0]?.pictures).toHaveLength(1);
    expect(await ask(host, 'runs.workflow', { id: runs[2]?.id ?? '' })).toEqual({ text: long });
  });
});
