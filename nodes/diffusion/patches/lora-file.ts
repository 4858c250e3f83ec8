import type { TensorFile } from '../tensor-file.ts';
import { type Delta, deltasOf, fits, mapDelta } from './delta.ts';
import type { LayerTable, WeightPlace } from './layers.ts';
import { type LoraPart, parseLoraName, type Role } from './lora-names.ts';

/** A layer of a LoRA file: its name, and the keys of its tensors. */
export type LoraLayer = { readonly part: LoraPart; readonly name: string; readonly roles: ReadonlyMap<Role, string> };

/** What a LoRA file does to one weight; the delta's parts are keys of the file. */
type Change = { readonly place: WeightPlace; readonly delta: Delta<string> };

/** A change that the model's weight has no room for. */
type Misfit = Change & { readonly layer: string };

export type Match = {
  readonly changes: readonly Change[];
  readonly misfits: readonly Misfit[];
  /** The layers of the file that the network has. */
  readonly known: ReadonlySet<LoraLayer>;
};

const layersOf = new WeakMap<TensorFile, readonly LoraLayer[]>();

/** The layers of a LoRA file; tensors whose names are in no known form are left out. */
export function loraLayers(file: TensorFile): readonly LoraLayer[] {
  const known = layersOf.get(file);
  if (known !== undefined) return known;
  const layers = new Map<string, { part: LoraPart; name: string; roles: Map<Role, string> }>();
  for (const key of file.tensors.keys()) {
    const parsed = parseLoraName(key);
    if (parsed === undefined) continue;
    const id = `${parsed.part} ${parsed.layer}`;
    const layer = layers.get(id) ?? { part: parsed.part, name: parsed.layer, roles: new Map() };
    layers.set(id, layer);
    layer.roles.set(parsed.role, key);
  }
  const found = [...layers.values()];
  layersOf.set(file, found);
  return found;
}

/** What the layers of a LoRA file that are named for one of `parts` do to a network's weights. */
export function matchLora(file: TensorFile, parts: readonly LoraPart[], table: LayerTable): Match {
  const changes: Change[] = [];
  const misfits: Misfit[] = [];
  const known = new Set<LoraLayer>();
  for (const layer of loraLayers(file)) {
    const places = parts.includes(layer.part) ? table.get(layer.name) : undefined;
    if (places === undefined) continue;
    known.add(layer);
    const deltas = deltasOf(layer.roles);
    for (const part of ['weight', 'bias'] as const) {
      const delta = deltas[part];
      const place = places[part];
      if (delta === undefined || place === undefined) continue;
      const change = { place, delta };
      if (
        fits(
          mapDelta(delta, (key) => file.tensors.get(key)?.shape ?? []),
          madeFor(place),
        )
      )
        changes.push(change);
      else misfits.push({ ...change, layer: layer.name });
    }
  }
  return { changes, misfits, known };
}

/** The shape that LoRAs for this weight are made for. */
export function madeFor({ shape, transposed }: WeightPlace): readonly number[] {
  return transposed === true ? [...shape].reverse() : shape;
}
