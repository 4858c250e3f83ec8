import { ProblemError } from '../../nodes/problem.ts';
import { startHeadless } from '../headless.ts';
import { exitCodes } from './exit-codes.ts';
import { openInBrowser } from './open-browser.ts';
import { problemText } from './text.ts';

export type ServeOptions = { readonly host: string; readonly port?: number; readonly data?: string; readonly open: boolean };

/** Resolves when the person wants Weft to end; a second Ctrl+C ends it at once. */
function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const interrupt = () => {
      if (asked) process.exit(exitCodes.cancelled);
      asked = true;
      resolve();
    };
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  });
}

/** `weft serve`: the editor for a browser, until Ctrl+C; returns the exit code. */
export async function serveCommand({ open, ...options }: ServeOptions): Promise<number> {
  const interrupted = untilInterrupted();
  let first = true;
  const announce = (address: string, elsewhere: readonly string[]) => {
    console.log(first ? `Weft is at ${address}` : `That address has been used. Weft is at ${address} as well.`);
    for (const other of elsewhere) console.log(`From other computers: ${other}`);
    if (first && open) openInBrowser(address);
    first = false;
  };
  try {
    const weft = await startHeadless({ ...options, announce });
    console.log('Ctrl+C ends it.');
    await interrupted;
    console.log('Weft ends ...');
    await weft.close();
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    console.error(problemText(error.problem));
    return exitCodes.failed;
  }
}
