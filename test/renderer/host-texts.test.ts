import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../nodes/catalog.ts';
import { describeNode, type NodeDescription } from '../../nodes/define.ts';
import { socketTypes } from '../../nodes/types.ts';
import { nodeIn } from '../../renderer/i18n/host-texts.ts';
import { labelOf } from '../../renderer/i18n/labels.ts';
import { sentenceIn } from '../../renderer/i18n/sentences.ts';
import { templateWorkflowIn } from '../../renderer/i18n/template-texts.ts';
import { rerouteType } from '../../workflows/reroute.ts';
import type { Workflow } from '../../workflows/schema.ts';
import { inputsType, outputsType } from '../../workflows/subgraph-types.ts';

const page = JSON.parse(readFileSync('renderer/i18n/zh.json', 'utf8'));
const chinese = JSON.parse(readFileSync('renderer/i18n/host-zh.json', 'utf8'));

describe('the Chinese names of what comes with Weft', () => {
  it('are there for every node, and for no other', () => {
    expect(Object.keys(chinese.nodes).toSorted()).toEqual([...catalog.keys()].toSorted());
  });

  it('are unlike each other', () => {
    const titles = [...catalog.values()].map((node) => nodeIn('zh', describeNode(node)).title);
    expect(new Set(titles).size).toBe(catalog.size);
  });
});

describe('the Chinese of inputs and outputs', () => {
  const nodes = Array.from(catalog.values(), describeNode);

  it('has every name, but for the types of values, which are the same everywhere', () => {
    const names = nodes.flatMap(({ inputs, outputs }) => [...Object.keys(inputs), ...Object.keys(outputs)]);
    const missing = names.filter((name) => !Object.hasOwn(chinese.names, name) && !socketTypes.some((type) => type === name));
    expect([...new Set(missing)]).toEqual([]);
    expect(labelOf('steps', 'zh')).toBe('步数');
    expect(labelOf('latent_image', 'en')).toBe('latent image');
  });

  it('has what is said about every input', () => {
    const tooltips = nodes.flatMap(({ inputs }) => Object.values(inputs).flatMap(({ tooltip }) => tooltip ?? []));
    expect([...new Set(tooltips)].filter((text) => !Object.hasOwn(chinese.tooltips, text))).toEqual([]);
  });

  it('has nothing that no node says any more', () => {
    const names = new Set(nodes.flatMap(({ inputs, outputs }) => [...Object.keys(inputs), ...Object.keys(outputs)]));
    const tooltips = new Set(nodes.flatMap(({ inputs }) => Object.values(inputs).map(({ tooltip }) => tooltip)));
    expect(Object.keys(chinese.names).filter((name) => !names.has(name))).toEqual([]);
    expect(Object.keys(chinese.tooltips).filter((text) => !tooltips.has(text))).toEqual([]);
  });

  it('has every category', () => {
    const parts = new Set(nodes.flatMap(({ category }) => category.split('/')));
    expect([...parts].filter((part) => !Object.hasOwn(page.categories, part))).toEqual([]);
  });

  it('has the nodes that are no declarations', () => {
    for (const type of [inputsType, outputsType, rerouteType]) expect(Object.keys(chinese.ownNodes)).toContain(type);
  });
});

describe('the Chinese of templates', () => {
  const examples = globSync('workflows/examples/*.json').filter((file) => !file.endsWith('index.json'));
  const workflows = examples.map((file): Workflow => JSON.parse(readFileSync(file, 'utf8')));
  const texts = workflows.flatMap(({ nodes, notes = [] }) => [
    ...Object.values(nodes).flatMap(({ title }) => title ?? []),
    ...notes.map(({ text }) => text),
  ]);

  it('has every name of a node and every note, and no other', () => {
    expect([...new Set(texts)].toSorted()).toEqual(Object.keys(chinese.templateTexts).toSorted());
  });

  it('leaves prompts and everything else as they are', () => {
    for (const workflow of workflows) {
      const translated = templateWorkflowIn('zh', workflow);
      const plain = ({ nodes, notes: _notes, ...rest }: Workflow) => [rest, Object.values(nodes).map(({ title: _title, ...node }) => node)];
      expect(plain(translated)).toEqual(plain(workflow));
      expect(templateWorkflowIn('en', workflow)).toBe(workflow);
    }
  });
});

describe('what could be added, in a sentence', () => {
  it('is called as it is in the list of nodes', () => {
    for (const node of catalog.values()) nodeIn('zh', describeNode(node));
    expect(sentenceIn('zh', 'Add a node that gives CLIP, such as Load Checkpoint or Load CLIP, and link to it.')).toBe(
      '请添加给出 CLIP 的节点（例如 加载检查点或加载 CLIP）并连接。',
    );
    expect(sentenceIn('zh', 'images needs IMAGE, but "VAE Decode" is bypassed and has nothing of that type to hand on.')).toContain(
      '“VAE 解码”',
    );
  });
});

describe('nodeIn', () => {
  const [first] = catalog.values();
  if (first === undefined) throw new Error('The catalog is empty.');
  const english = describeNode(first);

  it('changes what is read, and nothing else', () => {
    const { title, description, aliases, inputs, ...rest } = nodeIn('zh', english);
    const withoutTooltips = (specs: NodeDescription['inputs']) =>
      Object.entries(specs).map(([name, { tooltip: _tooltip, ...spec }]) => [name, spec]);
    expect(english).toMatchObject(rest);
    expect(withoutTooltips(inputs)).toEqual(withoutTooltips(english.inputs));
    expect([title, description]).not.toEqual([english.title, english.description]);
    expect(aliases).toContain(english.title);
  });

  it('finds back to the original, and is the same each time', () => {
    expect(nodeIn('zh', english)).toBe(nodeIn('zh', nodeIn('zh', english)));
    expect(nodeIn('en', nodeIn('zh', english))).toBe(english);
  });
});
