import { describe, expect, it } from 'vitest';
import { boolean, combo, file, float, int, seed, socket, text } from '../nodes/define.ts';
import { sampleCatalog, workflowOf } from './catalog.fixture.ts';
import { fileFoldersOf, matchFileName } from './file-names.ts';
import { nearest } from './nearest.ts';
import { fitsInput } from './types-fit.ts';

describe('nearest', () => {
  it.each([
    ['eular', ['euler', 'heun', 'lms'], ['euler']],
    ['Emtpy', ['Empty', 'Encode'], ['Empty']],
    ['ksampler', ['KSampler', 'KSamplerAdvanced', 'VAEDecode'], ['KSampler', 'KSamplerAdvanced']],
    ['dpmpp2m', ['dpmpp_2m', 'dpmpp_2m_sde', 'ddim'], ['dpmpp_2m']],
    ['starter', ['sd/starter.safetensors', 'other.safetensors'], ['sd/starter.safetensors']],
    ['xyz', ['euler'], []],
    ['a', ['banana'], []],
    ['', ['a'], []],
    ['x'.repeat(1e6), ['euler'], []],
  ])('of %j among %j', (name, candidates, expected) => {
    expect(nearest(name, candidates, 2)).toEqual(expected);
  });
});

describe('matchFileName', () => {
  const names = ['a.safetensors', 'x/b.safetensors', 'y/b.safetensors', 'x/c.pt', 'style.v1.pt'];
  it.each([
    ['a.safetensors', 'a.safetensors'],
    ['x/b.safetensors', 'x/b.safetensors'],
    ['x\\b.safetensors', 'x/b.safetensors'],
    ['b.safetensors', undefined],
    ['elsewhere/c.pt', 'x/c.pt'],
    ['a', 'a.safetensors'],
    ['c', 'x/c.pt'],
    ['style.v1', 'style.v1.pt'],
    ['x/b', 'x/b.safetensors'],
    ['A.safetensors', undefined],
    ['x/', undefined],
    ['', undefined],
    ['\\', undefined],
  ])('%j is %j', (wanted, expected) => {
    expect(matchFileName(wanted, names)).toBe(expected);
  });
});

describe('fileFoldersOf', () => {
  it('gives the folders of the fields, not of nodes that are not there', () => {
    expect([
      ...fileFoldersOf(workflowOf({ '1': { type: 'Loader', inputs: {} }, '2': { type: 'Unknown', inputs: {} } }), sampleCatalog),
    ]).toEqual(['checkpoints']);
    expect([...fileFoldersOf(workflowOf({ '1': { type: 'Empty', inputs: {} } }), sampleCatalog)]).toEqual([]);
  });
});

describe('fitsInput', () => {
  const range = { default: 0, min: 0, max: 1 };
  it.each([
    ['IMAGE', socket('IMAGE'), true],
    ['IMAGE', socket('MASK'), false],
    ['INT', socket('FLOAT'), true],
    ['FLOAT', socket('INT'), false],
    ['INT', int(range), true],
    ['FLOAT', int(range), false],
    ['INT', float(range), true],
    ['FLOAT', float(range), true],
    ['INT', seed(), true],
    ['STRING', text(), true],
    ['INT', text(), false],
    ['STRING', combo(['a']), true],
    ['STRING', file('vae'), true],
    ['BOOLEAN', boolean({ default: false }), true],
    ['INT', boolean({ default: false }), false],
  ] as const)('%s into %o: %s', (from, spec, expected) => {
    expect(fitsInput(from, spec)).toBe(expected);
  });
});
