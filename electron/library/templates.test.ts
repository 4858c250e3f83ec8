import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openWorkflow } from '../../workflows/open.ts';
import { createTemplates } from './templates.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const examples = fileURLToPath(new URL('../../workflows/examples', import.meta.url));
const read = async (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe('the templates', () => {
  it('are all examples that come with Weft, each with a workflow that opens', async () => {
    const templates = createTemplates(examples, read);
    const list = await templates.list();
    const files = readdirSync(examples).filter((name) => name.endsWith('.json') && name !== 'index.json');
    expect(list.map(({ name }) => `${name}.json`).sort()).toEqual(files.sort());
    for (const { name, title } of list) {
      const opened = await templates.open(name);
      expect(opened.title).toBe(title);
      expect(Object.keys(openWorkflow(opened.text).nodes)).not.toEqual([]);
    }
  });

  it('show a picture where there is one', async () => {
    const entry = { title: 'A', description: 'An example.' };
    const folder = temporaryFolder({
      'index.json': JSON.stringify([
        { name: 'a', ...entry },
        { name: 'b', ...entry },
      ]),
      'pictures/a.png': '',
    });
    const list = await createTemplates(folder, read).list();
    expect(list.map(({ pictureUrl }) => pictureUrl)).toEqual(['pictures/templates/a.png', null]);
  });

  it('that come with Weft show what the starter model makes of them', async () => {
    const list = await createTemplates(examples, read).list();
    const shown = list.flatMap(({ name, pictureUrl }) => (pictureUrl === null ? [] : [name]));
    expect(shown).toEqual(expect.arrayContaining(['text-to-image', 'image-to-image', 'inpaint', 'outpaint', 'compare-samplers']));
  });

  it.each(['unknown', '../examples/text-to-image', 'index'])('are not opened by the name %j', async (name) => {
    await expect(createTemplates(examples, read).open(name)).rejects.toThrow('no template');
  });
});
