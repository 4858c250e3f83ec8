import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

const hourMs = 3_600_000;
const previewDays = 7;

/**
 * Removes what nothing else would: files of values that the index does not know, such as those of a process that was
 * killed, and pictures in the preview folder that are a week old. Younger files may be in the making by another process.
 */
export async function removeLeftovers(
  folders: { readonly values: string; readonly previews: string },
  isKnown: (key: string) => boolean,
  now = Date.now(),
): Promise<void> {
  const isStray = (path: string) => !path.endsWith('.safetensors') || !isKnown(basename(path, '.safetensors'));
  await removeOld(folders.values, now - hourMs, isStray);
  await removeOld(folders.previews, now - previewDays * 24 * hourMs, () => true);
}

async function removeOld(folder: string, before: number, isStray: (path: string) => boolean): Promise<void> {
  for (const path of await filesBelow(folder)) {
    if (!isStray(path)) continue;
    // Another process may have removed the file meanwhile.
    const mtimeMs = await stat(path).then(
      (state) => state.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (mtimeMs < before) await rm(path, { force: true });
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    // Nothing has been kept yet.
    return [];
  }
}
