import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The files below a directory with one of the extensions (in lower case, with dot): absolute paths by name relative to
 * the directory, with forward slashes. Links are followed, each directory is entered once, hidden entries and what
 * can't be read are left out; a directory that doesn't exist has no files.
 */
export function listFiles(directory: string, extensions: ReadonlySet<string>): Promise<Map<string, string>> {
  return listNamed(directory, (name) => hasExtension(name, extensions));
}

/** The same for files whose names `wanted` lets through. */
export async function listNamed(directory: string, wanted: (name: string) => boolean): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const entered = new Set<string>();
  /** Names of directories to enter; '' is the root. Real ones come before links, so that theirs are the names that count. */
  const waiting = [''];
  const linked: string[] = [];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop() ?? linked.shift()) {
    for (const entry of await enter(join(directory, name), entered)) {
      if (entry.name.startsWith('.')) continue;
      const entryName = name === '' ? entry.name : `${name}/${entry.name}`;
      const kind = await kindOf(entry, join(directory, entryName));
      if (kind === 'directory') (entry.isSymbolicLink() ? linked : waiting).push(entryName);
      else if (kind === 'file' && wanted(entry.name)) files.set(entryName, join(directory, entryName));
    }
  }
  return files;
}

export function hasExtension(name: string, extensions: ReadonlySet<string>): boolean {
  return extensions.has(name.slice(name.lastIndexOf('.')).toLowerCase());
}

async function enter(path: string, entered: Set<string>): Promise<Dirent[]> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    const identity = `${dev}:${ino}`;
    if (entered.has(identity)) return [];
    entered.add(identity);
    return await readdir(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function kindOf(entry: Dirent, path: string): Promise<'file' | 'directory' | 'other'> {
  try {
    const target = entry.isSymbolicLink() ? await stat(path) : entry;
    if (target.isDirectory()) return 'directory';
    return target.isFile() ? 'file' : 'other';
  } catch {
    return 'other';
  }
}
