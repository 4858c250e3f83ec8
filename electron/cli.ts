import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { Command, Option } from 'commander';

// Compiled code is kept in the system's temporary folder: half of a short command's time is compiling.
enableCompileCache();

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const dataOption = () => new Option('--data <folder>', 'where models, pictures and the cache are kept').env('WEFT_DATA');

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Commands load what they need when they run, so that --help answers at once. */
function createProgram(): Command {
  const program = new Command('weft')
    .description('Weft runs diffusion workflows: graphs of nodes that make pictures on your own machine.')
    .version(version, '-v, --version')
    .helpOption('-h, --help', 'tell how to use a command')
    .helpCommand(false)
    .showHelpAfterError('(weft --help tells how)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .addHelpText(
      'after',
      `
Examples:
  npm start -- run workflows/examples/text-to-image.json
  npm start -- run workflows/examples/text-to-image.json --set positive.text="a forest at sunrise" --set sampler.seed=42
  npm start -- run picture.png      makes a picture again, from the workflow inside it
  npm start -- nodes KSampler       tells all about one node`,
    );

  program
    .command('run')
    .description('run a workflow and save its pictures')
    .argument('<file>', 'a workflow (.json), or a picture made by Weft (.png)')
    .option('--set <node.input=value>', 'change a field first; NODE is an id, a title or a type (repeatable)', collect)
    .option('--out <folder>', 'where pictures go (otherwise: output/ in the data folder)')
    .option('--json', 'print the result as one JSON object')
    .addOption(dataOption())
    .addHelpText('after', '\nExit codes: 0 done, 1 failed while running, 2 invalid workflow, 130 cancelled.')
    .action(async (file: string, options: { set?: readonly string[]; out?: string; json?: true; data?: string }) => {
      const { runCommand } = await import('./cli/run.ts');
      process.exitCode = await runCommand(file, { ...options, set: options.set ?? [], json: options.json ?? false });
    });

  program
    .command('nodes')
    .description('list the nodes that workflows are made of, or tell about one')
    .argument('[type]', 'the type of a node, such as KSampler')
    .option('--json', 'print the declarations as JSON')
    .action(async (type: string | undefined, { json = false }: { json?: boolean }) => {
      const { nodesCommand } = await import('./cli/lists.ts');
      process.exitCode = nodesCommand(type, json);
    });

  program
    .command('models')
    .description('list the model files that workflows can name')
    .option('--json', 'print the list as JSON')
    .addOption(dataOption())
    .action(async ({ json = false, data }: { json?: boolean; data?: string }) => {
      const { modelsCommand } = await import('./cli/lists.ts');
      process.exitCode = await modelsCommand({ json, data });
    });

  return program;
}

const program = createProgram();
if (process.argv.length <= 2) program.outputHelp();
else await program.parseAsync();
