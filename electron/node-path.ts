import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The plain Node that worker processes run on inside Electron: the one that the packaged app ships, else that of the
 * development checkout. Never Electron itself, whose allocator ends a process that asks for 2 GiB at once (electron#44291).
 */
export function nodePath(resources: string | undefined, platform: NodeJS.Platform): string {
  const binary = platform === 'win32' ? 'node.exe' : 'node';
  const shipped = resources === undefined ? undefined : join(resources, 'node', binary);
  if (shipped !== undefined && existsSync(shipped)) return shipped;
  return fileURLToPath(new URL(`../node_modules/node/bin/${binary}`, import.meta.url));
}
