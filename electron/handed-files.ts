import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Result } from './bridge/contract.ts';
import type { Dispatch } from './bridge/dispatch.ts';
import type { Tell } from './bridge/events-hub.ts';

const largestBytes = 50_000_000;

/** The files that a command line names, as absolute paths: those that may be workflows, or pictures with one inside. */
export function filesIn(args: readonly string[], workingFolder: string): string[] {
  return args.filter((arg) => !arg.startsWith('-') && /\.(json|png|webp)$/i.test(arg)).map((arg) => resolve(workingFolder, arg));
}

/** Hands a file that the person opened from outside to the page, or says why it can't be. */
export async function handFile(path: string, dispatch: Dispatch, tell: Tell): Promise<void> {
  const name = basename(path);
  const refuse = (what: string, fix: string) => tell('file.refused', { problem: { what, fix } });
  try {
    const { size } = await stat(path);
    if (size > largestBytes) return refuse(`${name} is too large for a workflow: it has more than 50 MB.`, 'Choose another file.');
    const bytes = await readFile(path, 'base64');
    const answer = await dispatch('workflows.read', { name, bytes });
    if (answer.ok) tell('workflow.handed', answer.value as Result<'workflows.read'>);
    else for (const problem of answer.problems) tell('file.refused', { problem });
  } catch (error) {
    refuse(`${name} cannot be read: ${error instanceof Error ? error.message : error}.`, 'Choose another file.');
  }
}
