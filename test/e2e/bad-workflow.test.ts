import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lastJson, root, runCli, temporaryFolder } from './cli.ts';

const starter = join(root, 'workflows/examples/text-to-image.json');

/** Runs a workflow of these nodes and expects it to be refused before anything runs. */
async function refused(nodes: unknown): Promise<ReturnType<typeof lastJson>['problems']> {
  const data = temporaryFolder();
  const file = join(data, 'workflow.json');
  writeFileSync(file, JSON.stringify({ format: 'weft', version: 1, nodes }));
  const result = await runCli('run', file, '--json', '--data', data);
  expect(result.code).toBe(2);
  const { status, problems } = lastJson(result);
  expect(status).toBe('invalid');
  for (const problem of problems) expect(result.stderr).toContain(problem.what);
  return problems;
}

const emptyImage = (inputs: object = {}) => ({ type: 'EmptyImage', inputs });
const save = (from: string) => ({ type: 'SaveImage', inputs: { images: { link: [from, 'IMAGE'] } } });

describe('a workflow that cannot run is refused with all its problems', () => {
  it('names the file that is not there', async () => {
    const result = await runCli('run', 'no-such-workflow.json', '--data', temporaryFolder());
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('no-such-workflow.json');
  });

  it('says where JSON is broken', async () => {
    const data = temporaryFolder();
    const file = join(data, 'broken.json');
    writeFileSync(file, '{"format": "weft",\n "version": }');
    const result = await runCli('run', file, '--data', data);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('line 2');
  });

  it('shows a cycle', async () => {
    const invert = (from: string) => ({ type: 'ImageInvert', inputs: { image: { link: [from, 'IMAGE'] } } });
    const problems = await refused({ a: invert('b'), b: invert('a'), out: save('b') });
    expect(problems.map((problem) => problem.what).join()).toMatch(/circle|cycle|itself/);
  });

  it('reports an unknown node, a wrong type and a value out of range at once', async () => {
    const problems = await refused({
      image: emptyImage({ width: 0, height: 64, batch_size: 'two' }),
      typo: { type: 'SaveImag', inputs: {} },
      scale: { type: 'ImageScale', inputs: { image: { link: ['mask', 'MASK'] }, width: 8, height: 8 } },
      mask: { type: 'SolidMask', inputs: {} },
      out: save('image'),
    });
    const at = problems.map((problem) => [problem.node, problem.input]);
    expect(at).toContainEqual(['image', 'width']);
    expect(at).toContainEqual(['image', 'batch_size']);
    expect(at).toContainEqual(['scale', 'image']);
    expect(at).toContainEqual(['typo', undefined]);
    expect(problems.find((problem) => problem.node === 'typo')?.fix).toContain('SaveImage');
  });

  it('names a checkpoint that is missing, and where it would go', async () => {
    const result = await runCli('run', starter, '--set', 'checkpoint.ckpt_name=dreams.safetensors', '--json', '--data', temporaryFolder());
    expect(result.code).toBe(2);
    const [problem] = lastJson(result).problems;
    expect(problem).toMatchObject({ node: 'checkpoint', input: 'ckpt_name' });
    expect(`${problem.what} ${problem.fix}`).toMatch(/dreams\.safetensors[\s\S]*checkpoints/);
  });

  it('explains a picture without a workflow', async () => {
    const result = await runCli('run', join(root, 'workflows/examples/input/ocean.png'), '--data', temporaryFolder());
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/no workflow/i);
  });

  it('explains a --set that names nothing', async () => {
    const result = await runCli('run', starter, '--set', 'sampler.step=3', '--data', temporaryFolder());
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('steps');
  });
});

describe('a data folder that cannot be used', () => {
  it('is named', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub/file'), '');
    const result = await runCli('run', starter, '--data', join(folder, 'sub/file'));
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(join(folder, 'sub/file'));
  });
});
