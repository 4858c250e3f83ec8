import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../nodes/problem.ts';
import { anyWorkflow } from './arbitrary.fixture.ts';
import { stringifyJson } from './json.ts';
import { openWorkflow } from './open.ts';
import { withText, workflowKeyword } from './png.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => bytes(JSON.stringify(value));
const sample = { format: 'weft', version: 1, nodes: { '1': { type: 'KSampler', inputs: { seed: 18446744073709551615n } } } };

/** A grey picture of one pixel. */
const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64');

describe('openWorkflow', () => {
  it('opens JSON as text and as bytes, and pictures that carry it', () => {
    const text = stringifyJson(sample);
    expect(openWorkflow(text)).toEqual(sample);
    expect(openWorkflow(bytes(`\uFEFF${text}`))).toEqual(sample);
    expect(openWorkflow(withText(picture, workflowKeyword, text))).toEqual(sample);
  });

  it('gives back every workflow that a file or a picture has carried', () => {
    fc.assert(
      fc.property(anyWorkflow, (workflow) => {
        const text = stringifyJson(workflow);
        expect(openWorkflow(text)).toEqual(workflow);
        expect(openWorkflow(withText(picture, workflowKeyword, text))).toEqual(workflow);
      }),
    );
  });

  it.each([
    ['a picture without a workflow', picture, /carries no workflow/],
    ['a picture of A1111', withText(picture, 'parameters', 'a cat\nSteps: 20'), /parameters of another program/],
    ['a picture of ComfyUI', withText(picture, 'prompt', '{}'), /picture carries a workflow of ComfyUI/],
    [
      "a picture with ComfyUI's workflow",
      withText(withText(picture, 'prompt', '{}'), 'workflow', '{"nodes": [], "links": []}'),
      /workflow of ComfyUI/,
    ],
    ['a picture that is cut off', picture.subarray(0, 40), /ends too early/],
    ['a JPEG', Buffer.from('ffd8ffe000104a46', 'hex'), /a JPEG picture, not a workflow/],
    ['a WebP', Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1'), /a WebP picture/],
    ['a GIF', Buffer.from('GIF89a'), /a GIF picture/],
    ['a pickle', Buffer.from('PK\x03\x04'), /ZIP archive or a PyTorch file/],
    ['other bytes', Buffer.from([0xff, 0xfe, 0, 1]), /neither text nor a PNG/],
    ['nothing', Buffer.alloc(0), /end of the file where a value is expected/],
    ['half a file', bytes(stringifyJson(sample)).subarray(0, 40), /cut off/],
    ['another JSON file', json({ name: 'weft', version: '0.1.0' }), /not a workflow of Weft/],
    ['a JSON text', json('weft'), /holds no workflow/],
    ['an array', json([sample.format]), /holds no workflow/],
    ["ComfyUI's format", json({ nodes: [], links: [], version: 0.4 }), /workflow of ComfyUI, which Weft cannot import yet/],
    ["ComfyUI's API format", json({ '3': { class_type: 'KSampler', inputs: {} } }), /workflow of ComfyUI/],
    ['a newer version', json({ format: 'weft', version: 2, nodes: [] }), /newer Weft.*version 2.*Update Weft/],
    ['no version', json({ format: 'weft', nodes: {} }), /version is not as it should be/],
    [
      'a fault in a node',
      json({ format: 'weft', version: 1, nodes: { a: { type: 'X', inputs: { b: null } } } }),
      /nodes\.a\.inputs\.b is not as it should be/,
    ],
    ['many faults', json({ format: 'weft', version: 1, nodes: { a: 1, b: 2, c: 3 } }), /nodes\.a .*So are 2 other places/],
    ['a huge file', Buffer.alloc(50_000_001, ' '), /too large: 50 MB/],
  ])('refuses %s with a sentence', (_name, source, message) => {
    expect(() => openWorkflow(source)).toThrow(ProblemError);
    expect(() => openWorkflow(source)).toThrow(message);
  });

  it('throws nothing but ProblemErrors', () => {
    const anything = fc.oneof(
      fc.uint8Array(),
      fc.json().map(bytes),
      fc.json().map((text) => bytes(`{"format": "weft", "version": 1, "nodes": ${text}}`)),
      fc.json().map((text) => withText(picture, 'workflow', text)),
      fc.uint8Array().map((rest) => Buffer.concat([picture.subarray(0, 8), rest])),
    );
    fc.assert(
      fc.property(anything, (source) => {
        try {
          openWorkflow(source);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
