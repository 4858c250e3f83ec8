import type { UnetConfig } from '../config.ts';

const outside: Readonly<Record<string, string>> = {
  'input_blocks.0.0': 'conv_in',
  'time_embed.0': 'time_embedding.linear_1',
  'time_embed.2': 'time_embedding.linear_2',
  'label_emb.0.0': 'add_embedding.linear_1',
  'label_emb.0.2': 'add_embedding.linear_2',
  'out.0': 'conv_norm_out',
  'out.2': 'conv_out',
};

const residual: Readonly<Record<string, string>> = {
  'in_layers.0': 'norm1',
  'in_layers.2': 'conv1',
  'emb_layers.1': 'time_emb_proj',
  'out_layers.0': 'norm2',
  'out_layers.3': 'conv2',
  skip_connection: 'conv_shortcut',
};

/** The name that the diffusers library gives a layer of a U-Net; `path` is its name in a single-file checkpoint, below the prefix. */
export function diffusersUnetPath(path: string, { num_res_blocks: blocks }: UnetConfig): string {
  const known = outside[path];
  if (known !== undefined) return known;
  const [group, first, second, ...rest] = path.split('.');
  const layer = rest.join('.');
  if (group === 'middle_block') {
    const name = residual[[second, layer].filter((item) => item !== '').join('.')];
    if (name === undefined) return `mid_block.attentions.0.${[second, ...rest].join('.')}`;
    return `mid_block.resnets.${first === '0' ? 0 : 1}.${name}`;
  }
  if (group === 'input_blocks') {
    const index = Number(first) - 1;
    const level = `down_blocks.${Math.floor(index / (blocks + 1))}`;
    if (layer === 'op') return `${level}.downsamplers.0.conv`;
    return `${level}.${blockPath(index % (blocks + 1), layer)}`;
  }
  const level = `up_blocks.${Math.floor(Number(first) / (blocks + 1))}`;
  if (layer === 'conv') return `${level}.upsamplers.0.conv`;
  return `${level}.${blockPath(Number(first) % (blocks + 1), layer)}`;
}

function blockPath(index: number, layer: string): string {
  const name = residual[layer];
  return name === undefined ? `attentions.${index}.${layer}` : `resnets.${index}.${name}`;
}
