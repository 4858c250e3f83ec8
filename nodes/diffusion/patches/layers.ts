import type { TextConfig, UnetConfig } from '../config.ts';
import { visitTextEncoder, visitUnet } from '../models/tensors.ts';
import { unetPrefix } from '../models/unet.ts';
import { diffusersUnetPath } from './diffusers-names.ts';
import { flatName } from './lora-names.ts';

/** A weight that a LoRA can change: a tensor of a model, or rows of it. */
export type WeightPlace = {
  readonly key: string;
  /** Of the rows alone, where there are some. */
  readonly shape: readonly number[];
  readonly rows?: { readonly start: number; readonly count: number };
  /** True where the model stores [in, out], and LoRAs are made for [out, in]. */
  readonly transposed?: boolean;
};

/** The layers of a network by all their names (see flatName). */
export type LayerTable = ReadonlyMap<string, { readonly weight?: WeightPlace; readonly bias?: WeightPlace }>;

type Shapes = ReadonlyMap<string, readonly number[]>;

/** All tensors of a U-Net, by their keys. */
export const unetShapes = remembered((config: UnetConfig) => collect((visit) => visitUnet(config, visit)));

/** All tensors of a text encoder, by their keys. */
export const textShapes = remembered((config: TextConfig) => collect((visit) => visitTextEncoder(config, visit)));

/** The function with its results kept for as long as what they are made of. */
function remembered<T extends object, R>(make: (of: T) => R): (of: T) => R {
  const known = new WeakMap<T, R>();
  return (of) => {
    const result = known.get(of) ?? make(of);
    known.set(of, result);
    return result;
  };
}

function collect(walk: (visit: (key: string, shape: readonly number[]) => void) => void): Shapes {
  const shapes = new Map<string, readonly number[]>();
  walk((key, shape) => shapes.set(key, shape));
  return shapes;
}

export const unetLayers = remembered((config: UnetConfig): LayerTable => {
  const table = new Table();
  for (const [key, shape] of unetShapes(config)) {
    const path = key.slice(unetPrefix.length).replace(/\.(weight|bias)$/, '');
    table.add([path, diffusersUnetPath(path, config)], part(key), { key, shape });
  }
  return table.layers;
});

export const textLayers = remembered((config: TextConfig): LayerTable => {
  const table = new Table();
  for (const [key, shape] of textShapes(config)) {
    const parent = config.prefix.replace(/text_model\.$/, '');
    const path = key.slice(key.startsWith(config.prefix) ? config.prefix.length : parent.length);
    if (config.layout === 'open_clip') addOpenClip(table, path, { key, shape }, config.width);
    else if (path.startsWith('text_projection')) table.add(['text_projection'], 'weight', { key, shape });
    else table.add([`text_model.${path.replace(/\.(weight|bias)$/, '')}`], part(key), { key, shape });
  }
  return table.layers;
});

/** OpenCLIP's names for the layers that LoRAs call as the transformers library does. */
const openClipLayers: readonly (readonly [RegExp, string])[] = [
  [/^token_embedding$/, 'text_model.embeddings.token_embedding'],
  [/^positional_embedding$/, 'text_model.embeddings.position_embedding'],
  [/^ln_final$/, 'text_model.final_layer_norm'],
  [/^transformer\.resblocks\.(\d+)\.ln_(\d)$/, 'text_model.encoder.layers.$1.layer_norm$2'],
  [/^transformer\.resblocks\.(\d+)\.attn\.out_proj$/, 'text_model.encoder.layers.$1.self_attn.out_proj'],
  [/^transformer\.resblocks\.(\d+)\.mlp\.c_fc$/, 'text_model.encoder.layers.$1.mlp.fc1'],
  [/^transformer\.resblocks\.(\d+)\.mlp\.c_proj$/, 'text_model.encoder.layers.$1.mlp.fc2'],
];

function addOpenClip(table: Table, path: string, { key, shape }: WeightPlace, width: number): void {
  const fused = /^transformer\.resblocks\.(\d+)\.attn\.in_proj_(weight|bias)$/.exec(path);
  if (fused !== null) {
    for (const [third, letter] of ['q', 'k', 'v'].entries()) {
      const place = { key, shape: [width, ...shape.slice(1)], rows: { start: third * width, count: width } };
      table.add([`text_model.encoder.layers.${fused[1]}.self_attn.${letter}_proj`], part(fused[0]), place);
    }
  } else if (path === 'text_projection') {
    table.add([path], 'weight', { key, shape, transposed: true });
  } else {
    const layer = path.replace(/\.(weight|bias)$/, '');
    const [pattern, name] = openClipLayers.find(([candidate]) => candidate.test(layer)) ?? [/^/, ''];
    table.add([layer.replace(pattern, name), layer], part(key), { key, shape });
  }
}

function part(key: string): 'weight' | 'bias' {
  return /[._]bias$/.test(key) ? 'bias' : 'weight';
}

class Table {
  readonly layers = new Map<string, { weight?: WeightPlace; bias?: WeightPlace }>();

  add(paths: readonly string[], part: 'weight' | 'bias', place: WeightPlace): void {
    for (const path of paths) {
      const name = flatName(path);
      this.layers.set(name, { ...this.layers.get(name), [part]: place });
    }
  }
}
