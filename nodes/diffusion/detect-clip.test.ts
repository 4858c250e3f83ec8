import { describe, expect, it } from 'vitest';
import { ProblemError } from '../problem.ts';
import type { VisionConfig } from './config.ts';
import { detectClip } from './detect-clip.ts';
import { visitTextEncoder, visitVisionEncoder } from './models/tensors.ts';
import { elementCount } from './tensor.ts';
import type { TensorFile } from './tensor-file.ts';

type Shapes = ReadonlyMap<string, readonly number[]>;

function fileWith(shapes: Shapes, metadata: Readonly<Record<string, string>> = {}): TensorFile {
  const tensors = new Map(
    [...shapes].map(([key, shape]) => [
      key,
      { path: '/models/clip.safetensors', dtype: 'F16', shape, offset: 0, length: 2 * elementCount(shape) } as const,
    ]),
  );
  return { path: '/models/clip.safetensors', tensors, metadata: new Map(Object.entries(metadata)) };
}

function tower(config: VisionConfig): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  visitVisionEncoder(config, (key, shape) => shapes.set(key, shape));
  return shapes;
}

function parameters(shapes: Shapes): string {
  return (Array.from(shapes.values(), elementCount).reduce((sum, count) => sum + count, 0) / 1e6).toFixed(2);
}

const b32 = { width: 768, layers: 12, heads: 12, forward: 3072, patch: 32, image_size: 224, projection: 512 };
const l14 = { width: 1024, layers: 24, heads: 16, forward: 4096, patch: 14, image_size: 224, projection: 768 };
const openAi = { layout: 'transformers', prefix: 'vision_model.', activation: 'quick_gelu' } as const;
const openClip = { layout: 'open_clip', prefix: 'visual.', activation: 'gelu' } as const;

/** The published towers, with their parameters in millions as OpenCLIP's model profile gives them. */
const towers: readonly (readonly [string, VisionConfig, string])[] = [
  ['OpenAI ViT-B/32', { ...openAi, ...b32 }, '87.85'],
  ['OpenAI ViT-B/16', { ...openAi, ...b32, patch: 16 }, '86.19'],
  ['OpenAI ViT-L/14', { ...openAi, ...l14 }, '303.97'],
  ['OpenAI ViT-L/14 at 336 pixels', { ...openAi, ...l14, image_size: 336 }, '304.29'],
  ['OpenCLIP ViT-B/32', { ...openClip, ...b32 }, '87.85'],
  ['OpenCLIP ViT-H/14', { ...openClip, ...l14, width: 1280, layers: 32, forward: 5120, projection: 1024 }, '632.08'],
  [
    'ViT-H/14 under the names of transformers',
    { ...openAi, ...l14, width: 1280, layers: 32, forward: 5120, projection: 1024, activation: 'gelu' },
    '632.08',
  ],
  ['OpenCLIP ViT-g/14', { ...openClip, ...l14, width: 1408, layers: 40, forward: 6144, projection: 1024 }, '1012.65'],
  ['OpenCLIP ViT-bigG/14', { ...openClip, ...l14, width: 1664, layers: 48, forward: 8192, projection: 1280 }, '1844.91'],
];

describe('detectClip', () => {
  it.each(towers)('recognises the image encoder of %s', async (_, config, millions) => {
    const shapes = tower(config);
    expect(parameters(shapes)).toBe(millions);
    expect(await detectClip(fileWith(shapes))).toEqual({ vision: config, text: undefined, logitScale: 100 });
  });

  it("takes OpenAI's own files under OpenCLIP's names for what they are", async () => {
    const shapes = tower({ ...openClip, ...b32 }).set('input_resolution', []);
    expect((await detectClip(fileWith(shapes))).vision.activation).toBe('quick_gelu');
  });

  it('finds the image encoder of an unCLIP checkpoint', async () => {
    const config = { ...openClip, ...l14, prefix: 'embedder.model.visual.', activation: 'quick_gelu' } as const;
    const left = new Map([
      ['embedder.model.token_embedding.weight', [49408, 768]],
      ['embedder.model.text_projection', [768, 768]],
    ]);
    expect(await detectClip(fileWith(new Map([...tower(config), ...left])))).toEqual({ vision: config, text: undefined, logitScale: 100 });
  });

  it.each([
    ['transformers', 'text_model.', 512, { ...openAi, ...b32 }],
    ['open_clip', '', 512, { ...openClip, ...b32 }],
    ['transformers', 'text_model.', 640, { ...openAi, ...b32 }],
  ] as const)(
    'finds the text encoder under the names of %s below "%s" if its space of %d is the same',
    async (layout, prefix, space, vision) => {
      const text = {
        layout,
        prefix,
        width: 512,
        layers: 12,
        heads: 8,
        activation: vision.activation,
        hidden: -1,
        final_norm: true,
      } as const;
      const shapes = tower(vision);
      const whole = { ...text, projection: space, pad_token: layout === 'open_clip' ? 0 : 49407 };
      visitTextEncoder(whole, (key, shape) => shapes.set(key, shape));
      expect((await detectClip(fileWith(shapes))).text).toEqual(space === vision.projection ? whole : undefined);
    },
  );

  it('believes what a file says of its heads and its activation', async () => {
    const stated = { 'weft.config': JSON.stringify({ family: 'clip_vision', heads: 4, activation: 'gelu' }) };
    expect((await detectClip(fileWith(tower({ ...openAi, ...b32 }), stated))).vision).toMatchObject({ heads: 4, activation: 'gelu' });
  });

  it.each([
    ['a LoRA', new Map([['lora_unet_x.lora_down.weight', [4, 4]]]), 'is a LoRA; an image encoder (CLIP vision) was expected'],
    ['a checkpoint', new Map([['model.diffusion_model.input_blocks.0.0.weight', [320, 4, 3, 3]]]), 'the folder "checkpoints"'],
    ['an upscaler', new Map([['model.1.sub.0.RDB1.conv1.0.weight', [32, 64, 3, 3]]]), 'the folder "upscale_models"'],
    ['a text encoder', new Map([['text_model.encoder.layers.0.self_attn.q_proj.weight', [8, 8]]]), 'is a text encoder alone'],
    ['an image encoder without blocks', new Map([['visual.class_embedding', [64]]]), 'of a build that Weft cannot read'],
    [
      'an image encoder with a lost tensor',
      new Map([...tower({ ...openClip, ...b32 })].filter(([key]) => key !== 'visual.ln_post.bias')),
      'lacks 1 of the tensors',
    ],
    [
      'an image encoder whose pictures are no squares',
      new Map([...tower({ ...openClip, ...b32 }), ['visual.positional_embedding', [51, 768]]]),
      'does not look at squares',
    ],
  ])('says what is wrong with %s', async (_, shapes: Shapes, sentence) => {
    const error = await detectClip(fileWith(shapes)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(String(error)).toContain(sentence);
  });
});
