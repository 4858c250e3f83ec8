import { spawn } from 'node:child_process';

type Surroundings = { readonly platform: NodeJS.Platform; readonly env: Readonly<Record<string, string | undefined>> };

/** Whether there is a screen to show a window on. */
export function hasDisplay({ platform, env }: Surroundings): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** The command that opens an address in the person's browser; undefined where nobody would see it. */
export function browserCommand(address: string, { platform, env }: Surroundings): readonly [string, ...string[]] | undefined {
  if (env.CI || !hasDisplay({ platform, env })) return undefined;
  switch (platform) {
    case 'win32':
      // Not `start`, a built-in of cmd.exe, to which an "&" in the address is the next command.
      return ['rundll32', 'url.dll,FileProtocolHandler', address];
    case 'darwin':
      return ['open', address];
    default:
      return ['xdg-open', address];
  }
}

/** Opens an address in the browser if there is one; the person has it printed in any case. */
export function openInBrowser(address: string): void {
  const command = browserCommand(address, { platform: process.platform, env: process.env });
  if (command === undefined) return;
  const [program, ...args] = command;
  spawn(program, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
