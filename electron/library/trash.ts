import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stampOf, timeOfStamp } from './versions.ts';

const keptMs = 30 * 24 * 3_600_000;

/** Files that were removed, by the time of it: `<folder>/<time>/<part>/<file>`. */
export type Trash = {
  /** Puts things aside together: by the names of the parts, where each of them lies. What is not there is left out. */
  put(file: string, parts: Readonly<Record<string, string>>): Promise<void>;
  /** Takes back what was put aside last under a file's name, to these places; false if there is nothing. */
  takeBack(file: string, main: string, parts: Readonly<Record<string, string>>): Promise<boolean>;
};

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function moveIfThere(from: string, to: string): Promise<void> {
  if (!(await exists(from))) return;
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
}

export function createTrash(folder: string): Trash {
  /** From the oldest to the newest. */
  async function stamps(): Promise<string[]> {
    const names = await readdir(folder).catch(() => []);
    return names.filter((name) => timeOfStamp(name) !== undefined).sort();
  }

  return {
    async put(file, parts) {
      let time = Date.now();
      while (await exists(join(folder, stampOf(time)))) time++;
      for (const [part, path] of Object.entries(parts)) await moveIfThere(path, join(folder, stampOf(time), part, file));
      for (const stamp of await stamps()) {
        if ((timeOfStamp(stamp) ?? time) < time - keptMs) await rm(join(folder, stamp), { recursive: true, force: true });
      }
    },
    async takeBack(file, main, parts) {
      for (const stamp of (await stamps()).reverse()) {
        if (!(await exists(join(folder, stamp, main, file)))) continue;
        for (const [part, path] of Object.entries(parts)) await moveIfThere(join(folder, stamp, part, file), path);
        await rm(join(folder, stamp), { recursive: true, force: true });
        return true;
      }
      return false;
    },
  };
}
