import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWorkflow, layeredWorkflow } from './arbitrary.fixture.ts';
import { sampleCatalog, workflowOf } from './catalog.fixture.ts';
import { resolve } from './resolve.ts';
import type { Workflow, WorkflowNode } from './schema.ts';
import { validate } from './validate.ts';

const link = (node: string, output: string): { link: [string, string] } => ({ link: [node, output] });

/** A workflow that runs, with changes to its nodes; a change to undefined deletes the node. */
function sample(changes: Record<string, Partial<WorkflowNode> | undefined> = {}): Workflow {
  const nodes: Record<string, WorkflowNode> = {
    load: { type: 'Loader', inputs: { ckpt_name: 'starter.safetensors' } },
    empty: { type: 'Empty', inputs: {} },
    sample: { type: 'Sampler', inputs: { model: link('load', 'MODEL'), latent_image: link('empty', 'LATENT') } },
    decode: { type: 'Decode', inputs: { samples: link('sample', 'LATENT'), vae: link('load', 'VAE') } },
    save: { type: 'Save', inputs: { images: link('decode', 'IMAGE') } },
  };
  const changed = Object.entries({ ...nodes, ...changes }).flatMap(([id, change]): [string, WorkflowNode][] => {
    if (change === undefined) return [];
    const base = nodes[id] ?? { type: '', inputs: {} };
    return [[id, { ...base, ...change, inputs: { ...base.inputs, ...change.inputs } }]];
  });
  return workflowOf(Object.fromEntries(changed));
}

const files = () => ['starter.safetensors', 'sd15/photo.safetensors'];
const problemsOf = (workflow: Workflow) => validate(workflow, sampleCatalog, files);
const only = (workflow: Workflow) => {
  const problems = problemsOf(workflow);
  expect(problems).toHaveLength(1);
  return problems[0];
};

describe('validate', () => {
  it('finds nothing wrong with a workflow that runs', () => {
    expect(problemsOf(sample())).toEqual([]);
  });

  it('says everything at once', () => {
    const problems = problemsOf(
      sample({
        sample: { inputs: { steps: 0, cfg: 'high' } },
        decode: { inputs: { samples: link('empty', 'IMAGE') } },
        load: { type: 'Lodaer' },
      }),
    );
    expect(problems.map(({ node, input }) => [node, input])).toEqual([
      ['load', undefined],
      ['sample', 'steps'],
      ['sample', 'cfg'],
      ['decode', 'samples'],
    ]);
  });

  it('suggests the nearest node type and input', () => {
    expect(only(sample({ empty: { type: 'Emtpy' } }))).toEqual({
      node: 'empty',
      what: 'There is no node type "Emtpy".',
      fix: 'Did you mean "Empty"?',
    });
    expect(only(sample({ sample: { inputs: { step: 3 } } }))).toEqual({
      node: 'sample',
      input: 'step',
      what: 'Sampler has no input "step".',
      fix: 'Did you mean "steps"?',
    });
  });

  it.each([
    [{ steps: 0 }, 'steps is 0, which is too small.', 'Set it to a whole number from 1 to 10000.'],
    [{ steps: 2.5 }, 'steps is 2.5.', 'Set it to a whole number from 1 to 10000.'],
    [{ steps: '20' }, 'steps is the text "20".', 'Set it to a whole number from 1 to 10000.'],
    [{ steps: 2n ** 70n }, `steps is ${2n ** 70n}, which is too large.`, 'Set it to a whole number from 1 to 10000.'],
    [{ cfg: 100.5 }, 'cfg is 100.5, which is too large.', 'Set it to a number from 0 to 100.'],
    [{ cfg: true }, 'cfg is true.', 'Set it to a number from 0 to 100.'],
    [{ seed: -1 }, 'seed is -1, which is too small.', 'Set it to a whole number from 0 to 18446744073709551615.'],
    [{ seed: 2n ** 64n }, 'seed is 18446744073709551616, which is too large.', 'Set it to a whole number from 0 to 18446744073709551615.'],
    [
      { sampler_name: 'eular' },
      'sampler_name is "eular", which is not one of its choices.',
      'Did you mean "euler"? The choices are "euler", "heun", "dpmpp_2m".',
    ],
    [{ sampler_name: 1 }, 'sampler_name is 1.', 'Set it to one of its choices. The choices are "euler", "heun", "dpmpp_2m".'],
    [{ model: 'sd15' }, 'model holds a value, but takes only a link that brings MODEL.', 'Link it to MODEL of "Loader".'],
  ])('refuses the value of %o', (inputs, what, fix) => {
    expect(only(sample({ sample: { inputs } }))).toEqual({ node: 'sample', input: Object.keys(inputs)[0], what, fix });
  });

  it.each([[{ seed: 2n ** 64n - 1n }], [{ seed: 0 }], [{ cfg: 7 }], [{ steps: 10000 }]])('takes the value of %o', (inputs) => {
    expect(problemsOf(sample({ sample: { inputs } }))).toEqual([]);
  });

  it('tells where a missing file goes and which are near', () => {
    expect(only(sample({ load: { inputs: { ckpt_name: 'stater.safetensors' } } }))).toEqual({
      node: 'load',
      input: 'ckpt_name',
      what: 'There is no file "stater.safetensors" in models/checkpoints.',
      fix: 'Put it into the folder models/checkpoints of your data folder, or choose one that is there, such as "starter.safetensors".',
    });
    expect(problemsOf(sample({ load: { inputs: { ckpt_name: 'models\\photo.safetensors' } } }))).toEqual([]);
    expect(validate(sample({ load: { inputs: { ckpt_name: 'any' } } }), sampleCatalog)).toEqual([]);
    expect(only(sample({ load: { inputs: { ckpt_name: '' } } })).what).toBe('ckpt_name names no file.');
    const unset = sample();
    unset.nodes.load.inputs = {};
    expect(only(unset).what).toBe('ckpt_name names no file.');
  });

  it('says which output would fit', () => {
    expect(only(sample({ decode: { inputs: { vae: link('load', 'MODEL') } } }))).toEqual({
      node: 'decode',
      input: 'vae',
      what: 'vae takes VAE, but its link brings MODEL from "Loader".',
      fix: 'Link it to VAE of "Loader" instead.',
    });
    expect(only(sample({ decode: { inputs: { vae: link('load', 'vae') } } })).what).toBe(
      'vae is linked to the output "vae" of "Loader", which has no such output.',
    );
    expect(only(sample({ decode: { inputs: { vae: link('toString', 'VAE') } } }))).toMatchObject({
      what: 'vae is linked to node "toString", which does not exist.',
      fix: 'Link it to VAE of "Loader".',
    });
  });

  it('says what a required input lacks, and leaves optional ones alone', () => {
    const problem = only(
      sample({
        mix: { type: 'Composite', inputs: { destination: link('decode', 'IMAGE') } },
        save: { inputs: { images: link('mix', 'IMAGE') } },
      }),
    );
    expect(problem).toMatchObject({ node: 'mix', input: 'source', what: 'source needs IMAGE, but nothing is linked to it.' });
    expect(problem.fix).toBe('Link it to IMAGE of "Decode".');
  });

  it('calls nodes by their own titles, else by those of their types', () => {
    const catalog = new Map([...sampleCatalog].map(([type, node]) => [type, { ...node, title: `A ${node.title}` }]));
    const bypassed = { type: 'Decode', mode: 'bypassed' as const, inputs: { samples: link('sample', 'LATENT'), vae: link('load', 'VAE') } };
    const what = (decode: WorkflowNode) => validate(sample({ decode }), catalog)[0]?.what;
    expect(what(bypassed)).toContain('"A Decode" is bypassed');
    expect(what({ ...bypassed, title: 'Mine' })).toContain('"Mine" is bypassed');
  });

  it('tells nodes of the same title apart by their ids', () => {
    const twin = { type: 'Empty', title: 'Decode', inputs: {} };
    expect(only(sample({ decode: { mode: 'bypassed' }, twin })).what).toContain('"Decode" (node decode) is bypassed');
  });

  it('names nodes that could be added by their titles, and those first that need no other of the kind', () => {
    const decode = { type: 'Decode', inputs: { vae: link('load', 'VAE') } };
    const workflow = sample({ empty: undefined, sample: undefined, decode });
    expect(only(workflow).fix).toBe('Add a node that gives LATENT, such as Empty or Sampler, and link to it.');
  });

  it('looks at the workflow as it is with muted and bypassed nodes', () => {
    expect(only(sample({ empty: { mode: 'muted', inputs: { width: -1 } } }))).toMatchObject({
      node: 'sample',
      input: 'latent_image',
      what: 'latent_image needs LATENT, but "Empty", to which it is linked, is muted.',
    });
    expect(problemsOf(sample({ sample: { mode: 'bypassed', inputs: { steps: 0 } } }))).toEqual([]);
    expect(only(sample({ decode: { mode: 'bypassed' } }))).toMatchObject({
      node: 'save',
      input: 'images',
      what: 'images needs IMAGE, but "Decode" is bypassed and has nothing of that type to hand on.',
    });
  });

  it('neither minds what is linked to a muted node nor advises to link to one', () => {
    const inputs = { destination: link('decode', 'IMAGE'), source: link('decode', 'IMAGE'), mask: link('off', 'nothing') };
    const mix: Record<string, WorkflowNode> = {
      off: { type: 'Decode', inputs: {}, mode: 'muted' },
      mix: { type: 'Composite', inputs },
      save2: { type: 'Save', inputs: { images: link('mix', 'IMAGE') } },
    };
    expect(problemsOf(sample(mix))).toEqual([]);
    mix.mix.inputs = { destination: link('decode', 'IMAGE') };
    expect(only(sample(mix)).fix).toBe('Link it to IMAGE of "Decode" (node decode).');
  });

  it('checks the values of constants against the fields that they go to', () => {
    const workflow = sample({
      sample: { inputs: { steps: link('n', 'INT') } },
      n: { type: 'PrimitiveInt', title: 'Steps', inputs: { value: 0 } },
    });
    expect(only(workflow)).toMatchObject({
      node: 'sample',
      input: 'steps',
      what: 'steps is 0, which is too small. The value comes from "Steps".',
    });
    const wrongType = sample({ sample: { inputs: { steps: link('n', 'FLOAT') } }, n: { type: 'PrimitiveFloat', inputs: { value: 3 } } });
    expect(only(wrongType).what).toBe('steps takes INT, but its link brings FLOAT from "Float".');
  });

  it('wants the names of files before the run', () => {
    const measured = { measure: { type: 'Measure', inputs: { image: link('decode', 'IMAGE') } } };
    const workflow = sample({ ...measured, other: { type: 'Loader', inputs: { ckpt_name: link('measure', 'name') } } });
    expect(only(workflow)).toMatchObject({
      node: 'other',
      input: 'ckpt_name',
      what: expect.stringContaining('must be known before the run'),
    });
  });

  it('shows the path of a circle', () => {
    const problem = only(
      sample({
        a: { type: 'Sampler', title: 'First', inputs: { model: link('load', 'MODEL'), latent_image: link('sample', 'LATENT') } },
        sample: { inputs: { latent_image: link('a', 'LATENT') } },
      }),
    );
    expect(problem.what).toBe('Links run in a circle: "Sampler" -> "First" -> "Sampler".');
    const bypassed = sample({ sample: { mode: 'bypassed', inputs: { latent_image: link('sample', 'LATENT') } } });
    expect(only(bypassed)).toMatchObject({
      node: 'decode',
      what: expect.stringContaining('circle: "Sampler" -> "Sampler"'),
    });
    expect(only(sample({ n: { type: 'PrimitiveInt', inputs: { value: link('n', 'INT') } } })).what).toContain('circle');
  });

  it('wants an output node that is active', () => {
    expect(only(sample({ save: undefined })).fix).toBe('Add an output node, such as Save, and link your picture to it.');
    expect(only(sample({ save: { mode: 'muted' } })).fix).toBe('Activate "Save", which is muted.');
  });

  it('lets nodes that lead nowhere be unfinished, but not wrong', () => {
    expect(
      problemsOf(sample({ loose: { type: 'Loader', inputs: { ckpt_name: 'missing' } }, loose2: { type: 'Decode', inputs: {} } })),
    ).toEqual([]);
    expect(only(sample({ loose: { type: 'Empty', inputs: { width: 1 } } }))).toMatchObject({ node: 'loose', input: 'width' });
  });

  it('takes chains of any length', () => {
    const chain = Array.from({ length: 20_000 }, (_, index): [string, WorkflowNode] => [
      `c${index}`,
      {
        type: 'Sampler',
        inputs: { model: link('load', 'MODEL'), latent_image: index === 0 ? link('empty', 'LATENT') : link(`c${index - 1}`, 'LATENT') },
      },
    ]);
    expect(problemsOf(sample({ ...Object.fromEntries(chain), decode: { inputs: { samples: link('c19999', 'LATENT') } } }))).toEqual([]);
  });

  it('takes many ends of a long chain of bypassed nodes, and many problems', () => {
    const chain = Array.from({ length: 10_000 }, (_, index): [string, WorkflowNode] => [
      `c${index}`,
      {
        type: 'Composite',
        mode: 'bypassed',
        inputs: { destination: index === 0 ? link('decode', 'IMAGE') : link(`c${index - 1}`, 'IMAGE') },
      },
    ]);
    const ends = (node: string) =>
      Array.from({ length: 10_000 }, (_, index): [string, WorkflowNode] => [
        `s${index}`,
        { type: 'Save', inputs: { images: link(node, 'IMAGE') } },
      ]);
    expect(problemsOf(sample(Object.fromEntries([...chain, ...ends('c9999')])))).toEqual([]);
    expect(problemsOf(sample(Object.fromEntries([...chain, ...ends('missing')])))).toHaveLength(10_000);
  });

  it('takes whatever has the form of a workflow, and names only nodes that it has', () => {
    fc.assert(
      fc.property(fc.oneof(anyWorkflow, layeredWorkflow), (workflow) => {
        for (const problem of validate(workflow, sampleCatalog, files)) {
          expect(problem.node === undefined || Object.hasOwn(workflow.nodes, problem.node)).toBe(true);
          expect(problem.what).toMatch(/^\S.*[.]$/);
          expect(problem.fix ?? '.').toMatch(/[.?]$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leaves a graph without circles in which every required socket is linked', () => {
    fc.assert(
      fc.property(fc.oneof(anyWorkflow, layeredWorkflow), (workflow) => {
        // Every result is asked for, so that no node may be unfinished.
        const all = new Map([...sampleCatalog].map(([type, node]) => [type, { ...node, output: true }]));
        fc.pre(validate(workflow, all).length === 0);
        const { nodes } = resolve(workflow, all);
        const done = new Set<string>();
        const ready = () =>
          [...nodes.values()].filter(
            ({ id, inputs }) => !done.has(id) && Object.values(inputs).every((input) => input.kind === 'value' || done.has(input.node)),
          );
        for (let next = ready(); next.length > 0; next = ready()) for (const { id } of next) done.add(id);
        expect(done.size).toBe(nodes.size);
        for (const { type, inputs } of nodes.values()) {
          for (const [name, spec] of Object.entries(all.get(type)?.inputs ?? {}))
            expect(name in inputs || (spec.kind === 'socket' && spec.optional)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
