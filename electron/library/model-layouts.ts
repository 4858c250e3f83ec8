import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ModelFolder, modelFolders } from '../../nodes/types.ts';
import type { Settings } from './settings.ts';

type Layout = Settings['modelFolders'][number]['layout'];

/** ComfyUI's subfolders of its models folder; Weft's own are the same. */
const comfyFolders: Readonly<Record<ModelFolder, readonly string[]>> = {
  checkpoints: ['checkpoints'],
  diffusers: ['diffusers'],
  diffusion_models: ['diffusion_models', 'unet'],
  text_encoders: ['text_encoders', 'clip'],
  vae: ['vae'],
  loras: ['loras'],
  embeddings: ['embeddings'],
  controlnet: ['controlnet', 't2i_adapter'],
  upscale_models: ['upscale_models'],
  clip_vision: ['clip_vision'],
  hypernetworks: ['hypernetworks'],
};

/** Subfolders of the models folder of AUTOMATIC1111's web UI; its embeddings lie beside that folder. */
const a1111Folders: Readonly<Record<ModelFolder, readonly string[]>> = {
  checkpoints: ['Stable-diffusion'],
  diffusers: ['diffusers'],
  diffusion_models: ['unet'],
  text_encoders: ['text_encoder'],
  vae: ['VAE'],
  loras: ['Lora', 'LyCORIS'],
  embeddings: [],
  controlnet: ['ControlNet'],
  upscale_models: ['ESRGAN', 'RealESRGAN', 'SwinIR'],
  clip_vision: [],
  hypernetworks: ['hypernetworks'],
};

/**
 * The directories of each model folder below a root, which may be the program's own folder or its models folder.
 * Directories that don't exist may be among them.
 */
export async function modelDirectories(root: string, layout: Layout): Promise<Readonly<Record<ModelFolder, readonly string[]>>> {
  const inner = join(root, 'models');
  const models = (await isDirectory(inner)) ? inner : root;
  const isA1111 = layout === 'a1111' || (layout === 'auto' && (await isDirectory(join(models, 'Stable-diffusion'))));
  const directories = (folder: ModelFolder): string[] => {
    if (!isA1111) return comfyFolders[folder].map((name) => join(models, name));
    if (folder === 'embeddings') return [join(programFolder(root, models), 'embeddings')];
    return a1111Folders[folder].map((name) => join(models, name));
  };
  return Object.fromEntries(modelFolders.map((folder) => [folder, directories(folder)])) as Record<ModelFolder, string[]>;
}

/** The folder of the web UI itself, also where only its `models` was given. */
function programFolder(root: string, models: string): string {
  return models === root && basename(root) === 'models' ? join(root, '..') : root;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
