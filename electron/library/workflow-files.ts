import { access, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { ProblemError } from '../../nodes/problem.ts';
import { workflowExtension } from '../../workflows/file-extension.ts';
import { checkRelativeName, freeName, nameFor } from './file-names.ts';
import { fileProblem, isMissing } from './file-problems.ts';
import { createTurns } from './in-turn.ts';
import { listFiles } from './list-files.ts';
import { createTrash } from './trash.ts';
import { createVersions, type Version } from './versions.ts';
import { writeAtomically } from './write-atomically.ts';

const maxBytes = 50_000_000;

type WorkflowFile = { readonly file: string; readonly title: string; readonly modifiedAt: number };

/** Reads a workflow out of a file's bytes (JSON, or a picture that carries one), as JSON text; throws ProblemErrors. */
export type ReadWorkflow = (bytes: Uint8Array) => Promise<string>;

/** The workflows that people have saved. `file` is a name below the folder, with forward slashes. */
export type WorkflowFiles = {
  /** The one that was changed last comes first. */
  list(): Promise<WorkflowFile[]>;
  open(file: string): Promise<{ text: string; title: string }>;
  /** Saves, keeping what was there as a version. Without `file` a free name is made from the title. */
  save(workflow: { file: string | null; title: string; text: string }): Promise<{ file: string }>;
  rename(file: string, title: string): Promise<{ file: string }>;
  remove(file: string): Promise<void>;
  /** Takes back what was removed last under this name. */
  restore(file: string): Promise<{ file: string }>;
  versions(file: string): Promise<Version[]>;
  openVersion(file: string, version: string): Promise<{ text: string }>;
};

export type WorkflowFolders = { readonly workflows: string; readonly versions: string; readonly trash: string };

/** The title of a file's name: without folders and extension. */
export function titleOf(file: string): string {
  return posix.basename(file.replaceAll('\\', '/')).replace(/(?:\.weft)?\.(?:json|png)$/i, '') || file;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readCapped(path: string, file: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size <= maxBytes) return await readFile(path);
    throw new ProblemError({
      what: `${file} is too large for a workflow: ${Math.round(size / 1e6)} MB, where at most ${maxBytes / 1e6} MB are read.`,
      fix: 'Check that it is the right file.',
    });
  } catch (error) {
    throw isMissing(error) ? noFile(file, error) : fileProblem(`${file} cannot be read`, error);
  }
}

function noFile(file: string, cause?: unknown): ProblemError {
  return new ProblemError(
    { what: `There is no workflow "${file}" any more.`, fix: 'It was renamed, moved or removed: choose one from the list.' },
    { cause },
  );
}

export function createWorkflowFiles(folders: WorkflowFolders, read: ReadWorkflow): WorkflowFiles {
  const versions = createVersions(folders.versions);
  const trash = createTrash(folders.trash);
  const inTurn = createTurns();

  function pathOf(file: string): string {
    checkRelativeName(file);
    if (!file.toLowerCase().endsWith('.json')) {
      throw new ProblemError({
        what: `"${file}" is not the name of a workflow file.`,
        fix: `Take a name that ends on ${workflowExtension}.`,
      });
    }
    return join(folders.workflows, file);
  }

  /** Versions of a file that somebody has removed by hand hold its name as well. */
  async function isTaken(file: string): Promise<boolean> {
    return (await exists(pathOf(file))) || (await exists(versions.folderOf(file)));
  }

  async function freeFile(folder: string, title: string): Promise<string> {
    const nameOf = (name: string) => (folder === '.' ? '' : `${folder}/`) + name + workflowExtension;
    return nameOf(await freeName(nameFor(title, 'Untitled'), (name) => isTaken(nameOf(name))));
  }

  /** Where a file's parts lie: the trash knows them by these names. */
  const partsOf = (file: string) => ({ workflows: pathOf(file), versions: versions.folderOf(file) });

  async function change<T>(what: string, work: () => Promise<T>): Promise<T> {
    return inTurn(async () => {
      try {
        return await work();
      } catch (error) {
        throw fileProblem(what, error);
      }
    });
  }

  async function write(file: string, text: string): Promise<void> {
    const path = pathOf(file);
    await mkdir(dirname(path), { recursive: true });
    const before = await readFile(path, 'utf8').catch(() => undefined);
    if (before === text) return;
    await versions.keep(file, path);
    await writeAtomically(path, text);
  }

  return {
    async list() {
      const files = await listFiles(folders.workflows, new Set(['.json']));
      const entries = await Promise.all(
        Array.from(files, async ([file, path]): Promise<WorkflowFile[]> => {
          const state = await stat(path).catch(() => undefined);
          return state === undefined ? [] : [{ file, title: titleOf(file), modifiedAt: state.mtimeMs }];
        }),
      );
      return entries.flat().sort((a, b) => b.modifiedAt - a.modifiedAt || (a.file < b.file ? -1 : 1));
    },
    async open(file) {
      return { text: await read(await readCapped(pathOf(file), file)), title: titleOf(file) };
    },
    save: ({ file, title, text }) =>
      change(`"${title}" cannot be saved`, async () => {
        const target = file ?? (await freeFile('.', title));
        await write(target, text);
        return { file: target };
      }),
    rename: (file, title) =>
      change(`"${file}" cannot be renamed`, async () => {
        const from = partsOf(file);
        if (!(await exists(from.workflows))) throw noFile(file);
        if (nameFor(title, 'Untitled') === titleOf(file)) return { file };
        const target = await freeFile(posix.dirname(file), title);
        const to = partsOf(target);
        await rename(from.workflows, to.workflows);
        if (await exists(from.versions)) await rename(from.versions, to.versions);
        return { file: target };
      }),
    remove: (file) =>
      change(`"${file}" cannot be removed`, async () => {
        const parts = partsOf(file);
        if (!(await exists(parts.workflows))) throw noFile(file);
        await trash.put(file, parts);
      }),
    restore: (file) =>
      change(`"${file}" cannot be taken back`, async () => {
        const target = (await isTaken(file)) ? await freeFile(posix.dirname(file), titleOf(file)) : file;
        if (await trash.takeBack(file, 'workflows', partsOf(target))) return { file: target };
        throw new ProblemError({ what: `There is no removed workflow "${file}".`, fix: 'Removed workflows are kept for 30 days.' });
      }),
    versions: (file) => versions.list(file),
    async openVersion(file, version) {
      return { text: await read(await readCapped(await versions.locate(file, version), file)) };
    },
  };
}
