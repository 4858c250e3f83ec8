import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { lastJson, root, startCli, temporaryFolder } from './cli.ts';

const workflow = join(root, 'workflows/examples/text-to-image.json');
/** Far more steps than any test waits for. */
const endless = ['--set', 'sampler.steps=10000'];

function childrenOf(pid: number): number[] {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
}

async function firstChildOf(pid: number): Promise<number> {
  for (;;) {
    const [child] = childrenOf(pid);
    if (child !== undefined) return child;
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Every file in the output folder must be a whole picture. */
async function expectWholePictures(data: string): Promise<void> {
  const output = join(data, 'output');
  if (!existsSync(output)) return;
  for (const name of readdirSync(output)) await sharp(join(output, name)).raw().toBuffer();
}

function start(data: string, ...more: string[]) {
  const { process: child, ended } = startCli(['run', workflow, '--json', '--data', data, ...more]);
  if (child.pid === undefined) throw new Error('the command did not start');
  return { pid: child.pid, ended };
}

describe('Ctrl+C', () => {
  it('in the middle of sampling ends the run with 130, and its workers with it', async () => {
    const data = temporaryFolder();
    const { pid, ended } = start(data, ...endless);
    const worker = await firstChildOf(pid);
    await sleep(1500);
    process.kill(-pid, 'SIGINT');
    const result = await ended;
    expect(result.code).toBe(130);
    expect(lastJson(result)).toMatchObject({ status: 'cancelled', pictures: [] });
    expect(isAlive(worker)).toBe(false);
    await expectWholePictures(data);
  });

  it.each([40, 150, 300, 500, 800, 1200])('after %i ms leaves nothing half-written', async (delay) => {
    const data = temporaryFolder();
    const { pid, ended } = start(data);
    await sleep(delay);
    try {
      process.kill(-pid, 'SIGINT');
    } catch {
      // It had ended already.
    }
    // null: the signal came before the program could listen for it.
    expect([0, 130, null]).toContain((await ended).code);
    await expectWholePictures(data);
  });
});

describe('a worker killed in the middle of sampling', () => {
  it('fails its node with a sentence, and the next run works', async () => {
    const data = temporaryFolder();
    const { pid, ended } = start(data, ...endless);
    const worker = await firstChildOf(pid);
    await sleep(1500);
    process.kill(worker, 'SIGKILL');
    const result = await ended;
    expect(result.code).toBe(1);
    const { status, problems } = lastJson(result);
    expect(status).toBe('failed');
    expect(problems[0].what).toContain('SIGKILL');
    expect(problems[0].node).toBeDefined();
    expect(problems[0].fix).toBeDefined();
    const next = start(data);
    expect(lastJson(await next.ended).status).toBe('done');
  });
});

describe('the command killed with SIGKILL', () => {
  it('leaves no worker behind', async () => {
    const { pid, ended } = start(temporaryFolder(), ...endless);
    const worker = await firstChildOf(pid);
    await sleep(1500);
    process.kill(pid, 'SIGKILL');
    await ended;
    await expect.poll(() => isAlive(worker), { timeout: 20_000 }).toBe(false);
  });
});
