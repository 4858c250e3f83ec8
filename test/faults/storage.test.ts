import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../electron/library/temporary-folder.fixture.ts';
import { openStorage, type Storage } from '../../electron/storage/storage.ts';

const hostScript = fileURLToPath(new URL('./storage-host.ts', import.meta.url));
const tab = (id: string, text: string) => ({ id, title: id, file: null, text, unsaved: true });

async function open(path: string): Promise<Storage> {
  const storage = await openStorage(path);
  onTestFinished(() => storage.close().catch(() => {}));
  return storage;
}

/** Lets a host write until it is killed; answers with the number of the last round that it knew to be kept. */
async function writeUntilKilled(path: string, from: number, ms: number): Promise<number> {
  const host = spawn(process.execPath, [hostScript, path, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  host.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await once(host.stdout, 'data');
  await delay(ms);
  host.kill('SIGKILL');
  await once(host, 'close');
  return Number(printed.slice(0, printed.lastIndexOf('\n')).split('\n').at(-1));
}

describe('a host that is killed while it writes', () => {
  it('has kept all that it said it kept, and what it was keeping whole or not at all', async () => {
    const path = join(temporaryFolder(), 'weft.sqlite');
    let kept = -1;
    for (const ms of [0, 13, 57, 110, 230]) {
      kept = await writeUntilKilled(path, kept + 3, ms);
      const check = new DatabaseSync(path);
      expect(check.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      check.close();

      const storage = await openStorage(path);
      expect(storage.notices).toEqual([]);
      const [newest] = await storage.call('runHistory', 1, null);
      expect(newest?.endedAt).toBeGreaterThanOrEqual(kept);
      expect(newest?.endedAt).toBeLessThanOrEqual(kept + 1);
      expect(JSON.parse((await storage.call('runOrder', `run${kept}`))?.text ?? '')).toMatchObject({ number: kept });
      const { tabs } = await storage.call('readSession');
      const numbers = tabs.map(({ text }) => (JSON.parse(text) as { number: number }).number);
      expect(Math.max(...numbers)).toBeGreaterThanOrEqual(kept);
      await storage.close();
    }
  });
});

describe('a full disk', () => {
  let folder: string;
  let mounted = false;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'weft-full-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
      mounted = true;
    } catch {
      console.warn('skipped: a small disk can be mounted only with the right to do so');
    }
  });

  afterAll(() => {
    if (mounted) execFileSync('umount', [folder]);
    rmdirSync(folder);
  });

  it('is told in a sentence, costs nothing that was kept, and small things are kept again', async (context) => {
    if (!mounted) return context.skip();
    const storage = await open(join(folder, 'weft.sqlite'));
    await storage.call('keepTab', tab('a', 'small'));
    await expect(storage.call('keepTab', tab('a', 'x'.repeat(3_000_000)))).rejects.toThrow(/disk is full.*Free some space/);
    expect((await storage.call('readSession')).tabs).toEqual([tab('a', 'small')]);
    await storage.call('keepTab', tab('b', 'small as well'));
    expect((await storage.call('readSession')).tabs).toHaveLength(2);
  });
});

describe('a second Weft on the same data folder', () => {
  it('is refused with a sentence, and the first one goes on', async () => {
    const path = join(temporaryFolder(), 'weft.sqlite');
    const first = await open(path);
    await expect(openStorage(path)).rejects.toThrow(/open already with this data folder/);
    await first.call('keepTab', tab('a', 'text'));
  });
});
