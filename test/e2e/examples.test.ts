import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { addExampleModels } from '../fixtures/example-models.ts';
import { smallClip, transformersNames } from '../fixtures/small-clip.ts';
import { lastJson, root, runCli, temporaryFolder } from './cli.ts';

const folder = join(root, 'workflows/examples');
/** Those that end in something else than a picture. */
const others = ['zero-shot-classification.json'];
const examples = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'index.json' && !others.includes(name));

/** What is set for the small models that stand in for those that people have. */
const settings: Readonly<Record<string, readonly string[]>> = {
  'controlnet.json': ['--set', 'size.width=128', '--set', 'size.height=128'],
  'inpaint-model.json': ['--set', 'scale.width=128', '--set', 'scale.height=128'],
  'lora.json': ['--set', 'latent.width=128', '--set', 'latent.height=128'],
};

async function pixels(picture: string): Promise<Buffer> {
  return sharp(picture).raw().toBuffer();
}

describe('examples', () => {
  it.each(examples)('%s makes a picture that is not one flat colour', async (name) => {
    const data = temporaryFolder();
    await addExampleModels(data);
    const result = await runCli('run', join(folder, name), '--json', '--data', data, ...(settings[name] ?? []));
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    const { status, pictures } = lastJson(result);
    expect(status).toBe('done');
    expect(pictures).toHaveLength(1);
    const { channels } = await sharp(pictures[0]).stats();
    expect(Math.max(...channels.map((channel) => channel.stdev))).toBeGreaterThan(10);
  });
});

describe('the example of zero-shot classification', () => {
  const workflow = join(folder, 'zero-shot-classification.json');

  it('tells how likely each label is, and again from the cache', async () => {
    const data = temporaryFolder();
    await writeSafetensors(join(data, 'models/clip_vision/clip-vit-large-patch14.safetensors'), transformersNames(smallClip()));
    const { status, nodes } = lastJson(await runCli('run', workflow, '--json', '--data', data));
    expect(status).toBe('done');
    const [table] = nodes.classify.tables ?? [];
    expect(table.rows).toHaveLength(5);
    expect(table.rows.reduce((sum, { values }) => sum + values[0], 0)).toBeCloseTo(1, 6);
    expect(lastJson(await runCli('run', workflow, '--json', '--data', data)).nodes.classify).toEqual({
      ms: 0,
      cached: true,
      tables: [table],
    });
    const { stdout } = await runCli('run', workflow, '--data', data);
    expect(stdout).toMatch(/^Classify Picture {2}\(as made before\)\n/);
    for (const { label } of table.rows) expect(stdout).toMatch(new RegExp(`^ {2}${label} +\\d+\\.\\d%`, 'm'));
  });

  it('says which file is missing', async () => {
    const result = await runCli('run', workflow, '--json', '--data', temporaryFolder());
    expect(lastJson(result)).toMatchObject({ status: 'invalid', problems: [{ node: 'clip', input: 'clip_name' }] });
    expect(lastJson(result).problems[0].what).toContain('clip-vit-large-patch14.safetensors');
  });

  it('says what a file is that is none', async () => {
    const data = temporaryFolder();
    mkdirSync(join(data, 'models/clip_vision'), { recursive: true });
    copyFileSync(join(root, 'resources/models/checkpoints/starter.safetensors'), join(data, 'models/clip_vision/starter.safetensors'));
    const { problems } = lastJson(await runCli('run', workflow, '--json', '--data', data, '--set', 'clip.clip_name=starter.safetensors'));
    expect(problems).toMatchObject([{ node: 'clip', input: 'clip_name' }]);
    expect(problems[0].what).toBe('The file "starter.safetensors" is a checkpoint; an image encoder (CLIP vision) was expected.');
  });
});

describe('an upscaled picture', () => {
  it('is four times as large and looks the same', async () => {
    const data = temporaryFolder();
    await addExampleModels(data);
    const { pictures } = lastJson(await runCli('run', join(folder, 'upscale.json'), '--json', '--data', data));
    expect(await sharp(pictures[0]).metadata()).toMatchObject({ width: 1024, height: 1024 });
    const [large, small] = [sharp(pictures[0]).resize(256, 256), sharp(join(folder, 'input/ocean.png'))];
    const [a, b] = await Promise.all([large.removeAlpha().raw().toBuffer(), small.removeAlpha().raw().toBuffer()]);
    const difference = a.reduce((sum, value, index) => sum + Math.abs(value - b[index]), 0) / a.length;
    expect(difference).toBeLessThan(3);
  });
});

describe('a picture', () => {
  it('carries its workflow, which makes the same pixels again', async () => {
    const first = lastJson(await runCli('run', join(folder, 'text-to-image.json'), '--json', '--data', temporaryFolder()));
    const again = lastJson(await runCli('run', first.pictures[0], '--json', '--data', temporaryFolder()));
    expect(again.status).toBe('done');
    expect(await pixels(again.pictures[0])).toEqual(await pixels(first.pictures[0]));
  });

  it('of another seed is another picture', async () => {
    const data = temporaryFolder();
    const file = join(folder, 'text-to-image.json');
    const one = lastJson(await runCli('run', file, '--json', '--data', data));
    const two = lastJson(await runCli('run', file, '--json', '--data', data, '--set', 'sampler.seed=18446744073709551615'));
    expect(await pixels(two.pictures[0])).not.toEqual(await pixels(one.pictures[0]));
    expect(readFileSync(two.pictures[0]).includes('18446744073709551615')).toBe(true);
  });
});

describe('a second run', () => {
  it('re-runs nothing where nothing changed, and gives the same file', async () => {
    const data = temporaryFolder();
    const file = join(folder, 'text-to-image.json');
    const first = lastJson(await runCli('run', file, '--json', '--data', data));
    const second = lastJson(await runCli('run', file, '--json', '--data', data));
    expect(second.pictures).toEqual(first.pictures);
    expect(Object.values(second.nodes).every((node) => node.cached)).toBe(true);
  });

  it('with another prompt runs only what the prompt changes', async () => {
    const data = temporaryFolder();
    const file = join(folder, 'text-to-image.json');
    await runCli('run', file, '--json', '--data', data);
    const { nodes } = lastJson(await runCli('run', file, '--json', '--data', data, '--set', 'positive.text=a forest at sunrise'));
    const ran = Object.keys(nodes).filter((id) => !nodes[id].cached);
    // The empty latent is made anew: that takes less time than reading it would.
    expect(ran.sort()).toEqual(['decode', 'latent', 'positive', 'sampler', 'save']);
  });
});
