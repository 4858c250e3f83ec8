import { defineNode, float, int, socket, text } from '../define.ts';
import { encodeText } from '../diffusion/clip-text.ts';
import { ProblemError } from '../problem.ts';
import { embeddingsIn } from './embeddings-in.ts';

const clipInput = socket('CLIP', 'The text encoder, usually from the checkpoint.');
const side = (standard: number, tooltip: string) => int({ default: standard, min: 0, max: 16384, tooltip });

export const clipTextEncodeSdxl = defineNode({
  type: 'CLIPTextEncodeSDXL',
  version: 1,
  title: 'Prompt (SDXL)',
  category: 'conditioning/sdxl',
  description:
    "Like Prompt, with a text for each of SDXL's two text encoders and what the model is told of the picture's size and crop. A small width and height make it draw like an enlarged small picture; a crop moves the subject out of the middle.",
  aliases: ['text', 'clip', 'encode', 'size', 'crop'],
  inputs: {
    clip: clipInput,
    width: side(1024, 'The width in pixels of the picture that the model should think of.'),
    height: side(1024, 'Its height in pixels.'),
    crop_w: side(0, 'How many pixels are cut off at its left.'),
    crop_h: side(0, 'How many pixels are cut off at its top.'),
    target_width: side(1024, 'The width in pixels of the picture to be drawn.'),
    target_height: side(1024, 'The height in pixels of the picture to be drawn.'),
    text_g: text({ multiline: true, tooltip: 'For the larger text encoder (OpenCLIP bigG), which leads the picture as a whole.' }),
    text_l: text({ multiline: true, tooltip: 'For the smaller text encoder (CLIP-L); mostly the same text.' }),
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'accelerator',
  filesIn: (values) => [...embeddingsIn(values, 'text_g'), ...embeddingsIn(values, 'text_l')],
  async run({ clip, width, height, crop_w, crop_h, target_width, target_height, text_g, text_l }, context) {
    if (clip.encoders.length !== 2) {
      throw new ProblemError({
        input: 'clip',
        what: `This node needs the two text encoders of SDXL, and the one given has ${clip.encoders.length}.`,
        fix: 'Connect the CLIP output of an SDXL checkpoint, or use the plain Prompt node.',
      });
    }
    const entry = await encodeText(context.engine, clip, [text_l, text_g], (name) => context.file('embeddings', name));
    const target = { width: target_width, height: target_height };
    return { CONDITIONING: [{ ...entry, pictureSize: { width, height, cropLeft: crop_w, cropTop: crop_h, target } }] };
  },
});

export const clipTextEncodeSdxlRefiner = defineNode({
  type: 'CLIPTextEncodeSDXLRefiner',
  version: 1,
  title: 'Prompt (SDXL Refiner)',
  category: 'conditioning/sdxl',
  description: "Like Prompt, with what SDXL's refiner is told of the picture's size and of how beautiful it should be.",
  aliases: ['text', 'clip', 'encode', 'aesthetic score'],
  inputs: {
    ascore: float({
      default: 6,
      min: 0,
      max: 1000,
      tooltip: 'How beautiful the picture should be, on a scale to 10. 6 is usual for the positive prompt, 2.5 for the negative one.',
    }),
    width: side(1024, 'The width in pixels of the picture that the model should think of.'),
    height: side(1024, 'Its height in pixels.'),
    text: text({ multiline: true, tooltip: 'What the picture should show, or for a negative prompt what it should not.' }),
    clip: clipInput,
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'accelerator',
  filesIn: (values) => embeddingsIn(values, 'text'),
  async run({ ascore, width, height, text: prompt, clip }, context) {
    const entry = await encodeText(context.engine, clip, prompt, (name) => context.file('embeddings', name));
    return { CONDITIONING: [{ ...entry, aestheticScore: ascore, pictureSize: { width, height } }] };
  },
});
