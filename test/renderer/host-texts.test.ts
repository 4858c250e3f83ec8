import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../nodes/catalog.ts';
import { describeNode } from '../../nodes/define.ts';
import { nodeIn } from '../../renderer/i18n/host-texts.ts';

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

describe('nodeIn', () => {
  const [first] = catalog.values();
  if (first === undefined) throw new Error('The catalog is empty.');
  const english = describeNode(first);

  it('changes what is read, and nothing else', () => {
    const { title, description, aliases, ...rest } = nodeIn('zh', english);
    expect(english).toMatchObject(rest);
    expect([title, description]).not.toEqual([english.title, english.description]);
    expect(aliases).toContain(english.title);
  });

  it('finds back to the original, and is the same each time', () => {
    expect(nodeIn('zh', english)).toBe(nodeIn('zh', nodeIn('zh', english)));
    expect(nodeIn('en', nodeIn('zh', english))).toBe(english);
  });
});
