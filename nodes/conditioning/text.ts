import { defineNode, int, socket, text } from '../define.ts';
import { encodeText } from '../diffusion/clip-text.ts';
import { embeddingsIn } from './embeddings-in.ts';

export const clipTextEncode = defineNode({
  type: 'CLIPTextEncode',
  version: 1,
  title: 'Prompt',
  category: 'conditioning',
  description:
    'Turns a description in words into something that steers the picture. (word) makes a part count more, (word:0.7) sets how much; embedding:name adds a textual inversion.',
  aliases: ['text', 'clip', 'positive', 'negative', 'encode'],
  inputs: {
    text: text({ multiline: true, tooltip: 'What the picture should show, or for a negative prompt what it should not.' }),
    clip: socket('CLIP', 'The text encoder, usually from the checkpoint.'),
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'accelerator',
  filesIn: (values) => embeddingsIn(values, 'text'),
  async run({ text: prompt, clip }, context) {
    const entry = await encodeText(context.engine, clip, prompt, (name) => context.file('embeddings', name));
    return { CONDITIONING: [entry] };
  },
});

export const clipSetLastLayer = defineNode({
  type: 'CLIPSetLastLayer',
  version: 1,
  title: 'CLIP Skip',
  category: 'conditioning',
  description: 'Lets the text encoder stop before its last layer. Many anime models were trained with -2 ("clip skip 2").',
  aliases: ['clip skip', 'last layer'],
  inputs: {
    clip: socket('CLIP'),
    stop_at_clip_layer: int({ default: -1, min: -24, max: -1, tooltip: 'The layer to take: -1 is the last one, -2 the one before it.' }),
  },
  outputs: { CLIP: 'CLIP' },
  device: 'any',
  run: ({ clip, stop_at_clip_layer }) => ({ CLIP: { ...clip, stopAtLayer: stop_at_clip_layer } }),
});
