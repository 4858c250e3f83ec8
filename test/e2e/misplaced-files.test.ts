import { copyFile, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSafetensors, writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { type Tensor, zeros } from '../../nodes/diffusion/tensor.ts';
import { type TestValue, writeTorchZip } from '../../nodes/diffusion/torch/torch-file.fixture.ts';
import { addExampleModels } from '../fixtures/example-models.ts';
import { randomWeights, smallSdxl } from '../fixtures/random-network.ts';
import { lastJson, root, runCli, temporaryFolder } from './cli.ts';

const starter = join(root, 'resources/models/checkpoints/starter.safetensors');
const example = (name: string) => join(root, 'workflows/examples', `${name}.json`);

/** Runs an example with a file that `write` makes as `name` below the model folders; expects one problem, and no picture. */
async function failing(workflow: string, name: string, write: (path: string) => Promise<void>, ...settings: string[]) {
  const data = temporaryFolder();
  await addExampleModels(data);
  const path = join(data, 'models', name);
  await mkdir(dirname(path), { recursive: true });
  await write(path);
  const result = await runCli('run', example(workflow), '--json', '--data', data, ...settings.flatMap((setting) => ['--set', setting]));
  expect(result.code).toBe(1);
  expect(lastJson(result)).toMatchObject({ status: 'failed', pictures: [] });
  const { problems } = lastJson(result);
  expect(problems).toHaveLength(1);
  return problems[0];
}

describe('what a file is, what was expected and what to do is said of', () => {
  it('an upscaler in the place of a checkpoint', async () => {
    const keys = ['model.0.weight', 'model.1.sub.0.RDB1.conv1.0.weight', 'model.10.weight'];
    const tensors = new Map(keys.map((key): [string, Tensor] => [key, zeros([3, 3, 3, 3])]));
    const write = (path: string) => writeSafetensors(path, tensors);
    const problem = await failing('text-to-image', 'checkpoints/4x.safetensors', write, 'checkpoint.ckpt_name=4x.safetensors');
    expect(problem).toEqual({
      node: 'checkpoint',
      input: 'ckpt_name',
      what: 'The file "4x.safetensors" is an upscaler; a whole checkpoint was expected.',
      fix: 'Put this file into the folder "upscale_models". Choose a Stable Diffusion 1.x, 2.x or SDXL checkpoint here.',
    });
  });

  it('a pickle with code in it, of which nothing is run', async () => {
    const proof = join(temporaryFolder(), 'was-run');
    const attack: TestValue = { call: ['posix', 'system'], args: [`touch ${proof}`] };
    const write = (path: string) => writeTorchZip(path, new Map([['state_dict', attack]]));
    const problem = await failing('text-to-image', 'checkpoints/evil.ckpt', write, 'checkpoint.ckpt_name=evil.ckpt');
    expect(problem).toEqual({
      node: 'checkpoint',
      input: 'ckpt_name',
      what: 'The file "evil.ckpt" asks to run "posix.system" when it is opened, which no model needs. Nothing was run.',
      fix: 'Do not open this file in other programs. Look for the .safetensors version of the model.',
    });
    await expect(open(proof)).rejects.toThrow('ENOENT');
  });

  it('a LoRA of another family', async () => {
    const layer = 'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k';
    const tensors = new Map([
      [`${layer}.lora_up.weight`, zeros([640, 4])],
      [`${layer}.lora_down.weight`, zeros([4, 2048])],
    ]);
    const write = (path: string) => writeSafetensors(path, tensors);
    const problem = await failing('lora', 'loras/xl.safetensors', write, 'lora.lora_name=xl.safetensors');
    expect(problem).toEqual({
      node: 'lora',
      input: 'lora_name',
      what: 'The LoRA "xl.safetensors" was made for SDXL, but the model "v1-5-pruned-emaonly-fp16.safetensors" belongs to Stable Diffusion 1.x.',
      fix: 'Choose a LoRA that was made for Stable Diffusion 1.x, or another checkpoint.',
    });
  });

  it('a ControlNet of another family', async () => {
    const unet = { ...smallSdxl, context_dim: 2048 };
    const description = { 'weft.config': JSON.stringify({ unet }) };
    const write = (path: string) => writeSafetensors(path, new Map(randomWeights(unet, 'controlNet', 3n)), description);
    const settings = ['net.control_net_name=xl.safetensors', 'scale.width=128', 'scale.height=128', 'size.width=128', 'size.height=128'];
    const problem = await failing('controlnet', 'controlnet/xl.safetensors', write, ...settings);
    expect(problem).toEqual({
      node: 'sampler',
      input: 'positive',
      what: 'The ControlNet "xl.safetensors" was made for SDXL, but the model belongs to a family that reads text 64 numbers wide.',
      fix: 'Choose a ControlNet that was made for the same family as the checkpoint.',
    });
  });
});

describe('a checkpoint', () => {
  it('that changes on the disk between two runs is noticed, and read anew', async () => {
    const data = temporaryFolder();
    const path = join(data, 'models/checkpoints/mine.safetensors');
    await mkdir(dirname(path), { recursive: true });
    await copyFile(starter, path);
    const run = async () => {
      const settings = ['--set', 'checkpoint.ckpt_name=mine.safetensors', '--set', 'sampler.steps=2'];
      const { status, nodes } = lastJson(await runCli('run', example('text-to-image'), '--json', '--data', data, ...settings));
      expect(status).toBe('done');
      return Object.keys(nodes).filter((id) => !nodes[id].cached);
    };
    expect(await run()).toContain('sampler');
    expect(await run()).toEqual([]);
    await turnOneBit(path, 'model.diffusion_model.out.2.bias');
    expect(await run()).toEqual(expect.arrayContaining(['checkpoint', 'positive', 'negative', 'sampler', 'decode', 'save']));
  });
});

async function turnOneBit(path: string, key: string): Promise<void> {
  const position = (await openSafetensors(path)).tensors.get(key)?.offset ?? Number.NaN;
  await using file = await open(path, 'r+');
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position });
  await file.write(Buffer.from([buffer[0] ^ 1]), { position });
}
