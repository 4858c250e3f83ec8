import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { koala1b, koala700m, sd1, sd2, sd2Unclip, sdxl, sdxlRefiner, ssd1b, vega } from '../../test/fixtures/full-size.ts';
import { ProblemError } from '../problem.ts';
import type { CheckpointConfig } from './config.ts';
import { detectCheckpoint, detectVae } from './detect.ts';
import { recogniseUnet } from './families.ts';
import { checkpointTensors } from './models/tensors.ts';
import { unetPrefix } from './models/unet.ts';
import { vaePrefix } from './models/vae.ts';
import { openSafetensors, writeSafetensors } from './safetensors.ts';
import { elementCount, tensor } from './tensor.ts';
import type { TensorFile } from './tensor-file.ts';
import { trainingSchedule } from './training.ts';

type Shapes = ReadonlyMap<string, readonly number[]>;

/** The header of a file that holds tensors of these shapes in float16; there is no file behind it. */
function fileWith(shapes: Shapes, metadata: Record<string, string> = {}): TensorFile {
  const path = '/models/some.safetensors';
  const tensors = [...shapes].map(
    ([key, shape]) => [key, { path, dtype: 'F16', shape, offset: 0, length: 2 * elementCount(shape) }] as const,
  );
  return { path, metadata: new Map(Object.entries(metadata)), tensors: new Map(tensors) };
}

const shapesOf = (config: CheckpointConfig) => checkpointTensors(config, vaePrefix);
const countUnder = (shapes: Shapes, prefix: string) =>
  [...shapes].filter(([key]) => key.startsWith(prefix)).reduce((sum, [, shape]) => sum + elementCount(shape), 0);
const stated = (config: unknown) => ({ 'weft.config': JSON.stringify(config) });

describe('the tensors of full-size checkpoints', () => {
  it.each([
    ['SD1.5', sd1, 859_520_964, 686],
    ['SD2.1', sd2, 865_910_724, 686],
    ['SDXL base', sdxl, 2_567_463_684, 1680],
    ['SDXL refiner', sdxlRefiner, 2_259_526_660, 1220],
  ])('%s has the published number of parameters', (_, config, parameters, tensors) => {
    const shapes = shapesOf(config);
    expect(countUnder(shapes, unetPrefix)).toBe(parameters);
    expect(countUnder(shapes, vaePrefix)).toBe(83_653_863);
    expect([...shapes.keys()].filter((key) => key.startsWith(unetPrefix))).toHaveLength(tensors);
  });
});

describe('the tensors of shrunk SDXLs', () => {
  const millions = (config: CheckpointConfig, ...prefixes: readonly string[]) =>
    Math.round(prefixes.reduce((sum, prefix) => sum + countUnder(shapesOf(config), unetPrefix + prefix), 0) / 1e6);

  it("add up to KOALA's published millions of parameters", () => {
    expect([millions(koala700m, ''), millions(koala1b, '')]).toEqual([783, 1161]);
  });

  it("add up to SSD-1B's published 1.33 thousand millions", () => {
    expect(millions(ssd1b, '')).toBe(1331);
  });

  it("add up to what Segmind says of Vega's way down, middle and way up", () => {
    expect(millions(vega, 'middle_block.')).toBe(31);
    expect(millions(vega, 'input_blocks.')).toBe(247);
    expect(millions(vega, 'output_blocks.')).toBe(460);
  });
});

describe('detectCheckpoint', () => {
  it.each([
    ['SD1.5', sd1],
    ['an inpainting SD1.5', { ...sd1, unet: { ...sd1.unet, in_channels: 9 } }],
    ['an older SD1.5', { ...sd1, text: [{ ...sd1.text[0], prefix: 'cond_stage_model.transformer.' }] }],
    ['SDXL base', sdxl],
    ['SDXL refiner', sdxlRefiner],
    ['an inpainting SDXL', { ...sdxl, unet: { ...sdxl.unet, in_channels: 9 } }],
    ['SSD-1B', ssd1b],
    ['Vega', vega],
    ['KOALA-700M', koala700m],
    ['KOALA-1B', koala1b],
  ])('recognises %s by its keys and shapes', async (_, config) => {
    expect(await detectCheckpoint(fileWith(shapesOf(config)))).toEqual(config);
  });

  it('recognises SDXL models that predict v by their marks', async () => {
    const shapes = new Map([...shapesOf(sdxl), ['v_pred', []]]);
    expect((await detectCheckpoint(fileWith(shapes))).schedule).toEqual(trainingSchedule('v'));
    const rescaled = fileWith(new Map([...shapes, ['ztsnr', []]]));
    expect((await detectCheckpoint(rescaled)).schedule).toEqual({ ...trainingSchedule('v'), zero_terminal_snr: true });
  });

  it('reads the scale of latents of Playground 2.5 from the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weft-detect-'));
    try {
      const path = join(folder, 'playground.safetensors');
      const [mean, std] = [Float32Array.of(-1.5, 2, -1.25, 2.5), Float32Array.of(8, 6, 6.5, 5)];
      await writeSafetensors(
        path,
        new Map([
          ['edm_mean', tensor(mean, [1, 4, 1, 1])],
          ['edm_std', tensor(std, [1, 4, 1, 1])],
        ] as const),
      );
      const tensors = new Map([...fileWith(shapesOf(sdxl)).tensors, ...(await openSafetensors(path)).tensors]);
      const { schedule, vae } = await detectCheckpoint({ path, tensors, metadata: new Map() });
      expect(schedule).toMatchObject({ prediction: 'edm', edm: { sigma_data: 0.5, sigma_min: 0.002, sigma_max: 80 } });
      expect(vae).toEqual({ ...sdxl.vae, scale_factor: 0.5, latent_mean: [...mean], latent_std: [...std] });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ['edm_vpred.sigma_max', [], 'CosXL'],
    ['scaled_fp8', [2], 'float8 with scales'],
  ])('says what cannot run by %s', async (key, shape, sentence) => {
    await expect(detectCheckpoint(fileWith(new Map([...shapesOf(sdxl), [key, shape]])))).rejects.toThrow(sentence);
  });

  it('recognises an SD2 that sees pictures by the vector that it takes', () => {
    expect(recogniseUnet(fileWith(shapesOf(sd2Unclip)), unetPrefix)).toEqual(sd2Unclip.unet);
  });

  it('recognises a consistency model by what it is told of guidance', async () => {
    const { unet, schedule } = await detectCheckpoint(
      fileWith(new Map([...shapesOf(sdxl), [`${unetPrefix}time_embed.cond_proj.weight`, [320, 256]]])),
    );
    expect(unet).toEqual({ ...sdxl.unet, guidance_width: 256 });
    expect(schedule.prediction).toBe('lcm');
  });

  it('leaves the averages of training out', async () => {
    const averages = [...shapesOf(sd1)].map(([key, shape]) => [`model_ema.${key.replaceAll('.', '')}`, shape] as const);
    expect(await detectCheckpoint(fileWith(new Map([...shapesOf(sd1), ...averages])))).toEqual(sd1);
  });

  it.each([
    [0.2, 'v'],
    [0.01, 'eps'],
  ] as const)('tells by a bias with a spread of %d that an SD2 predicts %s', async (spread, prediction) => {
    const folder = await mkdtemp(join(tmpdir(), 'weft-detect-'));
    try {
      const mark = `${unetPrefix}output_blocks.11.1.transformer_blocks.0.norm1.bias`;
      const path = join(folder, 'sd2.safetensors');
      const values = Float32Array.from({ length: 320 }, (_, index) => (index % 2 === 0 ? spread : -spread));
      await writeSafetensors(path, new Map([[mark, tensor(values, [320])]]));
      const tensors = new Map([...fileWith(shapesOf(sd2)).tensors, ...(await openSafetensors(path)).tensors]);
      const config = await detectCheckpoint({ path, tensors, metadata: new Map() });
      expect(config).toEqual({ ...sd2, schedule: { ...sd2.schedule, prediction } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('takes linear layers for 1x1 convolutions and the other way round', async () => {
    const shapes = new Map([...shapesOf(sd1)].map(([key, shape]) => [key, key.includes('mid.attn_1') ? shape.slice(0, 2) : shape]));
    expect(await detectCheckpoint(fileWith(shapes))).toEqual(sd1);
  });

  it('prefers what the file says of itself', async () => {
    const odd = { ...sd1, schedule: { ...sd1.schedule, beta_end: 0.02 } };
    expect(await detectCheckpoint(fileWith(shapesOf(sd1), stated(odd)))).toEqual(odd);
  });

  it.each([
    ['not JSON', '{', 'not JSON'],
    ['of another form', stated({ family: 'sd9' })['weft.config'], 'wrong'],
    ['of sizes beyond every model', JSON.stringify({ ...sd1, unet: { ...sd1.unet, model_channels: 2 ** 40 } }), 'beyond every model'],
    ['of levels without depth', JSON.stringify({ ...sd1, unet: { ...sd1.unet, transformer_depth: [1] } }), 'transformer depth'],
    ['of heads that do not divide', JSON.stringify({ ...sd1, unet: { ...sd1.unet, num_heads: 7 } }), 'attention heads'],
    ['of groups that do not divide', JSON.stringify({ ...sd1, unet: { ...sd1.unet, norm_groups: 48 } }), 'groups'],
    ['of another text width', JSON.stringify({ ...sd1, unet: { ...sd1.unet, context_dim: 512 } }), 'expects 512'],
    ['of more layers than the file has', JSON.stringify({ ...sd1, text: [{ ...sd1.text[0], layers: 60_000 }] }), 'at least 200'],
    ['of a layer that is not there', JSON.stringify({ ...sd1, text: [{ ...sd1.text[0], hidden: -14 }] }), 'no layer -14'],
    ['of wider channels than the file has', JSON.stringify({ ...sd1, unet: { ...sd1.unet, model_channels: 640 } }), 'has the shape'],
  ])('refuses a description that is %s', async (_, config, sentence) => {
    const error = await detectCheckpoint(fileWith(shapesOf(sd1), { 'weft.config': config })).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(String(error)).toContain(sentence);
  });

  it('lists what is missing', async () => {
    const shapes = new Map(shapesOf(sd1));
    shapes.delete(`${unetPrefix}middle_block.1.proj_in.weight`);
    shapes.delete(`${vaePrefix}decoder.mid.block_1.conv1.bias`);
    const missing = detectCheckpoint(fileWith(shapes));
    await expect(missing).rejects.toThrow(ProblemError);
    await expect(missing).rejects.toThrow('lacks 2 of the tensors');
    await expect(missing).rejects.toThrow('middle_block.1.proj_in.weight');
  });

  it('refuses numbers that it cannot compute with', async () => {
    const file = fileWith(shapesOf(sd1));
    const key = `${unetPrefix}out.2.weight`;
    const tensors = new Map(file.tensors);
    tensors.set(key, { path: file.path, dtype: 'I8', shape: [4, 320, 3, 3], offset: 0, length: 11520 });
    await expect(detectCheckpoint({ ...file, tensors })).rejects.toThrow('as I8');
  });

  it('gets through any set of shapes with a description of a model or in words', async () => {
    const tiny = {
      ...sd1,
      unet: { ...sd1.unet, model_channels: 32, channel_mult: [1, 2], num_res_blocks: 1, transformer_depth: [1, 0] },
      text: [{ ...sd1.text[0], layers: 1 }],
    };
    const shapes = [...shapesOf(tiny)];
    const sizes = fc.array(fc.oneof(fc.constantFrom(0, 1, 3, 4, 9, 32, 768, 2 ** 40, 2 ** 52), fc.nat(70)), { maxLength: 5 });
    const edits = fc.array(fc.record({ at: fc.nat(shapes.length - 1), shape: fc.option(sizes, { nil: undefined }) }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(edits, fc.constantFrom(...['conv_in.weight', 'input_blocks', 'attn2', 'token_embedding']), async (changes, word) => {
        const marked = shapes.flatMap(([key], at) => (key.includes(word) ? [at] : []));
        const changed = new Map(shapes);
        for (const [turn, { at, shape }] of changes.entries()) {
          const [key] = shapes[turn === 0 ? marked[at % marked.length] : at];
          if (shape === undefined) changed.delete(key);
          else changed.set(key, shape);
        }
        try {
          expect((await detectCheckpoint(fileWith(changed))).family).toBe('sd1');
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight', 'a LoRA'],
    ['transformer.double_blocks.0.lora_A.weight', 'a LoRA'],
    ['control_model.input_hint_block.0.weight', 'a ControlNet'],
    ['emb_params', 'a textual inversion'],
    ['first_stage_model.decoder.conv_in.weight', 'a VAE alone'],
    ['decoder.up_blocks.0.resnets.0.conv1.weight', 'diffusers'],
    ['down_blocks.0.resnets.0.conv1.weight', 'diffusers'],
    ['model.diffusion_model.double_blocks.0.img_attn.proj.weight', 'Flux'],
    ['model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight', 'Stable Diffusion 3'],
    ['model.1.sub.0.RDB1.conv1.0.weight', 'an upscaler'],
    ['vision_model.embeddings.class_embedding', 'an image encoder'],
    ['text_model.embeddings.token_embedding.weight', 'a text encoder alone'],
    ['input_blocks.0.0.weight', 'U-Net alone'],
    ['something.else', 'no model that Weft knows'],
  ])('says what a file with %s is', async (key, sentence) => {
    const error = await detectCheckpoint(fileWith(new Map([[key, [4, 4, 3, 3]]]))).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(String(error)).toContain(sentence);
  });

  it.each([
    ['a U-Net without text encoder', (key: string) => key.startsWith('cond_stage_model.'), 'lacks its text encoder.'],
    ['a U-Net without anything else', (key: string) => !key.startsWith(unetPrefix), 'lacks its text encoder and its VAE.'],
    ['a U-Net without VAE', (key: string) => key.startsWith(vaePrefix), 'lacks its VAE.'],
  ])('says that a file is %s', async (_, drop, sentence) => {
    const shapes = new Map([...shapesOf(sd1)].filter(([key]) => !drop(key)));
    await expect(detectCheckpoint(fileWith(shapes))).rejects.toThrow(sentence);
  });

  it('says that blocks which differ within a level cannot run', async () => {
    const shapes = new Map([...shapesOf(sdxl)].filter(([key]) => !/input_blocks\.8\.1\.transformer_blocks\.[4-9]\./.test(key)));
    await expect(detectCheckpoint(fileWith(shapes))).rejects.toThrow('differ within a level');
  });

  it.each([8, 9])('knows models of %s input channels, for editing and for inpainting', async (in_channels) => {
    const config = { ...sd1, unet: { ...sd1.unet, in_channels } };
    expect((await detectCheckpoint(fileWith(shapesOf(config)))).unet.in_channels).toBe(in_channels);
  });

  it('says that models that are led by depth cannot run', async () => {
    const depth = { ...sd1, unet: { ...sd1.unet, in_channels: 5 } };
    await expect(detectCheckpoint(fileWith(shapesOf(depth)))).rejects.toThrow('5 input channels');
  });
});

describe('detectVae', () => {
  it.each([vaePrefix, ''])('reads a VAE whose keys begin with "%s"', (prefix) => {
    const shapes = [...checkpointTensors(sd1, prefix)].filter(
      ([key]) => /(encoder|decoder|quant_conv)/.test(key) && !key.includes('cond_stage'),
    );
    expect(detectVae(fileWith(new Map(shapes)))).toEqual(sd1.vae);
  });

  it('refuses a description of sizes beyond every model', () => {
    const config = { ...sd1, vae: { ...sd1.vae, channels: 2 ** 45, norm_groups: 2 ** 45 } };
    expect(() => detectVae(fileWith(shapesOf(sd1), stated(config)))).toThrow('beyond every model');
  });

  it('says what a file is that is none', () => {
    expect(() => detectVae(fileWith(new Map([['emb_params', [1, 768]]])))).toThrow('is a textual inversion; a VAE was expected');
  });
});
