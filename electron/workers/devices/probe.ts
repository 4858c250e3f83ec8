import { providers } from './report.ts';
import { tryProvider } from './try-provider.ts';

// A process of its own for one provider: a driver that crashes or hangs takes nothing else along. Ends when it has told its report.

const provider = providers.find((name) => name === process.argv[2]);
if (provider === undefined) throw new Error(`no provider is called ${process.argv[2]}`);
process.on('disconnect', () => process.exit(0));
process.send?.(await tryProvider(provider), undefined, undefined, () => process.exit(0));
