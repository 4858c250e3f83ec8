import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { lastJson, root, runCli, temporaryFolder } from './cli.ts';

const folder = join(root, 'workflows/examples');
const examples = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'index.json');

async function pixels(picture: string): Promise<Buffer> {
  return sharp(picture).raw().toBuffer();
}

describe('examples', () => {
  it.each(examples)('%s makes a picture that is not one flat colour', async (name) => {
    const result = await runCli('run', join(folder, name), '--json', '--data', temporaryFolder());
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    const { status, pictures } = lastJson(result);
    expect(status).toBe('done');
    expect(pictures).toHaveLength(1);
    const { channels } = await sharp(pictures[0]).stats();
    expect(Math.max(...channels.map((channel) => channel.stdev))).toBeGreaterThan(10);
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
