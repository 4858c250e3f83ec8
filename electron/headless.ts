import { createHost } from './host.ts';
import { readSecret } from './server/secret.ts';
import { type Server, startServer } from './server/server.ts';

/** The port where it is free: the same every day, so that a page finds back to a host that was started again. */
const usualPort = 8420;

export type HeadlessOptions = {
  readonly host: string;
  /** 0 takes any free one; where absent the usual one, or any if another Weft has that. */
  readonly port?: number;
  readonly data?: string;
  /** Told each address that opens the page, with those for other computers. */
  readonly announce: (address: string, elsewhere: readonly string[]) => void;
};

/** Composition root without Electron: the services behind a local web server. Throws a ProblemError where it can't start. */
export async function startHeadless({ host, port, data, announce }: HeadlessOptions): Promise<Server> {
  const weft = await createHost(data === undefined ? {} : { data });
  try {
    const server = await startServer({
      host,
      ...(port === undefined ? { port: usualPort, otherPort: 0 } : { port }),
      secret: await readSecret(weft.services.paths.root),
      folders: weft.folders,
      dispatch: weft.dispatch,
      events: weft.events,
      windows: weft.windows,
      announce,
    });
    return {
      port: server.port,
      async close() {
        await Promise.all([server.close(), weft.close()]);
      },
    };
  } catch (error) {
    await weft.close();
    throw error;
  }
}
