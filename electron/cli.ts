import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { OpenOptions } from './cli/open.ts';
import type { ServeOptions } from './cli/serve.ts';
import { weftVersion } from './version.ts';

const dataOption = () => new Option('--data <folder>', 'where models, pictures and the cache are kept').env('WEFT_DATA');

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

function portOf(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

/** Commands load what they need when they run, so that --help answers at once. */
function createProgram(): Command {
  const program = new Command('weft')
    .description('Weft runs diffusion workflows: graphs of nodes that make pictures on your own machine.')
    .version(weftVersion, '-v, --version')
    .helpOption('-h, --help', 'tell how to use a command')
    .helpCommand(false)
    .showHelpAfterError('(weft --help tells how)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .addHelpText(
      'after',
      `
Examples:
  npm start                         opens the editor
  npm start -- serve --host 0.0.0.0 serves the editor to the other machines of the house
  npm start -- run workflows/examples/text-to-image.json
  npm start -- run workflows/examples/text-to-image.json --set positive.text="a forest at sunrise" --set sampler.seed=42
  npm start -- run picture.png      makes a picture again, from the workflow inside it
  npm start -- nodes KSampler       tells all about one node`,
    );

  program
    .command('open')
    .description('open the editor (as no command does): in a window of its own, or in a browser')
    .option('--no-open', 'leave the browser closed')
    .addOption(dataOption())
    .action(async (options: OpenOptions) => {
      const { openCommand } = await import('./cli/open.ts');
      process.exitCode = await openCommand(options);
    });

  program
    .command('serve')
    .description('show the editor in a browser, here or on another machine')
    .option('--host <host>', 'the name or address to listen on; 0.0.0.0 for all of this machine', '127.0.0.1')
    .option('--port <port>', 'the port to listen on; 0 for any', portOf)
    .option('--no-open', 'leave the browser closed')
    .addOption(dataOption())
    .action(async (options: ServeOptions) => {
      const { serveCommand } = await import('./cli/serve.ts');
      process.exitCode = await serveCommand(options);
    });

  program
    .command('run')
    .description('run a workflow and save its pictures')
    .argument('<file>', 'a workflow (.json), or a picture made by Weft (.png)')
    .option('--set <node.input=value>', 'change a field first; NODE is an id, a title or a type (repeatable)', collect, [])
    .option('--out <folder>', 'where pictures go (otherwise: output/ in the data folder)')
    .option('--json', 'print the result as one JSON object', false)
    .addOption(dataOption())
    .addHelpText('after', '\nExit codes: 0 done, 1 failed while running, 2 invalid workflow, 130 cancelled.')
    .action(async (file: string, options: { set: readonly string[]; out?: string; json: boolean; data?: string }) => {
      const { runCommand } = await import('./cli/run.ts');
      process.exitCode = await runCommand(file, options);
    });

  program
    .command('nodes')
    .description('list the nodes that workflows are made of, or tell about one')
    .argument('[type]', 'the type of a node, such as KSampler')
    .option('--json', 'print the declarations as JSON', false)
    .action(async (type: string | undefined, { json }: { json: boolean }) => {
      const { nodesCommand } = await import('./cli/lists.ts');
      process.exitCode = nodesCommand(type, json);
    });

  program
    .command('models')
    .description('list the model files that workflows can name')
    .option('--json', 'print the list as JSON', false)
    .addOption(dataOption())
    .action(async (options: { json: boolean; data?: string }) => {
      const { modelsCommand } = await import('./cli/lists.ts');
      process.exitCode = await modelsCommand(options);
    });

  program
    .command('devices')
    .description('list what models can run on here, and why not on what else')
    .option('--again', 'try them again, instead of telling what is known', false)
    .option('--json', 'print the list as JSON', false)
    .addOption(dataOption())
    .action(async (options: { again: boolean; json: boolean; data?: string }) => {
      const { devicesCommand } = await import('./cli/lists.ts');
      process.exitCode = await devicesCommand(options);
    });

  return program;
}

/** The arguments as given; those without a command are for `open`. */
function withCommand([first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return ['open'];
  const isForOpen = first.startsWith('-') && !['-h', '--help', '-v', '--version'].includes(first);
  return [...(isForOpen ? ['open'] : []), first, ...rest];
}

// The modules of a command are read and compiled once; the next start takes half the time.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/weft-code', import.meta.url)));
await createProgram().parseAsync(withCommand(process.argv.slice(2)), { from: 'user' });
