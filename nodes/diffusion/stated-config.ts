import { basename } from 'node:path';
import { z } from 'zod';
import { ProblemError } from '../problem.ts';
import type { TensorFile } from './tensor-file.ts';

/**
 * What the `weft.config` entry of a file's metadata says of its networks; undefined where there is none. Throws a ProblemError if it
 * is not JSON of this schema.
 */
export function statedConfig<T>(file: TensorFile, schema: z.ZodType<T>): T | undefined {
  const text = file.metadata.get('weft.config');
  if (text === undefined) return undefined;
  const name = basename(file.path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw badConfig(name, 'it is not JSON');
    throw cause;
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw badConfig(name, z.prettifyError(parsed.error).split('\n').slice(0, 2).join(' '));
  return parsed.data;
}

function badConfig(name: string, why: string): ProblemError {
  return new ProblemError({
    what: `The description "weft.config" inside the file "${name}" is wrong: ${why}.`,
    fix: 'Choose another file, or ask the person who made this one to mend it.',
  });
}
