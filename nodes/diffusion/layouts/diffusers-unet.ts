import type { TensorFile } from '../tensor-file.ts';

/** Layers outside the blocks, by what their keys begin with. */
const outside: Readonly<Record<string, string>> = {
  'conv_in.': 'input_blocks.0.0.',
  'time_embedding.cond_proj.': 'time_embed.cond_proj.',
  'time_embedding.linear_1.': 'time_embed.0.',
  'time_embedding.linear_2.': 'time_embed.2.',
  'add_embedding.linear_1.': 'label_emb.0.0.',
  'add_embedding.linear_2.': 'label_emb.0.2.',
  'class_embedding.linear_1.': 'label_emb.0.0.',
  'class_embedding.linear_2.': 'label_emb.0.2.',
  'conv_norm_out.': 'out.0.',
  'conv_out.': 'out.2.',
};

/** The layers of a residual block. */
const residual: Readonly<Record<string, string>> = {
  norm1: 'in_layers.0',
  conv1: 'in_layers.2',
  time_emb_proj: 'emb_layers.1',
  norm2: 'out_layers.0',
  conv2: 'out_layers.3',
  conv_shortcut: 'skip_connection',
};

/**
 * The names in the original layout (`input_blocks.1.0.in_layers.0.weight`) of a U-Net's keys in the layout of the diffusers library
 * (`down_blocks.0.resnets.0.norm1.weight`), by those keys. Keys of anything else are left out.
 */
export function originalUnetKeys(keys: Iterable<string>): ReadonlyMap<string, string> {
  const all = new Set(keys);
  const has = (start: string) => [...all].some((key) => key.startsWith(start));
  let blocks = 0;
  while (all.has(`down_blocks.0.resnets.${blocks}.conv1.weight`)) blocks += 1;
  const sizes = {
    blocks,
    attendsInMiddle: has('mid_block.attentions.'),
    attendsUp: (level: string) => has(`up_blocks.${level}.attentions.`),
  };
  return new Map(
    [...all].flatMap((key) => [originalKey(key, sizes)].flatMap((original) => (original === undefined ? [] : [[key, original]]))),
  );
}

/** A file under other names; tensors without one are left out. */
export function renamed(file: TensorFile, names: ReadonlyMap<string, string>): TensorFile {
  const tensors = [...file.tensors].flatMap(([key, entry]) => {
    const name = names.get(key);
    return name === undefined ? [] : [[name, entry] as const];
  });
  return { ...file, tensors: new Map(tensors) };
}

type Sizes = {
  /** Residual blocks of a level on the way down. */
  readonly blocks: number;
  readonly attendsInMiddle: boolean;
  readonly attendsUp: (level: string) => boolean;
};

function originalKey(key: string, sizes: Sizes): string | undefined {
  const start = Object.keys(outside).find((name) => key.startsWith(name));
  if (start !== undefined) return outside[start] + key.slice(start.length);
  const [group, ...path] = key.split('.');
  if (group === 'down_blocks') return downKey(path, sizes);
  if (group === 'up_blocks') return upKey(path, sizes);
  return group === 'mid_block' ? middleKey(path, sizes) : undefined;
}

function downKey([level, part, index, ...rest]: readonly string[], { blocks }: Sizes): string | undefined {
  const first = 1 + Number(level) * (blocks + 1);
  if (part === 'downsamplers') return `input_blocks.${first + blocks}.0.op.${rest.slice(1).join('.')}`;
  return blockKey(`input_blocks.${first + Number(index)}`, part, rest);
}

function upKey([level, part, index, ...rest]: readonly string[], { blocks, attendsUp }: Sizes): string | undefined {
  const first = Number(level) * (blocks + 1);
  if (part === 'upsamplers') return `output_blocks.${first + blocks}.${attendsUp(level) ? 2 : 1}.${rest.join('.')}`;
  return blockKey(`output_blocks.${first + Number(index)}`, part, rest);
}

function middleKey([part, index, ...rest]: readonly string[], { attendsInMiddle }: Sizes): string | undefined {
  if (part === 'attentions') return `middle_block.1.${rest.join('.')}`;
  if (part !== 'resnets') return undefined;
  return `middle_block.${index === '0' ? 0 : attendsInMiddle ? 2 : 1}.${residualKey(rest)}`;
}

function blockKey(block: string, part: string, rest: readonly string[]): string | undefined {
  if (part === 'resnets') return `${block}.0.${residualKey(rest)}`;
  return part === 'attentions' ? `${block}.1.${rest.join('.')}` : undefined;
}

function residualKey([layer, ...rest]: readonly string[]): string {
  return [residual[layer] ?? layer, ...rest].join('.');
}
