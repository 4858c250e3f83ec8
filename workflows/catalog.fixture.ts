import {
  boolean,
  combo,
  defineNode,
  describeNode,
  file,
  float,
  int,
  type NodeDefinition,
  optionalSocket,
  seed,
  socket,
  text,
} from '../nodes/define.ts';
import type { Catalog } from './graph.ts';
import type { Workflow, WorkflowNode } from './schema.ts';

/** A few node types with every kind of input, for tests of what works on any catalog. */
export const sampleCatalog: Catalog = new Map(sampleNodes().map((node) => [node.type, describeNode(node)]));

/** A workflow of these nodes. */
export function workflowOf(nodes: Record<string, WorkflowNode>): Workflow {
  return { format: 'weft', version: 1, nodes };
}

function sampleNodes(): NodeDefinition[] {
  const common = { version: 1, category: 'test', description: '', device: 'any', run: () => ({}) as never } as const;
  return [
    defineNode({
      ...common,
      type: 'Loader',
      title: 'Loader',
      inputs: { ckpt_name: file('checkpoints') },
      outputs: { MODEL: 'MODEL', CLIP: 'CLIP', VAE: 'VAE' },
    }),
    defineNode({
      ...common,
      type: 'Sampler',
      title: 'Sampler',
      inputs: {
        model: socket('MODEL'),
        seed: seed(),
        steps: int({ default: 20, min: 1, max: 10000 }),
        cfg: float({ default: 8, min: 0, max: 100 }),
        sampler_name: combo(['euler', 'heun', 'dpmpp_2m']),
        latent_image: socket('LATENT'),
      },
      outputs: { LATENT: 'LATENT' },
    }),
    defineNode({
      ...common,
      type: 'Empty',
      title: 'Empty',
      inputs: { width: int({ default: 512, min: 16, max: 8192 }) },
      outputs: { LATENT: 'LATENT' },
    }),
    defineNode({
      ...common,
      type: 'Decode',
      title: 'Decode',
      inputs: { samples: socket('LATENT'), vae: socket('VAE') },
      outputs: { IMAGE: 'IMAGE' },
    }),
    defineNode({
      ...common,
      type: 'Composite',
      title: 'Composite',
      inputs: { destination: socket('IMAGE'), source: socket('IMAGE'), mask: optionalSocket('MASK'), resize: boolean({ default: false }) },
      outputs: { IMAGE: 'IMAGE' },
    }),
    defineNode({
      ...common,
      type: 'Apply',
      title: 'Apply',
      inputs: { vae: socket('VAE'), positive: socket('CONDITIONING'), negative: socket('CONDITIONING') },
      outputs: { positive: 'CONDITIONING', negative: 'CONDITIONING' },
    }),
    defineNode({
      ...common,
      type: 'Encode',
      title: 'Encode',
      inputs: { text: text({ multiline: true }), clip: socket('CLIP') },
      outputs: { CONDITIONING: 'CONDITIONING' },
    }),
    defineNode({
      ...common,
      type: 'Measure',
      title: 'Measure',
      inputs: { image: socket('IMAGE') },
      outputs: { width: 'INT', height: 'INT', name: 'STRING' },
    }),
    defineNode({
      ...common,
      type: 'Save',
      title: 'Save',
      output: true,
      inputs: { images: socket('IMAGE'), prefix: text({ default: 'weft' }) },
      outputs: {},
    }),
    defineNode({
      ...common,
      type: 'PrimitiveInt',
      constant: true,
      title: 'Int',
      inputs: { value: int({ default: 1, min: -1e15, max: 1e15 }) },
      outputs: { INT: 'INT' },
    }),
    defineNode({
      ...common,
      type: 'PrimitiveFloat',
      constant: true,
      title: 'Float',
      inputs: { value: float({ default: 1, min: -1e15, max: 1e15 }) },
      outputs: { FLOAT: 'FLOAT' },
    }),
    defineNode({
      ...common,
      type: 'PrimitiveString',
      constant: true,
      title: 'String',
      inputs: { value: text() },
      outputs: { STRING: 'STRING' },
    }),
    defineNode({
      ...common,
      type: 'Scale',
      title: 'Scale',
      inputs: { times: int({ default: 3, min: 0, max: 9 }), factor: float({ default: 2, min: 0, max: 100 }) },
      outputs: { FLOAT: 'FLOAT' },
    }),
    defineNode({ ...common, type: 'Curve', title: 'Curve', inputs: { strength: socket('FLOAT') }, outputs: { SIGMAS: 'SIGMAS' } }),
  ];
}
