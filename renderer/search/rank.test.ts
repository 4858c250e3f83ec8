import { describe, expect, it } from 'vitest';
import type { NodeDescription } from '../../nodes/define.ts';
import { matchScore, rankNodes } from './rank.ts';

function node(type: string, title: string, rest: Partial<NodeDescription> = {}): NodeDescription {
  return {
    type,
    version: 1,
    title,
    category: 'image',
    description: '',
    aliases: [],
    inputs: {},
    outputs: {},
    device: 'cpu',
    output: false,
    deterministic: true,
    constant: false,
    takesLists: false,
    ...rest,
  };
}

const nodes = [
  node('KSampler', 'Sampler', { category: 'sampling', aliases: ['denoise', 'diffuse'] }),
  node('KSamplerAdvanced', 'Sampler (Part of the Steps)', { category: 'sampling' }),
  node('EmptyLatentImage', 'Empty Latent', { category: 'latent' }),
  node('VAEDecode', 'VAE Decode', { category: 'latent', description: 'Turns a latent back into pixels.' }),
  node('LoadImage', 'Load Picture', { aliases: ['open', 'import'] }),
];
const titles = (query: string) => rankNodes(query, nodes).map(({ type }) => type);

describe('matchScore', () => {
  it('prefers whole names, then beginnings, then beginnings of words, then parts', () => {
    const scores = ['load', 'load picture', 'pre load', 'upload', 'l o a d'].map((text) => matchScore('load', text));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(new Set(scores).size).toBe(scores.length);
  });
  it('finds initials in camel case', () => {
    expect(matchScore('eli', 'EmptyLatentImage')).toBeGreaterThan(0.6);
    expect(matchScore('eli', 'delight')).toBeGreaterThan(0);
    expect(matchScore('xyz', 'EmptyLatentImage')).toBe(0);
  });
});

describe('rankNodes', () => {
  it('finds by title, type, alias, category and description', () => {
    expect(titles('vae')[0]).toBe('VAEDecode');
    expect(titles('ksampler')[0]).toBe('KSampler');
    expect(titles('denoise')[0]).toBe('KSampler');
    expect(titles('sampling').slice(0, 2).toSorted()).toEqual(['KSampler', 'KSamplerAdvanced']);
    expect(titles('pixels')[0]).toBe('VAEDecode');
  });
  it('puts the plain node before its longer namesake', () => {
    expect(titles('sampler').slice(0, 2)).toEqual(['KSampler', 'KSamplerAdvanced']);
  });
  it('gives all for nothing, in their order, and nothing for nonsense', () => {
    expect(titles('')).toEqual(nodes.map(({ type }) => type));
    expect(titles('qqqq')).toEqual([]);
  });
});
