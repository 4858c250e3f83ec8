import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { release } from 'node:os';
import { dirname, join } from 'node:path';

/** Files and folders that change when a driver, a graphics card or a library of ONNX Runtime comes, goes or is replaced. */
const placesOf: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/dev/dri', '/sys/class/drm', '/proc/driver/nvidia/version', '/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'],
  win32: ['C:\\Windows\\System32\\DriverStore\\FileRepository'],
};

/** Variables by which a person chooses drivers. */
const variables = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES'];

/** The folder of ONNX Runtime's libraries for this machine. */
export const runtimeFolder = join(
  dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
  'bin/napi-v6',
  process.platform,
  process.arch,
);

/** What the outcome of the self-tests depends on, as text to compare: cheap to collect at every start. */
export async function driverFacts(): Promise<string> {
  const places = [...(placesOf[process.platform] ?? []), runtimeFolder];
  const contents = await Promise.all(places.map(contentOf));
  const chosen = variables.map((name) => process.env[name] ?? '');
  return [process.platform, process.arch, release(), ...chosen, ...contents].join('|');
}

/** The text of a small file, the names in a folder (a large one: when it changed), or nothing. */
async function contentOf(path: string): Promise<string> {
  try {
    const { mtimeMs, ...kind } = await stat(path);
    if (kind.isFile()) return (await readFile(path, 'utf8')).slice(0, 200);
    return process.platform === 'win32' ? String(mtimeMs) : (await readdir(path)).join();
  } catch {
    return '';
  }
}
