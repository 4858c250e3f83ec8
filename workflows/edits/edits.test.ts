import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layeredWorkflow } from '../arbitrary.fixture.ts';
import { sampleCatalog, workflowOf } from '../catalog.fixture.ts';
import { resolve } from '../resolve.ts';
import type { Workflow } from '../schema.ts';
import { catalogOf } from '../subgraph-catalog.ts';
import { createConnectionCheck, whyNotConnect } from './connection.ts';
import { copyFragment, duplicate, fragmentText, parseFragment, paste } from './fragment.ts';
import {
  addGroup,
  addNote,
  colorFrames,
  groupMembers,
  removeFrames,
  renameGroup,
  resizeFrame,
  resizeGroups,
  withFrameIds,
  writeNote,
} from './frames.ts';
import { expectSound, meaningOf } from './invariants.fixture.ts';
import {
  addIntoLink,
  addReroute,
  connect,
  disconnect,
  disconnectNodes,
  fitsIntoLink,
  inputFor,
  insertIntoLink,
  moveLinks,
} from './links.ts';
import { addNode, clearInput, removeNodes, setCollapsed, setColor, setField, setMode, setSeedMode, setSize, setTitle } from './nodes.ts';
import { aligned, type Box, distributed, moveBy, place } from './place.ts';
import { replaceType } from './replace.ts';
import { unpack } from './unpack.ts';
import { wrap } from './wrap.ts';

const description = (type: string) => {
  const found = sampleCatalog.get(type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
};
const link = (node: string, output: string) => ({ link: [node, output] as [string, string] });
const origin = { x: 0, y: 0 };

const picture = workflowOf({
  load: { type: 'Loader', inputs: { ckpt_name: 'a.safetensors' }, position: { x: 0, y: 0 } },
  empty: { type: 'Empty', inputs: {}, position: { x: 0, y: 200 } },
  sample: {
    type: 'Sampler',
    inputs: { model: link('load', 'MODEL'), latent_image: link('empty', 'LATENT'), seed: 7 },
    fields: { seed: { after: 'random' } },
    position: { x: 300, y: 0 },
  },
  decode: { type: 'Decode', inputs: { samples: link('sample', 'LATENT'), vae: link('load', 'VAE') }, position: { x: 600, y: 0 } },
  save: { type: 'Save', inputs: { images: link('decode', 'IMAGE') }, position: { x: 900, y: 0 } },
});

type Edit = (workflow: Workflow, pick: (of: readonly string[]) => string, ids: ReadonlySet<string>) => Workflow;

/** Every edit, each on whatever nodes the numbers pick. */
const edits: readonly Edit[] = [
  (workflow, pick) => addNode(workflow, description(pick([...sampleCatalog.keys()])), origin).workflow,
  (workflow, _pick, ids) => removeNodes(workflow, ids),
  (workflow, _pick, ids) => removeNodes(workflow, ids, catalogOf(workflow, sampleCatalog)),
  (workflow, pick) => {
    const catalog = catalogOf(workflow, sampleCatalog);
    const [from, to] = [pick(Object.keys(workflow.nodes)), pick(Object.keys(workflow.nodes))];
    const output = pick(Object.keys(catalog.get(workflow.nodes[from]?.type ?? '')?.outputs ?? {}));
    const input = inputFor(workflow, catalog, { node: from, output }, to);
    return input === undefined ? workflow : connect(workflow, catalog, { from: { node: from, output }, to: { node: to, input } });
  },
  (workflow, pick) => {
    const node = pick(Object.keys(workflow.nodes));
    return disconnect(workflow, { node, input: pick(Object.keys(workflow.nodes[node]?.inputs ?? {})) });
  },
  (workflow, _pick, ids) => duplicate(workflow, ids, { offset: { x: 20, y: 20 }, links: 'outside' }).workflow,
  (workflow, _pick, ids) => duplicate(workflow, ids, { offset: { x: 20, y: 20 }, links: 'inside' }).workflow,
  (workflow, _pick, ids) => setMode(workflow, ids, 'bypassed'),
  (workflow, _pick, ids) => moveBy(workflow, ids, 10, 0),
  (workflow, pick) =>
    replaceType(
      workflow,
      catalogOf(workflow, sampleCatalog),
      pick(Object.keys(workflow.nodes)),
      description(pick([...sampleCatalog.keys()])),
    ),
  (workflow, pick) => {
    const node = pick(Object.keys(workflow.nodes));
    const input = pick(Object.keys(workflow.nodes[node]?.inputs ?? {}));
    const value = workflow.nodes[node]?.inputs[input];
    const at = typeof value === 'object' ? { from: { node: value.link[0], output: value.link[1] }, to: { node, input } } : undefined;
    return addReroute(workflow, origin, at).workflow;
  },
  (workflow, _pick, ids) => wrap(workflow, catalogOf(workflow, sampleCatalog), ids, 'Part')?.workflow ?? workflow,
  (workflow, pick) => unpack(workflow, pick(Object.keys(workflow.nodes)))?.workflow ?? workflow,
  (workflow) => addGroup(workflow, 'Group', new Map(), { x: 0, y: 0, width: 100, height: 100 }).workflow,
  (workflow) => addNote(workflow, 'Note', origin).workflow,
];

const step = fc.record({
  edit: fc.constantFrom(...edits),
  picks: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
  chosen: fc.array(fc.nat(), { maxLength: 5 }),
});

function apply(workflow: Workflow, { edit, picks, chosen }: { edit: Edit; picks: number[]; chosen: number[] }): Workflow {
  const names = Object.keys(workflow.nodes);
  let next = 0;
  const pick = (of: readonly string[]) => of[picks[next++ % picks.length] % Math.max(of.length, 1)] ?? '';
  return edit(workflow, pick, new Set(names.length === 0 ? [] : chosen.map((number) => names[number % names.length])));
}

describe('any edits one after the other', () => {
  it('keep the form, leave no link to nowhere and none in a circle, and change nothing in place', () => {
    fc.assert(
      fc.property(layeredWorkflow, fc.array(step, { maxLength: 12 }), (start, steps) => {
        let workflow = start;
        for (const one of steps) {
          const before = structuredClone(workflow);
          const after = apply(workflow, one);
          expect(workflow).toEqual(before);
          expectSound(after);
          workflow = after;
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('connect', () => {
  it('replaces what was there', () => {
    const { workflow, id } = addNode(picture, description('Empty'), origin);
    const connected = connect(workflow, sampleCatalog, {
      from: { node: id, output: 'LATENT' },
      to: { node: 'sample', input: 'latent_image' },
    });
    expect(connected.nodes.sample.inputs.latent_image).toEqual(link(id, 'LATENT'));
  });

  it.each([
    ['LATENT', 'vae', { kind: 'type', brings: 'LATENT', takes: 'VAE' }],
    ['nothing', 'vae', { kind: 'missing' }],
    ['LATENT', 'nothing', { kind: 'missing' }],
  ])('refuses %s for %s, and says why', (output, input, refusal) => {
    const connection = { from: { node: 'empty', output }, to: { node: 'decode', input } };
    expect(whyNotConnect(picture, sampleCatalog, connection)).toEqual(refusal);
    expect(connect(picture, sampleCatalog, connection)).toBe(picture);
  });

  it('refuses a circle, a node to itself too', () => {
    const check = createConnectionCheck(picture, sampleCatalog);
    const sampled = { node: 'sample', output: 'LATENT' };
    expect(check({ from: sampled, to: { node: 'sample', input: 'latent_image' } })).toEqual({ kind: 'circle' });
    expect(check({ from: sampled, to: { node: 'decode', input: 'samples' } })).toBeUndefined();
  });

  it('checks what a reroute hands on', () => {
    const at = { from: { node: 'sample', output: 'LATENT' }, to: { node: 'decode', input: 'samples' } };
    const { workflow, id } = addReroute(picture, origin, at);
    const into = { node: id, input: 'value' };
    expect(whyNotConnect(workflow, sampleCatalog, { from: { node: 'load', output: 'VAE' }, to: into })).toEqual({
      kind: 'type',
      brings: 'VAE',
      takes: 'LATENT',
    });
    expect(whyNotConnect(workflow, sampleCatalog, { from: { node: 'empty', output: 'LATENT' }, to: into })).toBeUndefined();
  });
});

describe('links', () => {
  it('move from one output to another as far as they fit', () => {
    const { workflow, id } = addNode(picture, description('Empty'), origin);
    const moved = moveLinks(workflow, sampleCatalog, { node: 'empty', output: 'LATENT' }, { node: id, output: 'LATENT' });
    expect(moved.nodes.sample.inputs.latent_image).toEqual(link(id, 'LATENT'));
    expect(moveLinks(picture, sampleCatalog, { node: 'load', output: 'VAE' }, { node: 'load', output: 'CLIP' })).toBe(picture);
  });

  it('take in a node that fits, and leave one alone that does not', () => {
    const at = { from: { node: 'empty', output: 'LATENT' }, to: { node: 'sample', input: 'latent_image' } };
    expect(fitsIntoLink(picture, sampleCatalog, at, description('Sampler'))).toBe(true);
    expect(fitsIntoLink(picture, sampleCatalog, at, description('Save'))).toBe(false);
    const { workflow, id } = addIntoLink(picture, sampleCatalog, at, description('Sampler'), origin);
    expect(workflow.nodes[id].inputs.latent_image).toEqual(link('empty', 'LATENT'));
    expect(workflow.nodes.sample.inputs.latent_image).toEqual(link(id, 'LATENT'));
    const other = addNode(picture, description('Save'), origin);
    expect(insertIntoLink(other.workflow, sampleCatalog, at, other.id)).toBe(other.workflow);
  });

  it('leave a cut-off node alone', () => {
    const cut = disconnectNodes(picture, new Set(['sample']));
    expect(cut.nodes.sample.inputs).toEqual({ seed: 7 });
    expect(cut.nodes.decode.inputs).toEqual({ vae: link('load', 'VAE') });
  });

  it('through reroutes compute the same', () => {
    const at = { from: { node: 'sample', output: 'LATENT' }, to: { node: 'decode', input: 'samples' } };
    const { workflow } = addReroute(picture, origin, at);
    expect(meaningOf(resolve(workflow, sampleCatalog))).toEqual(meaningOf(resolve(picture, sampleCatalog)));
  });
});

describe('nodes', () => {
  it('come with a seed that is drawn anew for each run', () => {
    const { workflow, id } = addNode(workflowOf({}), description('Sampler'), origin);
    expect(workflow.nodes[id]).toEqual({ type: 'Sampler', position: origin, inputs: {}, fields: { seed: { after: 'random' } } });
  });

  it('go, and their links go on around them if asked', () => {
    expect(removeNodes(picture, ['sample']).nodes.decode.inputs).toEqual({ vae: link('load', 'VAE') });
    expect(removeNodes(picture, ['sample'], sampleCatalog).nodes.decode.inputs.samples).toEqual(link('empty', 'LATENT'));
  });

  it('take values, titles, modes, colours, sizes; the same again changes nothing', () => {
    const all = (workflow: Workflow): Workflow =>
      [
        (one: Workflow) => setField(one, 'sample', 'seed', 2n ** 60n),
        (one: Workflow) => setSeedMode(one, 'sample', 'seed', 'increment'),
        (one: Workflow) => setTitle(one, 'sample', 'Mine'),
        (one: Workflow) => setMode(one, ['sample'], 'muted'),
        (one: Workflow) => setColor(one, ['sample'], '#fff'),
        (one: Workflow) => setCollapsed(one, ['sample'], true),
        (one: Workflow) => setSize(one, 'sample', { width: 300, height: 200 }),
        (one: Workflow) => clearInput(one, 'sample', 'model'),
        (one: Workflow) => place(one, new Map([['sample', { x: 1, y: 2 }]])),
      ].reduce((one, change) => change(one), workflow);
    const once = all(picture);
    expect(once.nodes.sample).toMatchObject({
      title: 'Mine',
      mode: 'muted',
      color: '#fff',
      collapsed: true,
      size: { width: 300, height: 200 },
      position: { x: 1, y: 2 },
      inputs: { seed: 2n ** 60n },
      fields: { seed: { after: 'increment' } },
    });
    expect(all(once)).toBe(once);
    expect(setTitle(setMode(once, ['sample'], 'active'), 'sample', ' ').nodes.sample).not.toHaveProperty('title');
  });

  it('become others and keep what fits', () => {
    const scaled = workflowOf({
      measure: { type: 'Measure', inputs: {} },
      scale: { type: 'Scale', inputs: { times: 4, factor: link('measure', 'width') } },
      curve: { type: 'Curve', inputs: { strength: link('scale', 'FLOAT') } },
    });
    const replaced = replaceType(scaled, sampleCatalog, 'scale', description('PrimitiveFloat'));
    expect(replaced.nodes.scale).toEqual({ type: 'PrimitiveFloat', inputs: {} });
    expect(replaced.nodes.curve.inputs.strength).toEqual(link('scale', 'FLOAT'));
    expect(replaceType(picture, sampleCatalog, 'sample', description('Save')).nodes.decode.inputs).toEqual({ vae: link('load', 'VAE') });
  });
});

describe('the clipboard', () => {
  it('carries nodes as text through words around them', () => {
    const text = fragmentText(copyFragment(picture, new Set(['sample', 'decode'])));
    const fragment = parseFragment(`Try this:\n\`\`\`json\n${text}\n\`\`\`\nGood luck!`);
    expect(fragment?.nodes).toEqual({ sample: picture.nodes.sample, decode: picture.nodes.decode });
  });

  it.each(['', 'hello', '{', '}{', '{"nodes": 3}', '{"format": "weft", "version": 1}'])('takes nothing from %j', (text) => {
    expect(parseFragment(text)).toBeUndefined();
  });

  it('never fails on a text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseFragment(text)));
  });

  it('keeps links to outside only if asked', () => {
    const fragment = copyFragment(picture, new Set(['sample', 'decode']));
    for (const links of ['inside', 'outside'] as const) {
      const { workflow, ids } = paste(picture, fragment, { offset: { x: 40, y: 0 }, links });
      const [sample, decode] = [...ids];
      expect(workflow.nodes[decode].inputs.samples).toEqual(link(sample, 'LATENT'));
      expect(workflow.nodes[sample].inputs.model).toEqual(links === 'outside' ? link('load', 'MODEL') : undefined);
      expect(workflow.nodes[sample].position).toEqual({ x: 340, y: 0 });
    }
  });
});

describe('places', () => {
  const boxes = new Map<string, Box>([
    ['a', { x: 0, y: 0, width: 100, height: 50 }],
    ['b', { x: 40, y: 100, width: 60, height: 50 }],
    ['c', { x: 300, y: 300, width: 100, height: 80 }],
  ]);

  it.each([
    ['left', [0, 0, 0], 'x'],
    ['right', [300, 340, 300], 'x'],
    ['centre', [150, 170, 150], 'x'],
    ['top', [0, 0, 0], 'y'],
    ['bottom', [330, 330, 300], 'y'],
    ['middle', [165, 165, 150], 'y'],
  ] as const)('line up %s', (edge, expected, axis) => {
    expect([...aligned(boxes, edge).values()].map((position) => position[axis])).toEqual(expected);
  });

  it('are distributed with equal gaps', () => {
    expect([...distributed(boxes, 'x')].map(([id, { x }]) => [id, x])).toEqual([
      ['a', 0],
      ['b', 170],
      ['c', 300],
    ]);
    expect(distributed(new Map([...boxes].slice(0, 2)), 'y').size).toBe(0);
  });
});

describe('groups and notes', () => {
  const boxes = new Map<string, Box>([
    ['sample', { x: 300, y: 0, width: 200, height: 200 }],
    ['decode', { x: 600, y: 0, width: 200, height: 100 }],
    ['save', { x: 900, y: 0, width: 200, height: 100 }],
  ]);

  it('give groups the boxes that a layout has found, and leave the others and nodes alone', () => {
    const frame = { title: '', position: { x: 0, y: 0 }, size: { width: 10, height: 10 } };
    const workflow = {
      ...workflowOf({ a: { type: 'Empty', inputs: {} } }),
      groups: [
        { id: 'in', ...frame },
        { id: 'out', ...frame },
      ],
    };
    const box = { x: 5, y: 6, width: 70, height: 80 };
    const changed = resizeGroups(
      workflow,
      new Map([
        ['in', box],
        ['a', box],
      ]),
    );
    expect(changed.groups).toEqual([
      { id: 'in', title: '', position: { x: 5, y: 6 }, size: { width: 70, height: 80 } },
      workflow.groups[1],
    ]);
    expect(changed.nodes).toBe(workflow.nodes);
  });

  it('hold what they were made around', () => {
    const { workflow, id } = addGroup(picture, 'Sampling', new Map([...boxes].slice(0, 2)), { x: 0, y: 0, width: 1, height: 1 });
    const [group] = workflow.groups ?? [];
    const all = new Map([...boxes, [id, { ...group.position, ...group.size }]]);
    expect(groupMembers(all, id)).toEqual(['sample', 'decode']);
    const moved = moveBy(workflow, [id, 'sample'], 5, 5);
    expect(moved.groups?.[0].position).toEqual({ x: group.position.x + 5, y: group.position.y + 5 });
    expect(moved.nodes.sample.position).toEqual({ x: 305, y: 5 });
  });

  it('are renamed, written, coloured, resized and removed', () => {
    const grouped = addGroup(picture, 'A', boxes, { x: 0, y: 0, width: 1, height: 1 });
    const { workflow, id } = addNote(grouped.workflow, 'B', origin);
    const changed = colorFrames(writeNote(renameGroup(workflow, grouped.id, 'C'), id, 'D'), [id], '#123456');
    expect(changed.groups?.[0].title).toBe('C');
    expect(changed.notes?.[0]).toMatchObject({ text: 'D', color: '#123456' });
    expect(resizeFrame(changed, id, { x: 1, y: 2, width: 3, height: 4 }).notes?.[0]).toMatchObject({
      position: { x: 1, y: 2 },
      size: { width: 3, height: 4 },
    });
    expect(removeFrames(changed, [id, grouped.id])).toMatchObject({ groups: [], notes: [] });
  });

  it('get ids where a file has none, or one twice', () => {
    const frame = { title: '', position: origin, size: { width: 1, height: 1 } };
    const { groups = [] } = withFrameIds({
      ...picture,
      groups: [frame, { ...frame, id: 'sample' }, { ...frame, id: 'g' }, { ...frame, id: 'g' }],
    });
    expect(new Set([...groups.map(({ id }) => id), ...Object.keys(picture.nodes)]).size).toBe(4 + Object.keys(picture.nodes).length);
    expect(groups[2].id).toBe('g');
  });
});
