import { defineNode, file, float } from '../define.ts';
import { checkHypernetwork, hypernetworkLayers, readHypernetworkSettings } from '../diffusion/hypernetwork.ts';
import { openTensorFile } from '../diffusion/open-tensor-file.ts';
import { readTorchFile } from '../diffusion/torch/read.ts';
import { modelInput } from '../sampling/inputs.ts';
import type { FileRef, HypernetworkRef, ModelRecipe } from '../types.ts';
import { blameInput } from './blame-input.ts';
import { refuseOnnx } from './refuse-onnx.ts';

export const hypernetworkLoader = defineNode({
  type: 'HypernetworkLoader',
  version: 1,
  title: 'Load Hypernetwork',
  category: 'loaders',
  description: 'Adds a hypernetwork to a model: small networks beside its attention that shift its style. Several work one after another.',
  aliases: ['hyper network', 'style', 'automatic1111'],
  inputs: {
    model: modelInput,
    hypernetwork_name: file('hypernetworks', 'A .pt file of the folder "hypernetworks", made for the same family as the checkpoint.'),
    strength: float({ default: 1, min: -10, max: 10, tooltip: 'How strongly it works. 1 is as trained, 0 has no effect.' }),
  },
  outputs: { MODEL: 'MODEL' },
  device: 'any',
  async run({ model, hypernetwork_name: chosen, strength }) {
    if (strength === 0) return { MODEL: model };
    refuseOnnx('model', model);
    const added = await blameInput('hypernetwork_name', () => read(model, chosen, strength));
    return { MODEL: { ...model, hypernetworks: [...(model.hypernetworks ?? []), added] } };
  },
});

async function read({ config }: ModelRecipe, chosen: FileRef, strength: number): Promise<HypernetworkRef> {
  const layers = hypernetworkLayers(await openTensorFile(chosen.path));
  checkHypernetwork(layers, config.unet, chosen.name);
  return { file: chosen, strength, ...readHypernetworkSettings(await readTorchFile(chosen.path)) };
}
