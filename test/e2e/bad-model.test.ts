import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lastJson, root, runCli, temporaryFolder } from './cli.ts';

const starter = join(root, 'resources/models/checkpoints/starter.safetensors');
const workflow = join(root, 'workflows/examples/text-to-image.json');

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

function withHeader(header: string | Header, body: Buffer): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, body]);
}

function openStarter(): { header: Header; body: Buffer } {
  const bytes = readFileSync(starter);
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  return { header: JSON.parse(bytes.toString('utf8', 8, end)), body: bytes.subarray(end) };
}

/** Runs text-to-image with the file that `write` makes as its checkpoint; expects a sentence about it, and no picture. */
async function failing(write: (path: string) => void, ...more: string[]): Promise<string> {
  const data = temporaryFolder();
  mkdirSync(join(data, 'models/checkpoints'), { recursive: true });
  write(join(data, 'models/checkpoints/bad.safetensors'));
  const result = await runCli('run', workflow, '--set', 'checkpoint.ckpt_name=bad.safetensors', '--json', '--data', data, ...more);
  expect(result.code).toBe(1);
  const { status, problems, pictures } = lastJson(result);
  expect(status).toBe('failed');
  expect(pictures).toEqual([]);
  expect(problems).toHaveLength(1);
  return `${problems[0].node} ${problems[0].input ?? ''}: ${problems[0].what} ${problems[0].fix ?? ''}`;
}

describe('a file that is no checkpoint', () => {
  it('is told from one: a web page saved by a failed download', async () => {
    const text = await failing((path) => writeFileSync(path, '<!DOCTYPE html><html><body>Not found</body></html>'));
    expect(text).toMatch(/^checkpoint ckpt_name: .*bad\.safetensors/);
  });

  it('is told from one: a download that broke off', async () => {
    const text = await failing((path) => {
      copyFileSync(starter, path);
      truncateSync(path, 5_000_000);
    });
    expect(text).toMatch(/^checkpoint ckpt_name: .*(again|incomplete|cut off|truncated)/i);
  });

  it('is told from one: tensors of no known family', async () => {
    const body = Buffer.alloc(16);
    const text = await failing((path) =>
      writeFileSync(path, withHeader({ 'some.weight': { dtype: 'F32', shape: [4], data_offsets: [0, 16] } }, body)),
    );
    expect(text).toMatch(/^checkpoint ckpt_name: /);
  });
});

describe('a hostile header', () => {
  const entry = (begin: number, end: number, shape: readonly number[] = [4]) =>
    `{"dtype":"F32","shape":[${shape}],"data_offsets":[${begin},${end}]}`;
  it.each([
    ['overlapping offsets', `{"a":${entry(0, 16)},"b":${entry(8, 24)}}`],
    ['huge offsets', `{"a":${entry(0, 9007199254740991)}}`],
    ['a hole', `{"a":${entry(0, 16)},"b":${entry(20, 36)}}`],
    ['duplicate keys', `{"a":${entry(0, 16)},"a":${entry(16, 32)}}`],
    ['a shape that does not fit', `{"a":${entry(0, 16, [5])},"b":${entry(16, 32)}}`],
    ['a shape that overflows', `{"a":${entry(0, 16, [4294967296, 4294967296])},"b":${entry(16, 32)}}`],
    ['no JSON', '{"a":'],
  ])('with %s is refused', async (_, header) => {
    const text = await failing((path) => writeFileSync(path, withHeader(header, Buffer.alloc(32))));
    expect(text).toMatch(/^checkpoint ckpt_name: .*bad\.safetensors/);
  });

  it('longer than the file is refused', async () => {
    const text = await failing((path) => writeFileSync(path, Buffer.from([255, 255, 255, 255, 255, 255, 255, 127, 123])));
    expect(text).toMatch(/^checkpoint ckpt_name: .*bad\.safetensors/);
  });
});

describe('a model that goes wrong while it runs', () => {
  it('is named when it gives NaN', async () => {
    const text = await failing((path) => {
      const { header, body } = openStarter();
      const broken = Buffer.from(body);
      const [begin, end] = header['model.diffusion_model.out.2.bias'].data_offsets;
      for (let at = begin; at < end; at += 2) broken.writeUInt16LE(0x7e00, at);
      writeFileSync(path, withHeader(header, broken));
    });
    expect(text).toMatch(/^sampler .*not numbers.*checkpoint/);
  });

  it('refuses an embedding of another width', async () => {
    const data = temporaryFolder();
    mkdirSync(join(data, 'models/embeddings'), { recursive: true });
    const header: Header = { emb_params: { dtype: 'F32', shape: [1, 8], data_offsets: [0, 32] } };
    writeFileSync(join(data, 'models/embeddings/narrow.safetensors'), withHeader(header, Buffer.alloc(32)));
    const result = await runCli('run', workflow, '--set', 'positive.text=a house, embedding:narrow', '--json', '--data', data);
    expect(result.code).toBe(1);
    const [problem] = lastJson(result).problems;
    expect(problem.node).toBe('positive');
    expect(problem.what).toMatch(/narrow.*8.*64|narrow.*64.*8/s);
  });
});
