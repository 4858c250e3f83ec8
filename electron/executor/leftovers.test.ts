import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeLeftovers } from './leftovers.ts';

it('removes what is old and unknown, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-leftovers-'));
  const folders = { values: join(folder, 'values'), previews: join(folder, 'preview') };
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const files: readonly [path: string, age: Date][] = [
    ['values/aa/known.safetensors', hoursAgo(1000)],
    ['values/aa/stray.safetensors', hoursAgo(2)],
    ['values/ab/young.safetensors', hoursAgo(0.5)],
    ['values/ab/half.safetensors.part', hoursAgo(2)],
    ['preview/old.png', hoursAgo(8 * 24)],
    ['preview/new.png', hoursAgo(6 * 24)],
  ];
  for (const [path, age] of files) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), '');
    await utimes(join(folder, path), age, age);
  }
  await removeLeftovers(folders, (key) => key === 'known');
  const left = await readdir(folder, { recursive: true, withFileTypes: true });
  expect(
    left
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['known.safetensors', 'new.png', 'young.safetensors']);
  await rm(folder, { recursive: true });
  await expect(removeLeftovers(folders, () => false)).resolves.toBeUndefined();
});
