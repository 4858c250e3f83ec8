import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../nodes/problem.ts';
import { checkRelativeName } from './file-names.ts';
import { errorCode, isMissing } from './file-problems.ts';

/** How many versions of a file are kept beside the file itself. */
const kept = 50;

export type Version = { readonly version: string; readonly savedAt: number };

/** Earlier states of files, below a folder of their own: `<folder>/<file>/<time>.json`. */
export type Versions = {
  /** Keeps the state in which a file is now, which is about to be replaced; nothing if it is not there. */
  keep(file: string, path: string): Promise<void>;
  /** The last first. */
  list(file: string): Promise<Version[]>;
  /** Where a version lies; throws a ProblemError if there is none of that name. */
  locate(file: string, version: string): Promise<string>;
  /** The folder of a file's versions. */
  folderOf(file: string): string;
};

/** A time as a file name: an ISO time without what Windows refuses. */
export function stampOf(time: number): string {
  return new Date(time).toISOString().replaceAll(':', '-');
}

/** The inverse of `stampOf`; undefined for other names. */
export function timeOfStamp(stamp: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)$/.exec(stamp);
  const time = match === null ? Number.NaN : Date.parse(`${match[1]}${match[2]}:${match[3]}:${match[4]}`);
  return Number.isNaN(time) ? undefined : time;
}

export function createVersions(folder: string): Versions {
  function folderOf(file: string): string {
    checkRelativeName(file);
    return join(folder, file);
  }

  async function list(file: string): Promise<Version[]> {
    const names = await readdir(folderOf(file)).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names
      .flatMap((name): Version[] => {
        const version = name.endsWith('.json') ? name.slice(0, -'.json'.length) : '';
        const savedAt = timeOfStamp(version);
        return savedAt === undefined ? [] : [{ version, savedAt }];
      })
      .sort((a, b) => b.savedAt - a.savedAt);
  }

  return {
    folderOf,
    list,
    async keep(file, path) {
      const state = await stat(path).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      if (state === undefined) return;
      const to = folderOf(file);
      await mkdir(to, { recursive: true });
      let time = Math.floor(state.mtimeMs);
      while (!(await copyUnlessTaken(path, join(to, `${stampOf(time)}.json`)))) time++;
      for (const { version } of (await list(file)).slice(kept)) await rm(join(to, `${version}.json`), { force: true });
    },
    async locate(file, version) {
      if ((await list(file)).some((other) => other.version === version)) return join(folderOf(file), `${version}.json`);
      throw new ProblemError({
        what: `There is no version "${version}" of ${file}.`,
        fix: `Choose another one: the last ${kept} are kept.`,
      });
    },
  };
}

/** A file that is replaced by another one lives on in its links. */
async function copyUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch((error: unknown) => {
      if (errorCode(error) === 'EEXIST') throw error;
      // File systems without hard links, such as FAT.
      return copyFile(from, to, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
