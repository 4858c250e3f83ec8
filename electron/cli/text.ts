import { styleText } from 'node:util';
import type { NodeDescription } from '../../nodes/define.ts';
import { byCategory, inputDefault, inputDomain, inputType } from '../../nodes/docs.ts';
import type { Problem } from '../../nodes/problem.ts';
import type { DeviceRow } from '../devices.ts';
import type { ModelEntry } from '../library/models.ts';
import { millisecondsText } from '../workers/devices/ladder.ts';

/** A problem as a line or two: where, what, and what to do. `titles` gives a node's title by its id. */
export function problemText(problem: Problem, titles: ReadonlyMap<string, string> = new Map()): string {
  const title = problem.node === undefined ? undefined : titles.get(problem.node);
  const node = problem.node === undefined ? undefined : title === undefined ? `node ${problem.node}` : `${title} (node ${problem.node})`;
  const place = [node, problem.input].filter((part) => part !== undefined).join(', ');
  const sentence = place === '' ? problem.what : `${place}: ${problem.what}`;
  return problem.fix === undefined ? sentence : `${sentence}\n  ${problem.fix}`;
}

/** The catalog as a list by category. */
export function catalogText(nodes: Iterable<NodeDescription>): string {
  const categories = [...byCategory(nodes)].map(([category, members]) => {
    const width = Math.max(...members.map((node) => node.type.length));
    const lines = members.map((node) => `  ${node.type.padEnd(width)}  ${styleText('dim', node.title)}`);
    return [styleText('bold', category), ...lines].join('\n');
  });
  return [...categories, '`weft nodes TYPE` tells all about one node.'].join('\n\n');
}

/** One node with its inputs and outputs. */
export function nodeText(node: NodeDescription): string {
  const inputs = Object.entries(node.inputs).flatMap(([name, spec]) => {
    const value = inputDefault(spec);
    const facts = [inputType(spec), value === undefined ? '' : `default ${value}`, inputDomain(spec)].filter((fact) => fact !== '');
    const tooltip = spec.tooltip === undefined ? [] : [`      ${styleText('dim', spec.tooltip)}`];
    return [`  ${name}: ${facts.join('; ')}`, ...tooltip];
  });
  const outputs = Object.entries(node.outputs).map(([name, { type, list }]) => `  ${name}: ${list ? `list of ${type}` : type}`);
  const section = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', styleText('bold', title), ...lines]);
  return [
    `${styleText('bold', node.title)} (${node.type}, in ${node.category})`,
    node.description,
    ...section('Inputs', inputs),
    ...section('Outputs', outputs),
  ].join('\n');
}

/** Bytes as people read them: `21.0 MB`. */
function sizeText(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)), units.length - 1);
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

/** The model files by folder; `root` is where a person would put new ones. */
export function modelsText(models: readonly ModelEntry[], root: string): string {
  const width = Math.max(0, ...models.map((model) => model.name.length));
  const sections = [...Map.groupBy(models, (model) => model.folder)].map(([folder, members]) => {
    const lines = members.map(({ name, bytes, what }) =>
      `  ${name.padEnd(width)}  ${sizeText(bytes).padStart(9)}  ${what ?? ''}`.trimEnd(),
    );
    return [styleText('bold', folder), ...lines].join('\n');
  });
  return [...sections, `Put more into the folders of ${root}, or name your own folders in settings.json beside it.`].join('\n\n');
}

const stateTexts: Readonly<Record<DeviceRow['state'], string>> = { used: 'used', spare: 'works', out: 'not used' };

/** What models can run on, a device a paragraph; `settings` is the file in which a person chooses. */
export function devicesText(devices: readonly DeviceRow[], choice: string, settings: string): string {
  const rows = devices.map((device) => {
    const { provider, state, name, memoryBytes, precision, attention, milliseconds, notes } = device;
    const facts = [
      name,
      memoryBytes === undefined ? undefined : sizeText(memoryBytes),
      precision,
      attention === undefined ? undefined : `${attention} attention`,
      milliseconds === undefined ? undefined : `${millisecondsText(milliseconds)} for a test convolution`,
    ];
    const head = `${styleText('bold', provider.padEnd(8))}${stateTexts[state].padEnd(10)}${facts.filter(Boolean).join(', ')}`;
    return [head.trimEnd(), ...notes.map((note) => `        ${note}`)].join('\n');
  });
  return [
    ...rows,
    `The setting "device" is "${choice}". It may name a device, or be "auto" for the fastest that works: see ${settings}.`,
  ].join('\n\n');
}
