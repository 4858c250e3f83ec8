import { describe, expect, it } from 'vitest';
import { sampleCatalog, workflowOf } from './catalog.fixture.ts';
import { promoteInput } from './edits/ports.ts';
import { wrap } from './edits/wrap.ts';
import { hiddenPlaces, portOfInput, portOfOutput } from './port-places.ts';
import { subgraphOfType } from './subgraph-types.ts';

const picture = workflowOf({
  load: { type: 'Loader', inputs: { ckpt_name: 'a.safetensors' } },
  empty: { type: 'Empty', inputs: {} },
  sample: { type: 'Sampler', inputs: { model: { link: ['load', 'MODEL'] }, latent_image: { link: ['empty', 'LATENT'] } } },
  decode: { type: 'Decode', inputs: { samples: { link: ['sample', 'LATENT'] }, vae: { link: ['load', 'VAE'] } } },
});

function sampling() {
  const made = wrap(picture, sampleCatalog, new Set(['empty', 'sample']), 'Sampling');
  if (made === undefined) throw new Error('Nothing was wrapped.');
  const subgraph = subgraphOfType(made.workflow.nodes[made.id].type) ?? '';
  return { workflow: made.workflow, subgraph };
}

describe('what a subgraph shows outside', () => {
  it('is told of inputs and outputs inside', () => {
    const { workflow, subgraph } = sampling();
    const definition = workflow.subgraphs?.[subgraph] ?? { nodes: {} };
    expect(portOfInput(definition, { node: 'sample', input: 'model' })).toBe('model');
    expect(portOfInput(definition, { node: 'sample', input: 'latent_image' })).toBeUndefined();
    expect(portOfInput(definition, { node: 'sample', input: 'steps' })).toBeUndefined();
    expect(portOfOutput(definition, { node: 'sample', output: 'LATENT' })).toBe('LATENT');
    expect(portOfOutput(definition, { node: 'empty', output: 'LATENT' })).toBeUndefined();
  });

  it('leaves what is not shown, which is less once a field is', () => {
    const { workflow, subgraph } = sampling();
    const hidden = hiddenPlaces(workflow, sampleCatalog, subgraph);
    expect(hidden.map(({ node, outputs }) => [node, outputs])).toEqual([
      ['empty', ['LATENT']],
      ['sample', []],
    ]);
    expect(hidden[1].inputs).toContain('steps');
    expect(hidden[1].inputs).not.toContain('model');
    const shown = promoteInput(workflow, sampleCatalog, subgraph, { node: 'sample', input: 'steps' });
    expect(hiddenPlaces(shown, sampleCatalog, subgraph)[1].inputs).toEqual(hidden[1].inputs.filter((name) => name !== 'steps'));
    expect(hiddenPlaces(workflow, sampleCatalog, 'gone')).toEqual([]);
  });
});
