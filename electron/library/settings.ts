import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ProblemError } from '../../nodes/problem.ts';
import { parseJson, stringifyJson } from '../../workflows/json.ts';
import { writeAtomically } from './write-atomically.ts';

const modelFolder = z.looseObject({
  path: z.string().min(1),
  /** How its subfolders are named; `auto` looks at which there are. */
  layout: z.enum(['auto', 'weft', 'comfyui', 'a1111']).default('auto'),
});

/** `settings.json` in the data folder. Loose: what a newer Weft has put there stays. */
const settingsSchema = z.looseObject({
  /** Further folders of models, searched after Weft's own in this order. */
  modelFolders: z.array(modelFolder).default([]),
  /** GiB of memory for results that are kept; Weft's own choice where absent. */
  memoryBudget: z.number().positive().optional(),
  /** GiB of disk for results that are kept; Weft's own choice where absent. */
  diskBudget: z.number().positive().optional(),
  /** What models run on. */
  device: z.enum(['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml']).default('auto'),
  /** GiB of the graphics card's memory for models; what its driver tells where absent. */
  deviceMemory: z.number().positive().optional(),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Reads the settings; defaults where there is no file. Throws a ProblemError that names every fault of a broken one. */
export async function readSettings(path: string): Promise<Settings> {
  return checkSettings(path, await readFileOfSettings(path));
}

/**
 * Changes some settings and keeps all else that the file holds, known or not. A broken file is left as it is: then this
 * throws what `readSettings` throws.
 */
export async function changeSettings(path: string, change: Partial<Settings>): Promise<Settings> {
  const held = await readFileOfSettings(path);
  checkSettings(path, held);
  const content = { ...(held as object), ...change };
  const settings = checkSettings(path, content);
  await writeAtomically(path, `${stringifyJson(content, 2)}\n`);
  return settings;
}

async function readFileOfSettings(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw broken(path, `it cannot be read (${error instanceof Error ? error.message : error})`, error);
  }
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof ProblemError) throw broken(path, error.message.replace(/\.$/, ''), error);
    throw error;
  }
}

function checkSettings(path: string, json: unknown): Settings {
  const result = settingsSchema.safeParse(json);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  throw broken(path, faults.join('; '));
}

function broken(path: string, fault: string, cause?: unknown): ProblemError {
  return new ProblemError(
    {
      what: `The settings file ${path} is not valid: ${fault}.`,
      fix: 'Mend it in a text editor, or delete it to go back to the defaults.',
    },
    { cause },
  );
}
