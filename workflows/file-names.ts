import type { FileFolder } from '../nodes/types.ts';

/** How files that a workflow may name are listed; names are relative to their folder, with forward slashes. */
export type FileNames = (folder: FileFolder) => readonly string[];

/**
 * The listed name that a workflow means: the same one; or, since workflows travel between machines whose folders
 * differ, the only one with the same last part. Backslashes count as slashes.
 */
export function matchFileName(wanted: string, names: readonly string[]): string | undefined {
  const path = wanted.replaceAll('\\', '/');
  if (names.includes(path)) return path;
  const base = baseName(path);
  const alike = base === '' ? [] : names.filter((name) => baseName(name) === base);
  return alike.length === 1 ? alike[0] : undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
