import type { InputSpec, NodeDescription } from './define.ts';

/** The type of an input as people know it: `MODEL`, `INT`, a choice, a file of a folder. */
export function inputType(spec: InputSpec): string {
  switch (spec.kind) {
    case 'socket':
      return spec.optional ? `${spec.type}, optional` : spec.type;
    case 'int':
    case 'seed':
      return 'INT';
    case 'float':
      return 'FLOAT';
    case 'text':
      return 'STRING';
    case 'boolean':
      return 'BOOLEAN';
    case 'combo':
      return 'choice';
    case 'file':
      return `file in ${spec.folder === 'input' ? 'input' : `models/${spec.folder}`}`;
  }
}

/** The values that an input takes: a range, the choices; empty for those without limits. */
export function inputDomain(spec: InputSpec): string {
  switch (spec.kind) {
    case 'int':
    case 'float':
      return `${spec.min} to ${spec.max}`;
    case 'seed':
      return '0 to 2^64 - 1';
    case 'combo':
      return spec.options.join(', ');
    default:
      return '';
  }
}

/** The default of a field as text; undefined for sockets and files, which have none. */
export function inputDefault(spec: InputSpec): string | undefined {
  switch (spec.kind) {
    case 'socket':
    case 'file':
      return undefined;
    case 'text':
      return spec.default === '' ? undefined : JSON.stringify(spec.default);
    default:
      return String(spec.default);
  }
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function inputsTable(node: NodeDescription): string[] {
  const inputs = Object.entries(node.inputs);
  if (inputs.length === 0) return [];
  const rows = inputs.map(([name, spec]) => {
    const cells = [`\`${name}\``, inputType(spec), inputDefault(spec) ?? '', inputDomain(spec), spec.tooltip ?? ''];
    return `| ${cells.map(escapeCell).join(' | ')} |`;
  });
  return ['| input | type | default | values | |', '|---|---|---|---|---|', ...rows, ''];
}

function outputsLine(node: NodeDescription): string[] {
  const outputs = Object.entries(node.outputs).map(([name, { type, list }]) => {
    const kind = list ? `list of ${type}` : type;
    return name === type ? `\`${name}\`${list ? ' (a list)' : ''}` : `\`${name}\` (${kind})`;
  });
  return outputs.length === 0 ? [] : [`Outputs: ${outputs.join(', ')}`, ''];
}

function nodeSection(node: NodeDescription): string {
  return [`### ${node.title}`, '', `\`${node.type}\`: ${node.description}`, '', ...inputsTable(node), ...outputsLine(node)].join('\n');
}

/** The categories of a catalog, sorted, each with its nodes sorted by title. */
export function byCategory(nodes: Iterable<NodeDescription>): ReadonlyMap<string, readonly NodeDescription[]> {
  const sorted = [...nodes].sort((a, b) => a.category.localeCompare(b.category, 'en') || a.title.localeCompare(b.title, 'en'));
  return Map.groupBy(sorted, (node) => node.category);
}

/** The reference of all nodes as Markdown: `docs/nodes.md`. */
export function nodesMarkdown(nodes: Iterable<NodeDescription>): string {
  const categories = [...byCategory(nodes)];
  const contents = categories.map(([category, members]) => `- ${category}: ${members.map((node) => node.title).join(', ')}`);
  const sections = categories.map(([category, members]) => `## ${category}\n\n${members.map(nodeSection).join('\n')}`);
  return [
    '# Nodes',
    '',
    'Written by `npm run docs` from the declarations in `nodes/`; do not edit.',
    '',
    'Any field can be filled in or linked. Image sizes are in pixels; latents are an eighth of them.',
    '',
    ...contents,
    '',
    ...sections,
  ].join('\n');
}
