import { describe, expect, it } from 'vitest';
import { diffusersControlNetKey } from '../../test/fixtures/diffusers-names.ts';
import { sd1, sd2, sdxl } from '../../test/fixtures/full-size.ts';
import { ProblemError } from '../problem.ts';
import type { UnetConfig } from './config.ts';
import { detectControlNet } from './detect-control-net.ts';
import { visitControlNet } from './models/tensors.ts';
import { elementCount } from './tensor.ts';
import type { TensorFile } from './tensor-file.ts';

type Shapes = Iterable<readonly [string, readonly number[]]>;

/** The header of a file that holds tensors of these shapes in float16; there is no file behind it. */
function fileWith(shapes: Shapes): TensorFile {
  const path = '/models/control.safetensors';
  const entry = (shape: readonly number[]) => ({ path, dtype: 'F16', shape, offset: 0, length: 2 * elementCount(shape) }) as const;
  return { path, metadata: new Map(), tensors: new Map([...shapes].map(([key, shape]) => [key, entry(shape)])) };
}

function shapesOf(unet: UnetConfig): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  visitControlNet(unet, (key, shape) => shapes.set(key, shape));
  return shapes;
}

function problemOf(file: TensorFile): string {
  try {
    detectControlNet(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    return String(error);
  }
  throw new Error('the file was accepted');
}

describe('a full-size ControlNet', () => {
  it.each([
    ['SD1.5', sd1, 361_279_120],
    ['SD2.1', sd2, 364_228_240],
    ['SDXL', sdxl, 1_251_014_160],
  ] as const)('of %s has the published number of parameters and is recognised in every layout', (_, { unet }, parameters) => {
    const shapes = shapesOf(unet);
    expect([...shapes.values()].reduce((sum, shape) => sum + elementCount(shape), 0)).toBe(parameters);
    const names = [(key: string) => key, (key: string) => `control_model.${key}`, (key: string) => diffusersControlNetKey(key, unet)];
    for (const name of names) {
      const renamed = [...shapes].map(([key, shape]) => [name(key), shape] as const);
      expect(detectControlNet(fileWith(renamed))).toEqual({ unet });
    }
  });

  it('of SDXL may lack all transformers, as the small ones do', () => {
    const unet = { ...sdxl.unet, transformer_depth: [0, 0, 0], middle_depth: 0, linear_projections: false };
    const renamed = [...shapesOf(unet)].map(([key, shape]) => [diffusersControlNetKey(key, unet), shape] as const);
    expect(detectControlNet(fileWith(renamed.map(([key, shape]) => [key.replace('attentions.0.', 'resnets.1.'), shape])))).toEqual({
      unet,
    });
  });
});

describe('what is no ControlNet that Weft knows', () => {
  const own = [...shapesOf(sd1.unet)];
  it.each([
    ['a LoRA', [['lora_unet_mid_block_attentions_0_proj_in.lora_up.weight', [320, 4]]], 'is a LoRA; a ControlNet was expected'],
    ['a union', [...own, ['task_embedding', [8, 320]]], '("union"), which Weft does not know yet'],
    ['a Control-LoRA', [...own, ['lora_controlnet', []]], 'is a Control-LoRA'],
    ['a difference', [...own, ['difference', []]], 'as a difference to its checkpoint'],
    ['a LLLite', [['lllite_unet_input_blocks_1_1.depth1.0.weight', [32]]], 'is a ControlNet-LLLite'],
    ['a T2I-Adapter', [['body.0.block1.weight', [320, 320, 3, 3]]], 'is a T2I-Adapter'],
    ['a T2I-Adapter of diffusers', [['adapter.body.0.resnets.0.block1.weight', [320]]], 'is a T2I-Adapter'],
    ['a checkpoint', [['model.diffusion_model.input_blocks.0.0.weight', [320, 4, 3, 3]]], 'is a checkpoint; a ControlNet was expected'],
    ['one for another model', own.map(([key]) => [key, [3, 3, 3, 3]] as const), 'a ControlNet of 3 input channels fits no model'],
  ] as const)('%s is told by its name', (_, shapes, text) => {
    expect(problemOf(fileWith(shapes))).toContain(text);
  });

  it('a part of one is told from a whole one', () => {
    const problem = problemOf(fileWith(own.filter(([key]) => !key.startsWith('zero_convs.7'))));
    expect(problem).toContain('lacks 2 of the tensors');
    expect(problem).toContain('choose another ControlNet');
  });
});
