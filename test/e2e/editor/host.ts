import { startCli } from '../cli.ts';
import { buildPage } from '../page.ts';

/** A running `weft serve`. */
export type HostProcess = {
  readonly pid: number;
  /** Opens the page, once. */
  readonly address: string;
  /** As Ctrl+C does; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** As a power cut does. */
  kill(): Promise<void>;
};

/** Starts the real host on a data folder, on any free port unless one is given. */
export async function startHost(dataFolder: string, port = 0): Promise<HostProcess> {
  buildPage();
  const { process: child, ended } = startCli(['serve', '--no-open', '--data', dataFolder, '--port', String(port)]);
  const address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (text: string) => {
      printed += text;
      const found = /http:\S+/.exec(printed);
      if (found !== null) resolve(found[0]);
    });
    ended.then(({ code, stderr }) => reject(new Error(`The host ended with code ${code}: ${stderr}`)), reject);
  });
  const signal = (name: NodeJS.Signals) => {
    // The whole group: a power cut leaves no worker behind.
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
      process.kill(name === 'SIGKILL' ? -child.pid : child.pid, name);
  };
  return {
    pid: child.pid ?? 0,
    address,
    async stop() {
      signal('SIGINT');
      const patience = setTimeout(() => signal('SIGKILL'), 10_000);
      const { code } = await ended;
      clearTimeout(patience);
      return code;
    },
    async kill() {
      signal('SIGKILL');
      await ended;
    },
  };
}
