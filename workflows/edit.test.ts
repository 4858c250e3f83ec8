import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../nodes/problem.ts';
import { sampleCatalog, workflowOf } from './catalog.fixture.ts';
import { setInput } from './edit.ts';
import type { WorkflowInput } from './schema.ts';

const workflow = workflowOf({
  '1': { type: 'Loader', inputs: { ckpt_name: 'a.safetensors' } },
  '2': { type: 'Encode', title: 'Positive', inputs: { text: { link: ['7', 'STRING'] }, clip: { link: ['1', 'CLIP'] } } },
  '3': { type: 'Encode', title: 'v1.5 negative', inputs: {} },
  '4': { type: 'Sampler', inputs: { seed: 1 } },
  '5': { type: 'Composite', title: '4', inputs: {} },
  '6': { type: 'Unknown', inputs: {} },
});

/** What the input of the node is after `--set target=text`. */
function inputAfter(target: string, text: string, id: string): WorkflowInput | undefined {
  return setInput(workflow, target, text, sampleCatalog).nodes[id].inputs[target.slice(target.lastIndexOf('.') + 1)];
}

describe('setInput', () => {
  it('finds a node by id, by title and by type, in this order', () => {
    expect(inputAfter('4.steps', '5', '4')).toBe(5);
    expect(inputAfter('Positive.text', 'a cat', '2')).toBe('a cat');
    expect(inputAfter('v1.5 negative.text', 'a dog', '3')).toBe('a dog');
    expect(inputAfter('Sampler.steps', '5', '4')).toBe(5);
  });

  it('reads the value as the field wants it', () => {
    expect(inputAfter('4.seed', '18446744073709551615', '4')).toBe(18446744073709551615n);
    expect(inputAfter('4.seed', ' 7 ', '4')).toBe(7);
    expect(inputAfter('4.cfg', '7.5e0', '4')).toBe(7.5);
    expect(inputAfter('4.sampler_name', 'heun', '4')).toBe('heun');
    expect(inputAfter('5.resize', 'true', '5')).toBe(true);
    expect(inputAfter('5.resize', 'false', '5')).toBe(false);
    expect(inputAfter('2.text', ' 12 = 12 ', '2')).toBe(' 12 = 12 ');
  });

  it('leaves the given workflow and everything else as they were', () => {
    const before = structuredClone(workflow);
    const changed = setInput(workflow, '4.seed', '2', sampleCatalog);
    expect(workflow).toEqual(before);
    expect(changed).toEqual({ ...before, nodes: { ...before.nodes, '4': { type: 'Sampler', inputs: { seed: 2 } } } });
  });

  it.each([
    ['seed', '1', '"seed" names no input of a node. Write NODE.INPUT, such as KSampler.seed or 3.seed.'],
    ['4.', '1', 'names no input'],
    ['.seed', '1', 'names no input'],
    ['Encode.text', 'x', '"Encode" may be any of node 2 ("Positive"), node 3 ("v1.5 negative"). Name one by its id, such as 2.'],
    ['Smapler.seed', '1', 'The workflow has no node "Smapler". Did you mean "Sampler"?'],
    ['toString.seed', '1', 'The workflow has no node "toString".'],
    ['6.seed', '1', 'There is no node type "Unknown".'],
    ['4.sed', '1', 'Sampler has no input "sed". Did you mean "seed"?'],
    ['4.valueOf', '1', 'has no input "valueOf"'],
    [
      '4.model',
      '1',
      'model takes a link that brings MODEL, not a value. These inputs of the node take values: seed, steps, cfg, sampler_name.',
    ],
    ['4.steps', '2.5', 'steps is 2.5. Set it to a whole number from 1 to 10000.'],
    ['4.steps', 'many', 'steps is the text "many". Set it to a whole number from 1 to 10000.'],
    ['4.steps', '', 'steps is the text "".'],
    ['4.cfg', '0x10', 'cfg is the text "0x10".'],
    ['4.cfg', '1e999', 'cfg is Infinity. Set it to a number from 0 to 100.'],
    ['4.seed', '18446744073709551616', 'which is too large'],
    ['4.sampler_name', 'eular', 'Did you mean "euler"?'],
    ['5.resize', 'maybe', 'resize is the text "maybe". Set it to true or false.'],
  ])('refuses %s=%s', (target, text, message) => {
    expect(() => setInput(workflow, target, text, sampleCatalog)).toThrow(ProblemError);
    expect(() => setInput(workflow, target, text, sampleCatalog)).toThrow(message);
  });

  it('sets any seed exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (seed) => {
        expect(BigInt(inputAfter('4.seed', String(seed), '4') as number | bigint)).toBe(seed);
      }),
    );
  });
});
