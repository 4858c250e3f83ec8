import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { constrainedMemory } from 'node:process';
import { promisify } from 'node:util';

/** The memory that this process may use: the machine's, or what a container leaves of it. */
export function usableMemory(): number {
  const limit = constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

export type GraphicsCard = { readonly name?: string; readonly memoryBytes: number };

/** The graphics card with the most memory; undefined where the system does not tell. */
export async function graphicsCard(): Promise<GraphicsCard | undefined> {
  // Apple's processors share theirs, and let graphics have three quarters of it.
  if (process.platform === 'darwin') return { memoryBytes: totalmem() * 0.75 };
  const found = [...(await nvidiaCards()), ...(process.platform === 'linux' ? await amdCards() : [])];
  return found.sort((a, b) => b.memoryBytes - a.memoryBytes).at(0);
}

async function nvidiaCards(): Promise<readonly GraphicsCard[]> {
  try {
    const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'];
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 5000 });
    return stdout.split('\n').flatMap((line) => {
      const [name, mebibytes] = line.split(', ');
      return Number(mebibytes) > 0 ? [{ name, memoryBytes: Number(mebibytes) * 2 ** 20 }] : [];
    });
  } catch {
    return [];
  }
}

async function amdCards(): Promise<readonly GraphicsCard[]> {
  const folder = '/sys/class/drm';
  const cards = await readdir(folder).catch(() => []);
  const sizes = cards.map((card) => readFile(join(folder, card, 'device/mem_info_vram_total'), 'utf8').then(Number, () => 0));
  return (await Promise.all(sizes)).filter((size) => size > 0).map((memoryBytes) => ({ memoryBytes }));
}
