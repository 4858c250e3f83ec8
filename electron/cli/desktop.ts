import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { hasDisplay } from './open-browser.ts';

/** Electron's binary, or why the editor can't have a window of its own, as a sentence. */
export type Desktop = { readonly binary: string } | { readonly why: string };

export type Machine = {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the npm package `electron`; undefined if it is not installed. */
  readonly electronPackage: string | undefined;
  readonly isRoot: boolean;
};

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return { platform: process.platform, env: process.env, electronPackage: findPackage(), isRoot: process.getuid?.() === 0 };
}

function findPackage(): string | undefined {
  try {
    // Not the package itself: that would download the binary.
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

/** The binary that the package has downloaded, where it has. */
function binaryOf(folder: string, chosen: string | undefined): string | undefined {
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const binary = join(chosen || join(folder, 'dist'), name);
  return existsSync(binary) ? binary : undefined;
}

/** Whether the editor can open in Electron on a machine. */
export function findDesktop({ platform, env, electronPackage, isRoot }: Machine): Desktop {
  const binary = electronPackage === undefined ? undefined : binaryOf(electronPackage, env.ELECTRON_OVERRIDE_DIST_PATH);
  if (binary === undefined) return { why: "Electron's program is not installed (npx install-electron gets it)." };
  if (!hasDisplay({ platform, env })) return { why: 'There is no display for a window.' };
  if (platform === 'linux' && isRoot) return { why: 'Electron does not start as root.' };
  return { binary };
}
