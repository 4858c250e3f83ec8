import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWorkflow, layeredWorkflow } from './arbitrary.fixture.ts';
import { sampleCatalog, workflowOf } from './catalog.fixture.ts';
import { expectSound, meaningOf } from './edits/invariants.fixture.ts';
import { addFromLibrary, libraryText } from './edits/library.ts';
import { connect } from './edits/links.ts';
import { addNode, setField } from './edits/nodes.ts';
import { addOutput, movePort, promoteInput, removeInput, removeOutput, renamePort } from './edits/ports.ts';
import { unpack } from './edits/unpack.ts';
import { wrap } from './edits/wrap.ts';
import { expand, insideOf } from './expand.ts';
import type { Catalog } from './graph.ts';
import { innerPlace } from './inner-place.ts';
import { placesOf } from './problem-places.ts';
import { resolve } from './resolve.ts';
import type { Workflow } from './schema.ts';
import { changeAt, focus, subgraphAt, validScope } from './scope.ts';
import { advanceSeeds } from './seeds.ts';
import { catalogOf } from './subgraph-catalog.ts';
import { inputsType, subgraphOfType, typeOfSubgraph } from './subgraph-types.ts';
import { validate } from './validate.ts';

const link = (node: string, output: string) => ({ link: [node, output] as [string, string] });

const picture = workflowOf({
  load: { type: 'Loader', inputs: { ckpt_name: 'a.safetensors' } },
  empty: { type: 'Empty', inputs: {} },
  sample: {
    type: 'Sampler',
    inputs: { model: link('load', 'MODEL'), latent_image: link('empty', 'LATENT'), seed: 7 },
    fields: { seed: { after: 'increment' } },
  },
  decode: { type: 'Decode', inputs: { samples: link('sample', 'LATENT'), vae: link('load', 'VAE') } },
  save: { type: 'Save', inputs: { images: link('decode', 'IMAGE') } },
});

function wrapped(workflow: Workflow, ids: readonly string[], catalog: Catalog = sampleCatalog) {
  const result = wrap(workflow, catalogOf(workflow, catalog), new Set(ids), 'Part');
  if (result === undefined) throw new Error('nothing was wrapped');
  const subgraph = subgraphOfType(result.workflow.nodes[result.id].type) ?? '';
  return { ...result, subgraph };
}

/** The picture with its sampler and decoder as one node, whose seed is shown outside. */
function promoted() {
  const { workflow, id, subgraph } = wrapped(picture, ['sample', 'decode']);
  return { workflow: promoteInput(workflow, sampleCatalog, subgraph, { node: 'sample', input: 'seed' }), id, subgraph };
}

function meaning(workflow: Workflow) {
  return meaningOf(resolve(workflow, sampleCatalog));
}

describe('wrapping nodes', () => {
  it('makes one node with what was linked from and to outside', () => {
    const { workflow, id } = wrapped(picture, ['sample', 'decode']);
    const description = catalogOf(workflow, sampleCatalog).get(workflow.nodes[id].type);
    expect(workflow.nodes[id].inputs).toEqual({
      model: link('load', 'MODEL'),
      latent_image: link('empty', 'LATENT'),
      vae: link('load', 'VAE'),
    });
    expect(workflow.nodes.save.inputs.images).toEqual(link(id, 'IMAGE'));
    expect(Object.entries(description?.inputs ?? {}).map(([name, spec]) => [name, spec.kind === 'socket' && spec.type])).toEqual([
      ['model', 'MODEL'],
      ['latent_image', 'LATENT'],
      ['vae', 'VAE'],
    ]);
    expect(description?.outputs).toEqual({ IMAGE: { type: 'IMAGE', list: false } });
    expect(validate(workflow, sampleCatalog)).toEqual([]);
    expect(Object.keys(expand(workflow, sampleCatalog).workflow.nodes)).toEqual(['load', 'empty', 'save', `${id}/sample`, `${id}/decode`]);
  });

  it('takes what lies between along', () => {
    const { workflow, id } = wrapped(picture, ['load', 'decode']);
    expect(insideOf(expand(workflow, sampleCatalog).workflow, id)).toEqual([`${id}/load`, `${id}/sample`, `${id}/decode`]);
    expect(insideOf(picture, 'save')).toEqual(['save']);
  });

  it('changes nothing in what runs, and unpacking gives the same graph back', () => {
    fc.assert(
      fc.property(layeredWorkflow, fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), (workflow, picks) => {
        const ids = Object.keys(workflow.nodes);
        fc.pre(ids.length > 0);
        const { workflow: one, id } = wrapped(
          workflow,
          picks.map((pick) => ids[pick % ids.length]),
        );
        expectSound(one);
        expect(meaning(one)).toEqual(meaning(workflow));
        const back = unpack(one, id)?.workflow ?? one;
        expectSound(back);
        expect(meaning(back)).toEqual(meaning(workflow));
        expect(Object.keys(back.nodes)).toHaveLength(ids.length);
      }),
    );
  });

  it('nests', () => {
    fc.assert(
      fc.property(layeredWorkflow, fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), (workflow, picks) => {
        fc.pre(Object.keys(workflow.nodes).length > 1);
        const nested = picks.reduce((one, pick) => {
          const ids = Object.keys(one.nodes);
          return wrapped(one, [ids[pick % ids.length], ids[(pick + 1) % ids.length]]).workflow;
        }, workflow);
        expectSound(nested);
        expect(meaning(nested)).toEqual(meaning(workflow));
      }),
    );
  });
});

describe('ports', () => {
  it('show a field outside as what it is inside, with what it held', () => {
    const { workflow, id } = promoted();
    const description = catalogOf(workflow, sampleCatalog).get(workflow.nodes[id].type);
    expect(description?.inputs.seed).toMatchObject({ kind: 'seed', default: 7 });
    expect(meaning(workflow)).toEqual(meaning(picture));
    const changed = setField(workflow, id, 'seed', 2n ** 63n);
    expect(meaning(changed)).toEqual(meaning(setField(picture, 'sample', 'seed', 2n ** 63n)));
    expect(validate(changed, sampleCatalog)).toEqual([]);
  });

  it('let a promoted seed move on where it is shown', () => {
    const { workflow, id } = promoted();
    const next = advanceSeeds(setField(workflow, id, 'seed', 7));
    expect(next.nodes[id].inputs.seed).toBe(8);
    expect(meaning(next)).toEqual(meaning(setField(picture, 'sample', 'seed', 8)));
  });

  it('go, and the field holds what it held', () => {
    const { workflow, id, subgraph } = promoted();
    const without = removeInput(setField(workflow, id, 'seed', 9), subgraph, 'seed');
    expectSound(without);
    expect(without.nodes[id].inputs).not.toHaveProperty('seed');
    expect(meaning(without)).toEqual(meaning(picture));
    const cut = removeOutput(without, subgraph, 'IMAGE');
    expect(cut.nodes.save.inputs).toEqual({});
    expectSound(cut);
  });

  it('get other names and places everywhere', () => {
    const { workflow, id, subgraph } = promoted();
    const renamed = renamePort(renamePort(workflow, subgraph, 'inputs', 'seed', 'model'), subgraph, 'outputs', 'IMAGE', 'picture');
    expect(renamed.subgraphs?.[subgraph].inputs.map(({ name }) => name)).toEqual(['model', 'latent_image', 'vae', 'model 2']);
    expect(renamed.nodes.save.inputs.images).toEqual(link(id, 'picture'));
    expect(meaning(renamed)).toEqual(meaning(workflow));
    const moved = movePort(renamed, subgraph, 'inputs', 'model 2', 0);
    expect(moved.subgraphs?.[subgraph].inputs[0].name).toBe('model 2');
    expect(meaning(moved)).toEqual(meaning(workflow));
  });

  it('are added for outputs as well', () => {
    const { workflow, subgraph, id } = promoted();
    const more = addOutput(workflow, sampleCatalog, subgraph, { node: 'sample', output: 'LATENT' });
    expect(Object.keys(catalogOf(more, sampleCatalog).get(more.nodes[id].type)?.outputs ?? {})).toEqual(['IMAGE', 'LATENT']);
  });
});

describe('modes', () => {
  it('mute all that is inside', () => {
    const { workflow, id } = wrapped(picture, ['sample', 'decode']);
    const muted = { ...workflow, nodes: { ...workflow.nodes, [id]: { ...workflow.nodes[id], mode: 'muted' as const } } };
    expect([...resolve(muted, sampleCatalog).nodes.keys()]).toEqual(['load', 'empty', 'save']);
    expect(validate(muted, sampleCatalog)[0]).toMatchObject({ node: 'save', input: 'images' });
  });

  it('bypass it as they do a node', () => {
    const { workflow, id } = wrapped(picture, ['sample']);
    const bypassed = { ...workflow, nodes: { ...workflow.nodes, [id]: { ...workflow.nodes[id], mode: 'bypassed' as const } } };
    expect(meaning(bypassed)).toEqual(
      meaning({ ...picture, nodes: { ...picture.nodes, sample: { ...picture.nodes.sample, mode: 'bypassed' } } }),
    );
  });
});

describe('problems inside', () => {
  it('name the node by its way', () => {
    const { workflow, id, subgraph } = wrapped(picture, ['sample', 'decode']);
    const wrong = changeAt(workflow, [id], (inner) => setField(inner, 'sample', 'steps', 0));
    expect(wrong.subgraphs?.[subgraph].nodes.sample.inputs.steps).toBe(0);
    expect(validate(wrong, sampleCatalog)).toMatchObject([{ node: `${id}/sample`, input: 'steps' }]);
  });

  it('lead to nodes that a link can come from: those beside it, and subgraphs as a whole', () => {
    const { workflow, id } = wrapped(picture, ['sample', 'decode']);
    const unlinked = { ...workflow, nodes: { ...workflow.nodes, save: { type: 'Save', inputs: {} } } };
    expect(validate(unlinked, sampleCatalog)).toMatchObject([{ node: 'save', fix: 'Link it to IMAGE of "Part".' }]);
    const inside = changeAt(workflow, [id], (inner) => ({ ...inner, nodes: { ...inner.nodes, decode: { type: 'Decode', inputs: {} } } }));
    const advice = validate(inside, sampleCatalog).find(({ input }) => input === 'samples')?.fix;
    expect(advice).toBe('Link it to LATENT of "Sampler".');
  });

  it('are said of subgraphs that contain themselves', () => {
    const { workflow, id, subgraph } = wrapped(picture, ['sample', 'decode']);
    const type = typeOfSubgraph(subgraph);
    const inside = workflow.subgraphs?.[subgraph];
    if (inside === undefined) throw new Error('no subgraph');
    const looped = { ...workflow, subgraphs: { [subgraph]: { ...inside, nodes: { ...inside.nodes, self: { type, inputs: {} } } } } };
    expect(validate(looped, sampleCatalog)).toContainEqual(expect.objectContaining({ node: id }));
    // And the editor makes none.
    const description = catalogOf(workflow, sampleCatalog).get(type);
    if (description === undefined) throw new Error('no description');
    expect(changeAt(workflow, [id], (inner) => addNode(inner, description, { x: 0, y: 0 }).workflow)).toBe(workflow);
  });

  it('are said of subgraphs that multiply without end', () => {
    const border = { type: inputsType, inputs: {} };
    const level = (inner: string) => ({
      title: '',
      inputs: [],
      outputs: [],
      nodes: { border, ...Object.fromEntries(Array.from({ length: 20 }, (_none, index) => [`n${index}`, { type: inner, inputs: {} }])) },
    });
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const subgraphs = Object.fromEntries(
      names.map((name, index) => [name, level(index + 1 < names.length ? typeOfSubgraph(names[index + 1]) : 'Empty')]),
    );
    const { problems, workflow } = expand({ ...workflowOf({ top: { type: typeOfSubgraph('a'), inputs: {} } }), subgraphs }, sampleCatalog);
    expect(problems.map(({ what }) => what)).toEqual(['With its subgraphs this workflow has more than 100000 nodes.']);
    expect(Object.keys(workflow.nodes).length).toBeLessThanOrEqual(100_000);
  });

  it('never stop anything, whatever a file holds', () => {
    const subgraph = fc.record({
      title: fc.string(),
      inputs: fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'text'), type: fc.constantFrom('MODEL', 'IMAGE', 'odd') })),
      outputs: fc.array(fc.record({ name: fc.constantFrom('a', 'IMAGE'), type: fc.constantFrom('MODEL', 'IMAGE', 'odd') })),
      graph: anyWorkflow,
      types: fc.array(fc.constantFrom('subgraph:x', 'subgraph:y', 'subgraph:z', 'SubgraphInputs', 'SubgraphOutputs', 'Reroute'), {
        maxLength: 6,
      }),
    });
    const retyped = (workflow: Workflow, types: readonly string[]): Workflow['nodes'] =>
      Object.fromEntries(
        Object.entries(workflow.nodes).map(([id, node], index) => [id, index < types.length ? { ...node, type: types[index] } : node]),
      );
    fc.assert(
      fc.property(subgraph, subgraph, subgraph, (top, x, y) => {
        const subgraphs = {
          x: { title: x.title, inputs: x.inputs, outputs: x.outputs, nodes: retyped(x.graph, x.types) },
          y: { title: y.title, inputs: y.inputs, outputs: y.outputs, nodes: retyped(y.graph, y.types) },
        };
        const workflow = { ...top.graph, nodes: retyped(top.graph, top.types), subgraphs };
        const { workflow: flat } = expand(workflow, sampleCatalog);
        for (const { type } of Object.values(flat.nodes))
          expect(sampleCatalog.has(type) || !['Reroute', inputsType].includes(type)).toBe(true);
        validate(workflow, sampleCatalog);
        for (const { inputs } of resolve(workflow, sampleCatalog).nodes.values()) {
          for (const input of Object.values(inputs)) expect(input.kind === 'value' || typeof input.node === 'string').toBe(true);
        }
      }),
    );
  });
});

describe('places of problems', () => {
  it('are the node inside and each node around it, at the input that is promoted to it', () => {
    const { workflow, id } = promoted();
    const outer = wrapped(setField(workflow, id, 'seed', -1), [id, 'save']);
    const problem = validate(outer.workflow, sampleCatalog)[0];
    expect(problem).toMatchObject({ node: `${outer.id}/${id}/sample`, input: 'seed' });
    expect(placesOf(outer.workflow, problem)).toEqual([
      { path: `${outer.id}/${id}/sample`, input: 'seed' },
      { path: `${outer.id}/${id}`, input: 'seed' },
      { path: outer.id },
    ]);
  });

  it('are those that it names where there is no subgraph', () => {
    expect(placesOf(picture, { node: 'save', input: 'images', what: '' })).toEqual([{ path: 'save', input: 'images' }]);
    expect(placesOf(picture, { node: 'gone/x', what: '' })).toEqual([{ path: 'gone/x' }]);
    expect(placesOf(picture, { what: '' })).toEqual([]);
  });
});

describe('the library', () => {
  it('carries a subgraph with its values, and those inside it, to another workflow', () => {
    const { workflow, id } = promoted();
    const outer = wrapped(setField(workflow, id, 'seed', 2n ** 60n), [id]);
    const text = libraryText(outer.workflow, outer.id) ?? '';
    const rest = { ...picture, nodes: { load: picture.nodes.load, empty: picture.nodes.empty } };
    const added = addFromLibrary(rest, text, { x: 10, y: 20 });
    expect(added?.workflow.nodes[added.id]).toMatchObject({ type: outer.workflow.nodes[outer.id].type, position: { x: 10, y: 20 } });
    expect(Object.keys(added?.workflow.subgraphs ?? {})).toHaveLength(2);
    expectSound(added?.workflow ?? picture);
    expect(libraryText(picture, 'save')).toBeUndefined();
    expect(addFromLibrary(rest, 'nothing', { x: 0, y: 0 })).toBeUndefined();
  });

  it('keeps subgraphs of the same id apart that differ', () => {
    const { workflow, id, subgraph } = promoted();
    const text = libraryText(workflow, id) ?? '';
    const same = addFromLibrary(workflow, text, { x: 0, y: 0 });
    expect(Object.keys(same?.workflow.subgraphs ?? {})).toEqual([subgraph]);
    const changed = changeAt(workflow, [id], (inner) => setField(inner, 'sample', 'steps', 3));
    const other = addFromLibrary(changed, text, { x: 0, y: 0 });
    expect(Object.keys(other?.workflow.subgraphs ?? {})).toHaveLength(2);
    expect(other?.workflow.nodes[other.id].type).not.toBe(typeOfSubgraph(subgraph));
  });
});

describe('scopes', () => {
  it('lead to graphs, and end where nothing is', () => {
    const { workflow, id, subgraph } = wrapped(picture, ['sample', 'decode']);
    expect(subgraphAt(workflow, [id])).toBe(subgraph);
    expect(validScope(workflow, [id, 'sample', 'x'])).toEqual([id]);
    expect(focus(workflow, [])).toBe(workflow);
    expect(Object.keys(focus(workflow, [id]).nodes)).toHaveLength(4);
    expect(changeAt(workflow, [id], (inner) => inner)).toBe(workflow);
  });

  it('let inner nodes be linked to the border', () => {
    const { workflow, id, subgraph } = promoted();
    const inner = focus(workflow, [id]);
    const border = Object.keys(inner.nodes).find((one) => inner.nodes[one].type === inputsType) ?? '';
    const catalog = catalogOf(workflow, sampleCatalog, subgraph);
    const to = { node: 'decode', input: 'samples' };
    const changed = changeAt(workflow, [id], (one) => connect(one, catalog, { from: { node: border, output: 'latent_image' }, to }));
    expect(changed.subgraphs?.[subgraph].nodes.decode.inputs.samples).toEqual(link(border, 'latent_image'));
  });
});

describe('seeds', () => {
  const seeded = (after: 'fixed' | 'random' | 'increment', seed: number | bigint) =>
    workflowOf({ one: { type: 'Sampler', inputs: { seed }, fields: { seed: { after } } } });

  it.each([
    ['fixed', 5, 5],
    ['increment', 5, 6],
    ['increment', Number.MAX_SAFE_INTEGER, 2n ** 53n],
    ['increment', 2n ** 64n - 1n, 0],
    ['random', 5, 42],
  ] as const)('%s: %s becomes %s', (after, seed, next) => {
    expect(advanceSeeds(seeded(after, seed), () => 42).nodes.one.inputs.seed).toBe(next);
  });

  it('that stay change nothing at all', () => {
    const workflow = seeded('fixed', 5);
    expect(advanceSeeds(workflow)).toBe(workflow);
  });
});

describe('the place inside that a field leads to', () => {
  it('is the field itself where the node is no subgraph', () => {
    expect(innerPlace(picture, [], 'sample', 'seed')).toEqual({ path: 'sample', input: 'seed' });
    expect(innerPlace(picture, [], 'gone', 'seed')).toBeUndefined();
  });

  it('is found through subgraphs inside each other', () => {
    const { workflow, id } = promoted();
    expect(innerPlace(workflow, [], id, 'seed')).toEqual({ path: `${id}/sample`, input: 'seed' });
    const outer = wrapped(workflow, [id]);
    const shown = promoteInput(outer.workflow, sampleCatalog, outer.subgraph, { node: id, input: 'seed' });
    const inner = Object.keys(focus(shown, [outer.id]).nodes).find((one) => one === id) ?? '';
    expect(innerPlace(shown, [], outer.id, 'seed')).toEqual({ path: `${outer.id}/${inner}/sample`, input: 'seed' });
    expect(innerPlace(shown, [outer.id], inner, 'seed')).toEqual({ path: `${outer.id}/${inner}/sample`, input: 'seed' });
  });
});
