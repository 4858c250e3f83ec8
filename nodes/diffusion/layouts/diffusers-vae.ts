/** The layers of the middle's attention; the second names are those of files before diffusers 0.15. */
const attention: Readonly<Record<string, string>> = {
  group_norm: 'norm',
  to_q: 'q',
  to_k: 'k',
  to_v: 'v',
  'to_out.0': 'proj_out',
  query: 'q',
  key: 'k',
  value: 'v',
  proj_attn: 'proj_out',
};

/**
 * The names in the original layout (`encoder.down.0.block.0.norm1.weight`) of a VAE's keys in the layout of the diffusers library
 * (`encoder.down_blocks.0.resnets.0.norm1.weight`), by those keys. Keys of anything else are left out.
 */
export function originalVaeKeys(keys: Iterable<string>): ReadonlyMap<string, string> {
  const all = [...keys];
  const levels = all.filter((key) => /^decoder\.up_blocks\.\d+\.resnets\.0\.conv1\.weight$/.test(key)).length;
  return new Map(
    all.flatMap((key) => {
      const original = originalKey(key, levels);
      return original === undefined ? [] : [[key, original] as const];
    }),
  );
}

function originalKey(key: string, levels: number): string | undefined {
  if (/^(quant_conv|post_quant_conv)\./.test(key)) return key;
  const [, half, rest] = /^(encoder|decoder)\.(.*)$/.exec(key) ?? [];
  if (rest === undefined) return undefined;
  const inner = innerKey(rest, levels);
  return inner === undefined ? undefined : `${half}.${inner}`;
}

function innerKey(key: string, levels: number): string | undefined {
  if (/^conv_(in|out)\./.test(key)) return key;
  const [group, level, part, index, ...rest] = key.split('.');
  if (group === 'conv_norm_out') return `norm_out.${level}`;
  if (group === 'mid_block') return middleKey(level, Number(part), [index, ...rest].join('.'));
  if (group !== 'down_blocks' && group !== 'up_blocks') return undefined;
  const block = group === 'down_blocks' ? `down.${level}` : `up.${levels - 1 - Number(level)}`;
  if (part === 'downsamplers') return `${block}.downsample.${rest.join('.')}`;
  if (part === 'upsamplers') return `${block}.upsample.${rest.join('.')}`;
  return part === 'resnets' ? `${block}.block.${index}.${residualKey(rest.join('.'))}` : undefined;
}

function middleKey(part: string, index: number, rest: string): string | undefined {
  if (part === 'resnets') return `mid.block_${index + 1}.${residualKey(rest)}`;
  const layer = Object.keys(attention).find((name) => rest.startsWith(`${name}.`));
  return part === 'attentions' && layer !== undefined ? `mid.attn_1.${attention[layer]}${rest.slice(layer.length)}` : undefined;
}

function residualKey(key: string): string {
  return key.replace(/^conv_shortcut\./, 'nin_shortcut.');
}
