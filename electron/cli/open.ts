import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findDesktop, thisMachine } from './desktop.ts';
import { exitCodes } from './exit-codes.ts';
import { serveCommand } from './serve.ts';

export type OpenOptions = { readonly data?: string; readonly open: boolean };

/** Runs the desktop app until it ends; returns its exit code. */
function runDesktop(binary: string, data: string | undefined): Promise<number> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const env = data === undefined ? process.env : { ...process.env, WEFT_DATA: data };
  const app = spawn(binary, [main], { stdio: 'inherit', env });
  // Ctrl+C reaches Electron too, which ends in good order; this process waits for it.
  process.on('SIGINT', () => {}).on('SIGTERM', () => app.kill());
  return new Promise((resolve, reject) => {
    app.on('error', reject);
    app.on('exit', (code) => resolve(code ?? exitCodes.cancelled));
  });
}

/** `weft` alone: the editor in a window of its own, or in a browser where it can't have one; returns the exit code. */
export async function openCommand({ data, open }: OpenOptions): Promise<number> {
  const desktop = findDesktop(thisMachine());
  if ('binary' in desktop) return runDesktop(desktop.binary, data);
  console.log(`${desktop.why} Weft opens in a browser instead.`);
  return serveCommand({ host: '127.0.0.1', open, ...(data === undefined ? {} : { data }) });
}
