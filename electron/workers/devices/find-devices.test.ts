import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDevices, knownDevices } from './find-devices.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-devices-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A provider that this platform does not have. */
const absent = process.platform === 'win32' ? 'coreml' : 'dml';

describe('findDevices', () => {
  it('tries what is asked for, keeps what it found, and tries again when something has changed', async () => {
    const search = { cacheFile: join(folder, 'cache/devices.json'), nodePath: process.execPath };
    expect(await knownDevices(search)).toEqual([]);

    const [cpu, other] = await findDevices(search, ['cpu', absent]);
    expect(cpu).toMatchObject({ provider: 'cpu', works: true, precision: 'float32', notes: [] });
    expect(other).toMatchObject({ provider: absent, works: false, why: expect.stringMatching(/\.$/) });

    // What the file says is believed while the drivers are the same ones.
    const cache = JSON.parse(await readFile(search.cacheFile, 'utf8'));
    cache.reports[0].milliseconds = 123_456;
    await writeFile(search.cacheFile, JSON.stringify(cache));
    expect((await findDevices(search, ['cpu']))[0]).toMatchObject({ milliseconds: 123_456 });

    await writeFile(search.cacheFile, JSON.stringify({ ...cache, facts: 'another driver' }));
    expect(await knownDevices(search)).toEqual([]);
    expect((await findDevices(search, [absent])).map(({ provider }) => provider)).toEqual([absent]);
  });

  it('says so where a provider ends the process that tries it', async () => {
    const search = { cacheFile: join(folder, 'crashed.json'), nodePath: process.platform === 'win32' ? 'hostname' : '/bin/false' };
    expect(await findDevices(search, ['cpu'])).toEqual([
      { provider: 'cpu', works: false, why: expect.stringContaining('ended the process') },
    ]);
  });
});
