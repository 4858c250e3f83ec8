import { defineNode, float, socket } from '../define.ts';
import { type Tensor, tensor, zeros } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';
import type { ConditioningEntry, ConditioningValue } from '../types.ts';

export const conditioningCombine = defineNode({
  type: 'ConditioningCombine',
  version: 1,
  title: 'Combine Prompts',
  category: 'conditioning',
  description: 'Uses both prompts at once: at each step the model looks at one and at the other, and their results are averaged.',
  aliases: ['merge', 'add'],
  inputs: { conditioning_1: socket('CONDITIONING'), conditioning_2: socket('CONDITIONING') },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'any',
  run: ({ conditioning_1, conditioning_2 }) => ({ CONDITIONING: [...conditioning_1, ...conditioning_2] }),
});

export const conditioningConcat = defineNode({
  type: 'ConditioningConcat',
  version: 1,
  title: 'Join Prompts',
  category: 'conditioning',
  description: 'Puts the second prompt behind the first one as if both were one long prompt, without mixing their words.',
  aliases: ['break', 'append'],
  inputs: {
    conditioning_to: socket('CONDITIONING', 'The prompt that comes first.'),
    conditioning_from: socket('CONDITIONING', 'The prompt that is put behind it.'),
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'any',
  run({ conditioning_to, conditioning_from }) {
    const { tokens } = firstEntry(conditioning_from, 'conditioning_from');
    return { CONDITIONING: conditioning_to.map((entry) => ({ ...entry, tokens: joinTokens(entry.tokens, tokens) })) };
  },
});

export const conditioningAverage = defineNode({
  type: 'ConditioningAverage',
  version: 1,
  title: 'Blend Prompts',
  category: 'conditioning',
  description: 'Mixes the meanings of two prompts into one that lies between them.',
  aliases: ['mix', 'interpolate', 'lerp'],
  inputs: {
    conditioning_to: socket('CONDITIONING', 'The prompt that you get all of at strength 1.'),
    conditioning_from: socket('CONDITIONING', 'The prompt that you get all of at strength 0.'),
    conditioning_to_strength: float({ default: 1, min: 0, max: 1, tooltip: 'How much of the first prompt is in the mixture.' }),
  },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'any',
  run({ conditioning_to, conditioning_from, conditioning_to_strength }) {
    const from = firstEntry(conditioning_from, 'conditioning_from');
    return { CONDITIONING: conditioning_to.map((entry) => blend(entry, from, conditioning_to_strength)) };
  },
});

export const conditioningZeroOut = defineNode({
  type: 'ConditioningZeroOut',
  version: 1,
  title: 'Blank Prompt',
  category: 'conditioning',
  description: 'Sets everything in a prompt to zero. As a negative prompt this is not the same as an empty one, and some models prefer it.',
  aliases: ['zero', 'empty', 'null'],
  inputs: { conditioning: socket('CONDITIONING') },
  outputs: { CONDITIONING: 'CONDITIONING' },
  device: 'any',
  run: ({ conditioning }) => ({
    CONDITIONING: conditioning.map((entry) => ({
      ...entry,
      tokens: zeros(entry.tokens.shape),
      ...(entry.pooledOutput && { pooledOutput: zeros(entry.pooledOutput.shape) }),
    })),
  }),
});

function firstEntry(conditioning: ConditioningValue, input: string): ConditioningEntry {
  const [entry] = conditioning;
  if (entry === undefined) throw new ProblemError({ input, what: 'This prompt is empty: it holds nothing to steer by.' });
  return entry;
}

/** Joins [1, T1, width] and [1, T2, width] to [1, T1 + T2, width]. */
function joinTokens(first: Tensor, second: Tensor): Tensor {
  checkWidths(first, second);
  const data = new Float32Array(first.data.length + second.data.length);
  data.set(first.data);
  data.set(second.data, first.data.length);
  return tensor(data, [1, first.shape[1] + second.shape[1], first.shape[2]]);
}

/** `to` times strength plus `from` times the rest; `from` is cut or filled up with zeros to the length of `to`. */
function blend(to: ConditioningEntry, from: ConditioningEntry, strength: number): ConditioningEntry {
  checkWidths(to.tokens, from.tokens);
  const mix = (a: Tensor, b: Tensor) =>
    tensor(
      a.data.map((value, index) => value * strength + (b.data[index] ?? 0) * (1 - strength)),
      a.shape,
    );
  const pooledOutput =
    to.pooledOutput && from.pooledOutput ? mix(to.pooledOutput, from.pooledOutput) : (to.pooledOutput ?? from.pooledOutput);
  return { ...to, tokens: mix(to.tokens, from.tokens), ...(pooledOutput && { pooledOutput }) };
}

function checkWidths(first: Tensor, second: Tensor): void {
  if (first.shape[2] === second.shape[2]) return;
  throw new ProblemError({
    input: 'conditioning_from',
    what: `The two prompts come from different kinds of text encoders: one has ${first.shape[2]} values for a word, the other ${second.shape[2]}.`,
    fix: 'Encode both with the same CLIP.',
  });
}
