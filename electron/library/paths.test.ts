import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../nodes/problem.ts';
import { dataRoot, openDataFolder } from './paths.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

describe('dataRoot', () => {
  const linux = { platform: 'linux', home: '/home/ada', env: {} } as const;

  it('takes what was asked for, then WEFT_DATA, then the place of the platform', () => {
    const env = { WEFT_DATA: '/by/variable', XDG_DATA_HOME: '/xdg' };
    expect(dataRoot('asked', { ...linux, env })).toBe(resolve('asked'));
    expect(dataRoot(undefined, { ...linux, env })).toBe(resolve('/by/variable'));
    expect(dataRoot(undefined, { ...linux, env: { ...env, WEFT_DATA: '' } })).toBe('/xdg/weft');
  });

  it.each([
    ['linux', {}, '/home/ada/.local/share/weft'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/weft'],
    ['darwin', { XDG_DATA_HOME: '/xdg' }, '/home/ada/Library/Application Support/Weft'],
    ['win32', { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\Weft'],
    ['win32', {}, '\\home\\ada\\AppData\\Roaming\\Weft'],
  ] as const)('on %s with %j is %s', (platform, env, expected) => {
    expect(dataRoot(undefined, { platform, home: '/home/ada', env })).toBe(expected);
  });
});

describe('openDataFolder', () => {
  it('makes every folder, and makes nothing the second time', async () => {
    const root = join(temporaryFolder(), 'deep', 'data');
    const paths = await openDataFolder(root);
    expect(await openDataFolder(root)).toEqual(paths);
    for (const folder of ['models/checkpoints', 'models/clip_vision', 'input', 'output', 'cache'])
      expect(existsSync(join(root, folder))).toBe(true);
    expect(existsSync(paths.settings)).toBe(false);
  });

  it('says what to do where the folder cannot be made', async () => {
    const file = join(temporaryFolder({ file: '' }), 'file');
    const opening = openDataFolder(join(file, 'data'));
    await expect(opening).rejects.toThrow(ProblemError);
    await expect(opening).rejects.toThrow(/cannot be made.*--data/);
  });
});
