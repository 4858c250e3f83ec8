/** The network of a model that a name in a LoRA file stands for; `any` where the name does not tell. */
export type LoraPart = 'unet' | 'text' | 'text_2' | 'any';

/** What a tensor of a LoRA file is to the layer that it belongs to. */
export type Role =
  | 'up'
  | 'down'
  | 'mid'
  | 'alpha'
  | 'dora'
  | 'diff'
  | 'diff_b'
  | 'set'
  | `hada_${'w1_a' | 'w1_b' | 'w2_a' | 'w2_b' | 't1' | 't2'}`
  | `lokr_${'w1' | 'w1_a' | 'w1_b' | 'w2' | 'w2_a' | 'w2_b' | 't2'}`;

export type LoraName = { readonly part: LoraPart; readonly layer: string; readonly role: Role };

/** kohya, diffusers (attention processors, PEFT within them), PEFT with and without the name of the adapter, LyCORIS. */
const endings: readonly (readonly [RegExp, Role])[] = [
  [/(\.lora_up|_lora\.up|\.lora\.up|\.lora_linear_layer\.up|\.lora_B(\.(?!bias$)\w+)?)(\.weight)?$/, 'up'],
  [/(\.lora_down|_lora\.down|\.lora\.down|\.lora_linear_layer\.down|\.lora_A(\.(?!bias$)\w+)?)(\.weight)?$/, 'down'],
  [/\.lora_mid(\.weight)?$/, 'mid'],
  [/\.alpha$/, 'alpha'],
  [/\.(dora_scale|lora_magnitude_vector(\.\w+)*)$/, 'dora'],
  [/\.(diff|w_norm)$/, 'diff'],
  [/\.(diff_b|b_norm)$/, 'diff_b'],
  [/\.set_weight$/, 'set'],
];
const lycoris = /\.(hada_(?:w[12]_[ab]|t[12])|lokr_(?:w[12](?:_[ab])?|t2))$/;

const beginnings: readonly (readonly [RegExp, LoraPart])[] = [
  [/^(lora_unet_|lycoris_unet_|unet\.|model\.diffusion_model\.|diffusion_model\.)/, 'unet'],
  [/^(lora_te2_|text_encoder_2\.)/, 'text_2'],
  [/^(lora_te1?_|text_encoder\.)/, 'text'],
  [/^lycoris_/, 'any'],
];

/** Reads the name of a tensor in a LoRA file; undefined if it is in no form that is known. */
export function parseLoraName(key: string): LoraName | undefined {
  const special = lycoris.exec(key);
  if (special !== null) return { ...splitPart(key.slice(0, special.index)), role: special[1] as Role };
  for (const [ending, role] of endings) {
    const found = ending.exec(key);
    if (found !== null) return { ...splitPart(key.slice(0, found.index)), role };
  }
  return undefined;
}

function splitPart(name: string): { part: LoraPart; layer: string } {
  const bare = name.replace(/^base_model\.model\./, '');
  for (const [beginning, part] of beginnings) {
    if (beginning.test(bare)) return { part, layer: flatName(bare.replace(beginning, '').replace(/^base_model\.model\./, '')) };
  }
  return { part: 'any', layer: flatName(bare) };
}

/**
 * The form in which names are compared. kohya writes paths with underscores, from which the dots cannot be told back; so every path
 * is written that way. The diffusers library leaves out the 0 of `to_out.0` and names an attention's processor.
 */
export function flatName(path: string): string {
  return path
    .replace('.processor.', '.')
    .replaceAll('.', '_')
    .replace(/_to_out$/, '_to_out_0');
}
