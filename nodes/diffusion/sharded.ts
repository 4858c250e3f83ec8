import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { openSafetensors } from './safetensors.ts';
import { damaged, type TensorFile } from './tensor-file.ts';

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });
const mostIndexBytes = 32 * 1024 * 1024;
const mostShards = 1000;

/** Whether a path is that of the list of a model that was cut into several files. */
export function isShardIndex(path: string): boolean {
  return path.toLowerCase().endsWith('.safetensors.index.json');
}

/**
 * Opens a model that was cut into several safetensors files, by its list `*.safetensors.index.json`: which tensor lies in which file
 * beside it. Throws a ProblemError where the list or one of the files is missing or damaged.
 */
export async function openSharded(path: string): Promise<TensorFile> {
  const name = basename(path);
  const parsed = indexSchema.safeParse(parseJson(await readText(path, name), name));
  if (!parsed.success) throw damaged(name, 'it does not list which tensor lies in which file');
  const shards = [...new Set(Object.values(parsed.data.weight_map))];
  if (shards.length > mostShards || shards.some((shard) => shard !== basename(shard) || shard.includes('\\') || shard.startsWith('.'))) {
    throw damaged(name, 'it names files outside of its folder');
  }
  const files = await Promise.all(shards.map((shard) => openSafetensors(join(dirname(path), shard))));
  return { path, metadata: new Map(), tensors: new Map(files.flatMap((file) => [...file.tensors])) };
}

async function readText(path: string, name: string): Promise<string> {
  const file = await open(path);
  try {
    if ((await file.stat()).size > mostIndexBytes) throw damaged(name, 'it is too long for a list of tensors');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw damaged(name, 'it is not JSON');
    throw cause;
  }
}
