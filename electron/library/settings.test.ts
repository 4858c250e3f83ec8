import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changeSettings, readSettings } from './settings.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const settingsFile = (content?: string) =>
  join(temporaryFolder(content === undefined ? {} : { 'settings.json': content }), 'settings.json');

describe('readSettings', () => {
  it('gives the defaults where there is no file', async () => {
    expect(await readSettings(settingsFile())).toEqual({ modelFolders: [], device: 'auto' });
  });

  it('keeps what it does not know', async () => {
    const path = settingsFile('{"modelFolders": [{"path": "/models", "label": "mine"}], "theme": "night"}');
    expect(await readSettings(path)).toMatchObject({ modelFolders: [{ path: '/models', layout: 'auto', label: 'mine' }], theme: 'night' });
  });

  it.each([
    ['{"device": "auto",}', /settings\.json is not valid.*line 1, column 19/],
    ['{"device": "abacus", "memoryBudget": -1}', /device: .*; memoryBudget: |memoryBudget: .*; device: /],
    ['[]', /the whole/],
  ])('names every fault of %s', async (content, message) => {
    await expect(readSettings(settingsFile(content))).rejects.toThrow(message);
  });

  it('says so where the file cannot be read', async () => {
    await expect(readSettings(temporaryFolder())).rejects.toThrow(/cannot be read/);
  });
});

describe('changeSettings', () => {
  it('changes only what is named and writes no defaults', async () => {
    const path = settingsFile('{"theme": "night", "memoryBudget": 2}');
    expect(await changeSettings(path, { memoryBudget: 4 })).toMatchObject({ memoryBudget: 4, device: 'auto' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ theme: 'night', memoryBudget: 4 });
  });

  it('makes a file where there is none', async () => {
    const path = settingsFile();
    await changeSettings(path, { device: 'cpu' });
    expect(await readSettings(path)).toMatchObject({ device: 'cpu' });
  });

  it('never writes over a broken file, and never writes a wrong value', async () => {
    const path = settingsFile('{"modelFolders": [');
    await expect(changeSettings(path, { device: 'cpu' })).rejects.toThrow(/cut off/);
    expect(readFileSync(path, 'utf8')).toBe('{"modelFolders": [');
    const list = settingsFile('[]');
    await expect(changeSettings(list, { device: 'cpu' })).rejects.toThrow(/the whole/);
    expect(readFileSync(list, 'utf8')).toBe('[]');
    const sound = settingsFile('{}');
    await expect(changeSettings(sound, { diskBudget: -1 })).rejects.toThrow(/diskBudget/);
    expect(readFileSync(sound, 'utf8')).toBe('{}');
  });
});
