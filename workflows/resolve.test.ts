import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWorkflow, layeredWorkflow } from './arbitrary.fixture.ts';
import { sampleCatalog, workflowOf } from './catalog.fixture.ts';
import type { Graph, GraphInput } from './graph.ts';
import { resolve } from './resolve.ts';
import type { WorkflowInput, WorkflowNode } from './schema.ts';
import { bypassInput, createTracer, type Source } from './trace.ts';

const link = (node: string, output: string): { link: [string, string] } => ({ link: [node, output] });
const linked = (node: string, output: string): GraphInput => ({ kind: 'link', node, output });
const value = (content: string | number | bigint | boolean): GraphInput => ({ kind: 'value', value: content });

const inputsOf = (nodes: Record<string, WorkflowNode>, id: string) => resolve(workflowOf(nodes), sampleCatalog).nodes.get(id)?.inputs;

describe('resolve', () => {
  it('fills in the defaults of fields and keeps values and links', () => {
    const nodes = {
      s: { type: 'Sampler', inputs: { seed: 18446744073709551615n, latent_image: link('e', 'LATENT') } },
      e: { type: 'Empty', inputs: {} },
    };
    expect(inputsOf(nodes, 's')).toEqual({
      seed: value(18446744073709551615n),
      steps: value(20),
      cfg: value(8),
      sampler_name: value('euler'),
      latent_image: linked('e', 'LATENT'),
    });
  });

  it('drops muted nodes, the links to them, and nodes of unknown types', () => {
    const nodes: Record<string, WorkflowNode> = {
      c: { type: 'Composite', inputs: { destination: link('m', 'IMAGE'), source: link('u', 'IMAGE') } },
      m: { type: 'Decode', inputs: {}, mode: 'muted' },
      u: { type: 'Unknown', inputs: {} },
    };
    expect([...resolve(workflowOf(nodes), sampleCatalog).nodes.keys()]).toEqual(['c']);
    expect(inputsOf(nodes, 'c')).toEqual({ resize: value(false) });
  });

  it('goes around chains of bypassed nodes', () => {
    const nodes: Record<string, WorkflowNode> = {
      s: { type: 'Save', inputs: { images: link('c1', 'IMAGE') } },
      c1: { type: 'Composite', inputs: { destination: link('c2', 'IMAGE'), source: link('d2', 'IMAGE') }, mode: 'bypassed' },
      c2: { type: 'Composite', inputs: { destination: link('d', 'IMAGE') }, mode: 'bypassed' },
      d: { type: 'Decode', inputs: {} },
      d2: { type: 'Decode', inputs: {} },
    };
    expect(inputsOf(nodes, 's')?.images).toEqual(linked('d', 'IMAGE'));
    nodes.c2.mode = 'muted';
    expect(inputsOf(nodes, 's')?.images).toBeUndefined();
  });

  it('hands each output of a bypassed node the input of its place or type', () => {
    const apply = sampleCatalog.get('Apply');
    const sampler = sampleCatalog.get('Sampler');
    const measure = sampleCatalog.get('Measure');
    const decode = sampleCatalog.get('Decode');
    if (!apply || !sampler || !measure || !decode) throw new Error('the sample catalog lacks a node');
    // The first output's own place holds a VAE, so the first of its type stands in; the second has its own place.
    expect(bypassInput(apply, 'positive')).toBe('positive');
    expect(bypassInput(apply, 'negative')).toBe('positive');
    expect(bypassInput(sampler, 'LATENT')).toBe('latent_image');
    expect(bypassInput(measure, 'width')).toBeUndefined();
    expect(bypassInput(decode, 'IMAGE')).toBeUndefined();
  });

  it('hands on the value of a bypassed field to fields, but not to sockets', () => {
    const nodes: Record<string, WorkflowNode> = {
      s: { type: 'Sampler', inputs: { cfg: link('f', 'FLOAT') } },
      c: { type: 'Curve', inputs: { strength: link('f', 'FLOAT') } },
      f: { type: 'Scale', inputs: { factor: 7 }, mode: 'bypassed' },
    };
    expect(inputsOf(nodes, 's')?.cfg).toEqual(value(7));
    expect(inputsOf(nodes, 'c')).toEqual({});
    nodes.g = { type: 'Scale', inputs: { factor: 8 }, mode: 'bypassed' };
    nodes.f.inputs = { factor: link('g', 'FLOAT') };
    expect(inputsOf(nodes, 's')?.cfg).toEqual(value(8));
    expect(inputsOf(nodes, 'c')).toEqual({});
    nodes.f.inputs = {};
    expect(inputsOf(nodes, 's')?.cfg).toEqual(value(2));
    nodes.f.mode = 'active';
    expect(inputsOf(nodes, 'c')).toEqual({ strength: linked('f', 'FLOAT') });
  });

  it('puts the values of constants into fields, through chains of them', () => {
    const nodes: Record<string, WorkflowNode> = {
      s: {
        type: 'Sampler',
        inputs: { seed: link('i', 'INT'), cfg: link('i', 'INT'), steps: link('j', 'INT'), sampler_name: link('t', 'STRING') },
      },
      i: { type: 'PrimitiveInt', inputs: { value: 2n ** 60n } },
      j: { type: 'PrimitiveInt', inputs: { value: link('k', 'INT') } },
      k: { type: 'PrimitiveInt', inputs: {} },
      t: { type: 'PrimitiveString', inputs: { value: 'heun' } },
    };
    expect(inputsOf(nodes, 's')).toEqual({ seed: value(2n ** 60n), cfg: value(2 ** 60), steps: value(1), sampler_name: value('heun') });
  });

  it('keeps links of fields to what is worked out during the run', () => {
    const nodes = { e: { type: 'Empty', inputs: { width: link('m', 'width') } }, m: { type: 'Measure', inputs: {} } };
    expect(inputsOf(nodes, 'e')).toEqual({ width: linked('m', 'width') });
  });

  it('ends on circles of bypassed nodes and of constants', () => {
    const nodes: Record<string, WorkflowNode> = {
      s: { type: 'Save', inputs: { images: link('a', 'IMAGE'), prefix: link('t', 'STRING') } },
      a: { type: 'Composite', inputs: { destination: link('b', 'IMAGE') }, mode: 'bypassed' },
      b: { type: 'Composite', inputs: { destination: link('a', 'IMAGE') }, mode: 'bypassed' },
      t: { type: 'PrimitiveString', inputs: { value: link('t', 'STRING') } },
    };
    expect(inputsOf(nodes, 's')).toEqual({ prefix: value('weft') });
  });

  it('leaves no link that leads to nothing, and nothing to do a second time', () => {
    fc.assert(
      fc.property(fc.oneof(anyWorkflow, layeredWorkflow), (workflow) => {
        const graph = resolve(workflow, sampleCatalog);
        for (const node of graph.nodes.values()) {
          expect(workflow.nodes[node.id].mode ?? 'active').toBe('active');
          for (const input of Object.values(node.inputs)) expect(input.kind === 'value' || graph.nodes.has(input.node)).toBe(true);
        }
        expect(resolve(workflowOf(asWorkflowNodes(graph)), sampleCatalog)).toEqual(graph);
      }),
      { numRuns: 500 },
    );
  });
});

describe('createTracer', () => {
  it('gives the same sources whatever it has traced before', () => {
    // Where a circle is entered decides at which of its nodes its path begins.
    const comparable = (source: Source) =>
      source.kind === 'nothing' && source.reason.kind === 'loop' ? new Set(source.reason.nodes) : source;
    fc.assert(
      fc.property(fc.oneof(anyWorkflow, layeredWorkflow), (workflow) => {
        const remembering = createTracer(workflow, sampleCatalog);
        for (const [id, { type }] of Object.entries(workflow.nodes)) {
          for (const [name, spec] of Object.entries(sampleCatalog.get(type)?.inputs ?? {})) {
            const fresh = createTracer(workflow, sampleCatalog)(id, name, spec);
            expect(comparable(remembering(id, name, spec))).toEqual(comparable(fresh));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

function asWorkflowNodes(graph: Graph): Record<string, WorkflowNode> {
  const written = (input: GraphInput): WorkflowInput => (input.kind === 'value' ? input.value : link(input.node, input.output));
  const nodes = [...graph.nodes.values()].map(({ id, type, inputs }): [string, WorkflowNode] => [
    id,
    { type, inputs: Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, written(input)])) },
  ]);
  return Object.fromEntries(nodes);
}
