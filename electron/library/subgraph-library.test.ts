import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSubgraphLibrary } from './subgraph-library.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const text = '{"title":"A","inputs":[],"outputs":[],"nodes":{},"seed":18446744073709551615}';

describe('the library of subgraphs', () => {
  it('keeps, replaces, lists and forgets subgraphs by name', async () => {
    const library = createSubgraphLibrary(join(temporaryFolder(), 'subgraphs'));
    expect(await library.list()).toEqual([]);
    await library.save({ name: 'Upscale \u56fe', text: '{}' });
    await library.save({ name: 'Upscale \u56fe', text });
    await library.save({ name: 'A', text });
    expect(await library.list()).toEqual([
      { name: 'A', text },
      { name: 'Upscale \u56fe', text },
    ]);
    await library.remove('A');
    await library.remove('never there');
    expect((await library.list()).map(({ name }) => name)).toEqual(['Upscale \u56fe']);
  });

  it('leaves out files that hold no subgraph', async () => {
    const library = createSubgraphLibrary(temporaryFolder({ 'a.json': '{', 'b.json': '[]', 'c.json': text, 'd.txt': text }));
    expect(await library.list()).toEqual([{ name: 'c', text }]);
  });

  it.each(['../a', 'a/b', 'NUL', '.hidden', 'a.', '', 'x'.repeat(200)])('refuses the name %j', async (name) => {
    const library = createSubgraphLibrary(temporaryFolder());
    await expect(library.save({ name, text })).rejects.toThrow('cannot be the name');
    await expect(library.remove(name)).rejects.toThrow('cannot be the name');
  });

  it('refuses what is no subgraph, and says so where it cannot be written', async () => {
    const root = temporaryFolder({ file: '' });
    await expect(createSubgraphLibrary(root).save({ name: 'a', text: 'no JSON' })).rejects.toThrow('not a subgraph');
    await expect(createSubgraphLibrary(join(root, 'file')).save({ name: 'a', text })).rejects.toThrow('cannot be saved in the library');
  });
});
