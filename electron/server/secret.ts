import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../nodes/problem.ts';
import { writeAtomically } from '../library/write-atomically.ts';

/** The secret of this data folder's pages: made once, then the same, so that a page outlives a restart of its host. */
export async function readSecret(dataFolder: string): Promise<string> {
  const path = join(dataFolder, 'page-secret');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (/^[\w-]{43}$/.test(kept)) return kept;
  const secret = randomBytes(32).toString('base64url');
  try {
    await writeAtomically(path, secret, 0o600);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProblemError(
      { what: `${path} cannot be written: ${reason}.`, fix: 'Make the data folder writable, or choose another with --data FOLDER.' },
      { cause: error },
    );
  }
  return secret;
}
