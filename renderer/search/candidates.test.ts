import { expect, it } from 'vitest';
import { sampleCatalog, workflowOf } from '../../workflows/catalog.fixture.ts';
import { candidates } from './candidates.ts';
import type { Search } from './search-state.ts';

const workflow = workflowOf({
  sample: { type: 'Sampler', inputs: {} },
  decode: { type: 'Decode', inputs: {} },
  curve: { type: 'PrimitiveFloat', inputs: {} },
});

function offered(start: NonNullable<Search['start']>): string[] {
  return candidates(workflow, sampleCatalog, { at: { x: 0, y: 0 }, start }).map(({ type }) => type);
}

it('offers for a released link first where it leads, then what makes something else of it, then what changes it', () => {
  expect(offered({ end: 'output', place: { node: 'decode', output: 'IMAGE' } })).toEqual(['Save', 'Measure', 'Composite']);
  expect(offered({ end: 'output', place: { node: 'sample', output: 'LATENT' } })).toEqual(['Decode', 'Sampler']);
  // What takes a number by a socket comes before what takes it by a field.
  expect(offered({ end: 'output', place: { node: 'curve', output: 'FLOAT' } })[0]).toBe('Curve');
});

it('offers for an input first where such a value comes from', () => {
  expect(offered({ end: 'input', place: { node: 'sample', input: 'latent_image' } })).toEqual(['Empty', 'Sampler']);
});
