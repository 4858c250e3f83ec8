import type { FileFolder } from '../nodes/types.ts';
import type { Catalog } from './graph.ts';
import type { Workflow } from './schema.ts';

/** How files that a workflow may name are listed; names are relative to their folder, with forward slashes. */
export type FileNames = (folder: FileFolder) => readonly string[];

/**
 * The listed name that a workflow means: the same one, or the only one that differs in the extension, which may be
 * left out; else, since workflows travel between machines whose folders differ, the only one with the same last part.
 * Backslashes count as slashes.
 */
export function matchFileName(wanted: string, names: readonly string[]): string | undefined {
  const path = wanted.replaceAll('\\', '/');
  if (path === '') return undefined;
  if (names.includes(path)) return path;
  const base = baseName(path);
  return (
    only(names.filter((name) => stem(name) === path)) ??
    only(names.filter((name) => baseName(name) === base)) ??
    only(names.filter((name) => stem(baseName(name)) === base))
  );
}

/** The folders whose files the fields of a workflow's nodes name. */
export function fileFoldersOf(workflow: Workflow, catalog: Catalog): ReadonlySet<FileFolder> {
  const graphs = [workflow, ...Object.values(workflow.subgraphs ?? {})];
  const types = new Set(graphs.flatMap(({ nodes }) => Object.values(nodes).map(({ type }) => type)));
  const specs = [...types].flatMap((type) => Object.values(catalog.get(type)?.inputs ?? {}));
  return new Set(specs.flatMap((spec) => (spec.kind === 'file' ? [spec.folder] : [])));
}

function only(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function stem(path: string): string {
  return path.replace(/\.[^./]*$/, '');
}
