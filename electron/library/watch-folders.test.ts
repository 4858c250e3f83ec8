import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.fixture.ts';
import { watchFolders } from './watch-folders.ts';

/** Watches a folder; `news` resolves with the next news, whenever they come. */
async function watchFolder(folder: string) {
  const waiting: (() => void)[] = [];
  let count = 0;
  const stop = watchFolders(
    [folder, folder],
    () => {
      count++;
      for (const resolve of waiting.splice(0)) resolve();
    },
    { gatherMs: 20, lookAgainMs: 30 },
  );
  onTestFinished(stop);
  // The watch begins in its own time.
  await delay(200);
  return { news: () => new Promise<void>((resolve) => waiting.push(resolve)), stop, count: () => count };
}

describe('watching folders', () => {
  it('tells that files come, go, and are renamed, in folders inside as well', async () => {
    const root = temporaryFolder({ 'inside/a.png': '' });
    const { news } = await watchFolder(root);
    const steps = [
      () => writeFileSync(join(root, 'b.png'), ''),
      () => renameSync(join(root, 'b.png'), join(root, 'c.png')),
      () => writeFileSync(join(root, 'inside', 'd.png'), ''),
      () => rmSync(join(root, 'inside', 'a.png')),
    ];
    for (const step of steps) {
      const told = news();
      step();
      await told;
      await delay(50);
    }
  });

  it('outlives that the folder vanishes, and tells of what is there when it is back', async () => {
    const root = temporaryFolder({ 'models/a.safetensors': '' });
    const folder = join(root, 'models');
    const { news } = await watchFolder(folder);
    for (let round = 0; round < 2; round++) {
      const gone = news();
      rmSync(folder, { recursive: true });
      await gone;
      await delay(100);
      const back = news();
      mkdirSync(folder);
      writeFileSync(join(folder, 'b.safetensors'), '');
      await back;
      await delay(200);
    }
    const told = news();
    writeFileSync(join(folder, 'c.safetensors'), '');
    await told;
  });

  it('waits for a folder that is not there yet', async () => {
    const folder = join(temporaryFolder(), 'later');
    const { news } = await watchFolder(folder);
    const told = news();
    mkdirSync(folder);
    await told;
  });

  it('tells nothing once it has ended', async () => {
    const root = temporaryFolder();
    const { stop, count } = await watchFolder(root);
    stop();
    writeFileSync(join(root, 'a.png'), '');
    await delay(150);
    expect(count()).toBe(0);
  });
});
