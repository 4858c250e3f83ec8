import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ProblemError } from '../../nodes/problem.ts';
import type { Result } from '../bridge/contract.ts';
import type { ReadWorkflow } from './workflow-files.ts';

/** `index.json` of the folder: the templates in the order in which they are offered; `name` is a file without `.json`. */
const indexSchema = z.array(z.object({ name: z.string(), title: z.string(), description: z.string() }));

/** The workflows that come with Weft. */
export type Templates = {
  list(): Promise<Result<'templates.list'>>;
  open(name: string): Promise<Result<'templates.open'>>;
};

/** Templates of a folder; the picture of each, if it has one, is `pictures/<name>.png`. */
export function createTemplates(folder: string, read: ReadWorkflow): Templates {
  async function index() {
    return indexSchema.parse(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')));
  }

  async function pictureUrl(name: string): Promise<string | null> {
    return access(join(folder, 'pictures', `${name}.png`)).then(
      () => `pictures/templates/${encodeURIComponent(name)}.png`,
      () => null,
    );
  }

  return {
    async list() {
      return Promise.all((await index()).map(async (template) => ({ ...template, pictureUrl: await pictureUrl(template.name) })));
    },
    async open(name) {
      const template = (await index()).find((other) => other.name === name);
      if (template === undefined) {
        throw new ProblemError({ what: `There is no template "${name}".`, fix: 'Choose one from the list of templates.' });
      }
      return { text: await read(await readFile(join(folder, `${name}.json`))), title: template.title };
    },
  };
}
