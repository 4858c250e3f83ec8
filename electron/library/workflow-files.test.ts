import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringifyJson } from '../../workflows/json.ts';
import { openWorkflow } from '../../workflows/open.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';
import { createWorkflowFiles } from './workflow-files.ts';

const textOf = (seed: number | string) =>
  `{"format":"weft","version":1,"nodes":{"a":{"type":"Nowhere","inputs":{"seed":${seed}},"new":[1]}},"later":{}}`;

function replaceBy(make: () => void, path: string): void {
  rmSync(path);
  make();
}

function setUp() {
  const root = temporaryFolder();
  const folders = { workflows: join(root, 'workflows'), versions: join(root, 'versions'), trash: join(root, 'trash') };
  const files = createWorkflowFiles(folders, async (bytes) => stringifyJson(openWorkflow(bytes)));
  const put = (file: string, content: string | Uint8Array) => {
    mkdirSync(join(folders.workflows, file, '..'), { recursive: true });
    writeFileSync(join(folders.workflows, file), content);
  };
  return { ...folders, files, put };
}

describe('saving and opening', () => {
  it('gives back a workflow of unknown nodes, keys and large seeds as it was', async () => {
    const { files } = setUp();
    const { file } = await files.save({ file: null, title: 'My workflow', text: textOf('18446744073709551615') });
    expect(file).toBe('My workflow.weft.json');
    const opened = await files.open(file);
    expect(opened.title).toBe('My workflow');
    expect(opened.text).toContain('18446744073709551615');
    expect(JSON.parse(opened.text)).toEqual(JSON.parse(textOf('18446744073709551615')));
  });

  it('makes free names from titles, also where several are saved at once', async () => {
    const { files } = setUp();
    const save = () => files.save({ file: null, title: 'a/b', text: textOf(1) });
    const saved = await Promise.all([save(), save(), save()]);
    expect(saved.map(({ file }) => file)).toEqual(['a b.weft.json', 'a b (2).weft.json', 'a b (3).weft.json']);
  });

  it('lists what can be opened, the last changed first', async () => {
    const { files, put, workflows } = setUp();
    expect(await files.list()).toEqual([]);
    put('old.json', textOf(1));
    put('folder/new.weft.json', textOf(2));
    put('notes.txt', '');
    utimesSync(join(workflows, 'old.json'), 1000, 1000);
    expect(await files.list()).toMatchObject([
      { file: 'folder/new.weft.json', title: 'new' },
      { file: 'old.json', title: 'old', modifiedAt: 1_000_000 },
    ]);
  });

  it.each(['../settings.json', '/etc/a.json', 'a\\..\\b.json', '.hidden.json', 'c:a.json'])('refuses the name %j', async (file) => {
    const { files } = setUp();
    await expect(files.open(file)).rejects.toThrow('cannot be the name');
    await expect(files.save({ file, title: 'a', text: textOf(1) })).rejects.toThrow('cannot be the name');
    await expect(files.remove(file)).rejects.toThrow('cannot be the name');
    await expect(files.versions(file)).rejects.toThrow('cannot be the name');
  });

  it.each([
    ['that is not there', 'There is no workflow', () => {}],
    ['that is no JSON', 'not valid JSON', (path: string) => writeFileSync(path, '{"format":')],
    ['that is no workflow', 'not a workflow of Weft', (path: string) => writeFileSync(path, '{"a":1}')],
    ['that is too large', 'too large for a workflow: 60 MB', (path: string) => truncateSync(path, 60_000_000)],
    ['that is a folder', 'cannot be read', (path: string) => replaceBy(() => mkdirSync(path), path)],
    ['that leads in a circle', 'cannot be read', (path: string) => replaceBy(() => symlinkSync(path, path), path)],
  ])('says what is wrong with a file %s', async (_, what, make) => {
    const { files, put, workflows } = setUp();
    if (what !== 'There is no workflow') put('a.json', '');
    make(join(workflows, 'a.json'));
    await expect(files.open('a.json')).rejects.toThrow(new RegExp(what));
  });

  it('says so where nothing can be saved, and changes nothing', async () => {
    const { files, put, workflows } = setUp();
    put('a.json', textOf(1));
    // A file in the place of the folder of versions: a folder without rights would not stop an administrator.
    writeFileSync(join(workflows, '..', 'versions'), '');
    await expect(files.save({ file: 'a.json', title: 'a', text: textOf(2) })).rejects.toThrow('"a" cannot be saved');
    expect(readFileSync(join(workflows, 'a.json'), 'utf8')).toBe(textOf(1));
  });
});

describe('versions', () => {
  it('are the states before each save that changed something, the last first', async () => {
    const { files } = setUp();
    const { file } = await files.save({ file: null, title: 'a', text: textOf(1) });
    for (const seed of [2, 2, 3]) await files.save({ file, title: 'a', text: textOf(seed) });
    const versions = await files.versions(file);
    expect(versions).toHaveLength(2);
    const texts = await Promise.all(versions.map(({ version }) => files.openVersion(file, version)));
    expect(texts.map(({ text }) => JSON.parse(text))).toEqual([JSON.parse(textOf(2)), JSON.parse(textOf(1))]);
    await expect(files.openVersion(file, '../../a')).rejects.toThrow('There is no version');
  });

  it('are kept of the last 50 saves', async () => {
    const { files } = setUp();
    for (let seed = 0; seed <= 60; seed++) await files.save({ file: 'a.json', title: 'a', text: textOf(seed) });
    const versions = await files.versions('a.json');
    expect(versions).toHaveLength(50);
    expect(JSON.parse((await files.openVersion('a.json', versions.at(-1)?.version ?? '')).text).nodes.a.inputs.seed).toBe(10);
  });

  it('are kept of what somebody else has written in between', async () => {
    const { files, put } = setUp();
    await files.save({ file: 'a.json', title: 'a', text: textOf(1) });
    put('a.json', textOf(2));
    await files.save({ file: 'a.json', title: 'a', text: textOf(3) });
    const [version] = await files.versions('a.json');
    expect(JSON.parse((await files.openVersion('a.json', version?.version ?? '')).text)).toEqual(JSON.parse(textOf(2)));
  });
});

describe('renaming and removing', () => {
  it('renames with all versions, to a free name in the same folder', async () => {
    const { files, put } = setUp();
    put('folder/b.weft.json', textOf(0));
    for (const seed of [1, 2]) await files.save({ file: 'folder/a.json', title: 'a', text: textOf(seed) });
    expect(await files.rename('folder/a.json', 'b')).toEqual({ file: 'folder/b (2).weft.json' });
    expect(await files.versions('folder/b (2).weft.json')).toHaveLength(1);
    expect(await files.versions('folder/a.json')).toEqual([]);
    await expect(files.rename('folder/a.json', 'c')).rejects.toThrow('There is no workflow');
  });

  it('takes back what was removed, with its versions', async () => {
    const { files } = setUp();
    for (const seed of [1, 2]) await files.save({ file: 'folder/a.json', title: 'a', text: textOf(seed) });
    await files.remove('folder/a.json');
    expect(await files.list()).toEqual([]);
    expect(await files.versions('folder/a.json')).toEqual([]);
    expect(await files.restore('folder/a.json')).toEqual({ file: 'folder/a.json' });
    expect(JSON.parse((await files.open('folder/a.json')).text)).toEqual(JSON.parse(textOf(2)));
    expect(await files.versions('folder/a.json')).toHaveLength(1);
    await expect(files.restore('folder/a.json')).rejects.toThrow('no removed workflow');
  });

  it('takes back the last of several under a name that is taken again', async () => {
    const { files } = setUp();
    for (const seed of [1, 2]) {
      await files.save({ file: 'a.weft.json', title: 'a', text: textOf(seed) });
      await files.remove('a.weft.json');
    }
    await files.save({ file: 'a.weft.json', title: 'a', text: textOf(3) });
    expect(await files.restore('a.weft.json')).toEqual({ file: 'a (2).weft.json' });
    expect(await files.restore('a.weft.json')).toEqual({ file: 'a (3).weft.json' });
    expect(JSON.parse((await files.open('a (2).weft.json')).text)).toEqual(JSON.parse(textOf(2)));
  });

  it('empties the trash of what was removed a month ago', async () => {
    const { files, trash } = setUp();
    mkdirSync(join(trash, '2020-01-01T00-00-00.000Z'), { recursive: true });
    mkdirSync(join(trash, 'not ours'));
    await files.save({ file: 'a.json', title: 'a', text: textOf(1) });
    await files.remove('a.json');
    expect(existsSync(join(trash, '2020-01-01T00-00-00.000Z'))).toBe(false);
    expect(readdirSync(trash)).toHaveLength(2);
  });
});
