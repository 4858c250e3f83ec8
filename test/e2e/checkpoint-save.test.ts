import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lastJson, runCli, temporaryFolder } from './cli.ts';

const networks = { model: { link: ['load', 'MODEL'] }, clip: { link: ['load', 'CLIP'] }, vae: { link: ['load', 'VAE'] } };

it('tells where a checkpoint was saved, and again where nothing has changed', async () => {
  const data = temporaryFolder();
  const workflow = join(data, 'save.json');
  const nodes = {
    load: { type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'starter.safetensors' } },
    save: { type: 'CheckpointSave', inputs: { ...networks, filename_prefix: 'mine' } },
  };
  writeFileSync(workflow, JSON.stringify({ format: 'weft', version: 1, nodes }));
  const path = join(data, 'output', 'mine_00001_.safetensors');
  const run = (...more: string[]) => runCli('run', workflow, '--data', data, ...more);

  expect(await run()).toMatchObject({ code: 0, stderr: '', stdout: `${path}\n` });
  expect(existsSync(path)).toBe(true);
  expect(await run()).toMatchObject({ code: 0, stdout: `${path}  (as made before)\n` });
  expect(lastJson(await run('--json'))).toMatchObject({ status: 'done', pictures: [], checkpoints: [path] });
});
