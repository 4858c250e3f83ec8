import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../nodes/problem.ts';
import { parseJson } from '../../workflows/json.ts';
import type { Result } from '../bridge/contract.ts';
import { isPortableName } from './file-names.ts';
import { fileProblem } from './file-problems.ts';
import { createTurns } from './in-turn.ts';
import { listFiles } from './list-files.ts';
import { writeAtomically } from './write-atomically.ts';

const extension = '.json';

type NamedSubgraph = Result<'subgraphs.list'>[number];

/** Subgraphs that people have saved for other workflows: a file each, `<name>.json`. */
export type SubgraphLibrary = {
  /** By name. Files that hold no JSON object are left out, and stay. */
  list(): Promise<NamedSubgraph[]>;
  /** Saves under a name, in the place of what has it. */
  save(subgraph: NamedSubgraph): Promise<void>;
  remove(name: string): Promise<void>;
};

export function createSubgraphLibrary(folder: string): SubgraphLibrary {
  const inTurn = createTurns();

  function pathOf(name: string): string {
    if (isPortableName(name)) return join(folder, name + extension);
    throw new ProblemError({
      what: `"${name}" cannot be the name of a subgraph in the library.`,
      fix: 'Take a shorter name without / \\ : * ? " < > | and without dots or spaces at its ends.',
    });
  }

  return {
    async list() {
      const files = await listFiles(folder, new Set([extension]));
      const entries = await Promise.all(
        Array.from(files, async ([file, path]): Promise<NamedSubgraph[]> => {
          const text = await readFile(path, 'utf8').catch(() => '');
          return isObject(text) ? [{ name: file.slice(0, -extension.length), text }] : [];
        }),
      );
      return entries.flat().sort((a, b) => a.name.localeCompare(b.name));
    },
    save: ({ name, text }) =>
      inTurn(async () => {
        const path = pathOf(name);
        if (!isObject(text)) throw new ProblemError({ what: `"${name}" is not a subgraph.`, fix: 'Save it again from the canvas.' });
        try {
          await mkdir(folder, { recursive: true });
          await writeAtomically(path, text);
        } catch (error) {
          throw fileProblem(`"${name}" cannot be saved in the library`, error);
        }
      }),
    remove: (name) =>
      inTurn(async () => {
        await rm(pathOf(name), { force: true }).catch((error: unknown) => {
          throw fileProblem(`"${name}" cannot be removed from the library`, error);
        });
      }),
  };
}

function isObject(text: string): boolean {
  try {
    const value = parseJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
