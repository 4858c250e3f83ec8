import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../nodes/diffusion/safetensors.ts';
import { zeros } from '../../nodes/diffusion/tensor.ts';
import { createFileLibrary, libraryDirectories, listNames } from './files.ts';
import { createFingerprints } from './fingerprints.ts';
import { openDataFolder } from './paths.ts';
import type { Settings } from './settings.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

/** A library over the folder's `data`, `shipped` and the further model folders. */
async function libraryOf(root: string, modelFolders: Settings['modelFolders'] = []) {
  const data = await openDataFolder(join(root, 'data'));
  const shipped = { models: join(root, 'shipped/models'), input: join(root, 'shipped/input') };
  const folders = modelFolders.map((folder) => ({ ...folder, path: join(root, folder.path) }));
  return createFileLibrary(
    await libraryDirectories(data, shipped, { modelFolders: folders }),
    createFingerprints(join(data.cache, 'fingerprints.json')),
  );
}

describe('list', () => {
  it('lists what is in a folder and below, by names with forward slashes', async () => {
    const root = temporaryFolder({
      'data/models/checkpoints/b.safetensors': 'b',
      'data/models/checkpoints/sd15/a.CKPT': 'a',
      'data/models/checkpoints/readme.txt': '',
      'data/models/checkpoints/.hidden/c.safetensors': '',
      'data/models/vae/v.pt': '',
      'shipped/models/checkpoints/starter.safetensors': '',
    });
    const library = await libraryOf(root);
    expect(await library.list('checkpoints')).toEqual(['b.safetensors', 'sd15/a.CKPT', 'starter.safetensors']);
    expect(await library.list('vae')).toEqual(['v.pt']);
    expect(await library.list('loras')).toEqual([]);
  });

  it('lists a model that was cut into files once, by its list', async () => {
    const root = temporaryFolder({
      'data/models/diffusion_models/u.safetensors.index.json': '{}',
      'data/models/diffusion_models/u-00001-of-00002.safetensors': '',
      'data/models/diffusion_models/config.json': '',
    });
    expect(await (await libraryOf(root)).list('diffusion_models')).toEqual(['u.safetensors.index.json']);
  });

  it('takes the VAEs beside checkpoints for what they are', async () => {
    const root = temporaryFolder({ 'web/models/Stable-diffusion/a.ckpt': '', 'web/models/Stable-diffusion/a.vae.pt': 'v' });
    const library = await libraryOf(root, [{ path: 'web', layout: 'auto' }]);
    expect(await library.list('checkpoints')).toEqual(['a.ckpt']);
    expect(await library.list('vae')).toEqual(['a.vae.pt']);
    expect((await library.find('vae', 'a.vae.pt'))?.path).toBe(join(root, 'web/models/Stable-diffusion/a.vae.pt'));
    expect(await library.find('checkpoints', 'a.vae.pt')).toBeUndefined();
  });

  it('lists folders of parts, also in the cache of the Hugging Face hub, and notices when a part changes', async () => {
    const root = temporaryFolder({
      'data/models/diffusers/sd/model_index.json': '{}',
      'data/models/diffusers/sd/unet/model.safetensors': 'one',
      'data/models/diffusers/models--a--b/snapshots/0f/unet/model.onnx': '',
      'data/models/diffusers/empty/readme.txt': '',
    });
    const library = await libraryOf(root);
    expect(await library.list('diffusers')).toEqual(['models--a--b/snapshots/0f', 'sd']);
    expect(await library.find('diffusers', '../diffusers/sd')).toMatchObject({ name: 'sd' });
    expect(await library.find('diffusers', 'empty')).toBeUndefined();
    const before = await library.find('diffusers', 'sd');
    expect(before).toMatchObject({ name: 'sd', path: join(root, 'data/models/diffusers/sd') });
    expect(before?.fingerprint).toBe((await library.find('diffusers', 'sd'))?.fingerprint);
    writeFileSync(join(root, 'data/models/diffusers/sd/unet/model.safetensors'), 'three');
    expect((await library.find('diffusers', 'sd'))?.fingerprint).not.toBe(before?.fingerprint);
  });

  it('follows links, but not in circles', async () => {
    const root = temporaryFolder({ 'disk/x.safetensors': '', 'data/models/checkpoints/z/y.safetensors': '' });
    const checkpoints = join(root, 'data/models/checkpoints');
    symlinkSync(join(root, 'disk'), join(checkpoints, 'disk'));
    symlinkSync(checkpoints, join(checkpoints, 'a-loop'));
    symlinkSync(join(root, 'nowhere'), join(checkpoints, 'broken.safetensors'));
    expect(await (await libraryOf(root)).list('checkpoints')).toEqual(['disk/x.safetensors', 'z/y.safetensors']);
  });

  it('names what a link leads to by its own place, if that is here', async () => {
    const root = temporaryFolder({ 'data/models/vae/m/v.pt': '' });
    const vae = join(root, 'data/models/vae');
    for (const name of ['a', 'z']) symlinkSync(join(vae, 'm'), join(vae, name));
    const library = await libraryOf(root);
    expect(await library.list('vae')).toEqual(['m/v.pt']);
    expect((await library.find('vae', 'z/v.pt'))?.path).toBe(join(vae, 'z/v.pt'));
  });

  it.each([
    ['comfyui', 'ui'],
    ['auto', 'ui'],
    ['auto', 'ui/models'],
  ] as const)("knows ComfyUI's folders (%s, %s)", async (layout, path) => {
    const root = temporaryFolder({
      'ui/models/checkpoints/a.safetensors': '',
      'ui/models/embeddings/e.pt': '',
      'ui/models/upscale_models/u.onnx': '',
      'ui/models/t2i_adapter/t.pth': '',
    });
    const library = await libraryOf(root, [{ path, layout }]);
    expect(await library.list('checkpoints')).toEqual(['a.safetensors']);
    expect(await library.list('embeddings')).toEqual(['e.pt']);
    expect(await library.list('upscale_models')).toEqual(['u.onnx']);
    expect(await library.list('controlnet')).toEqual(['t.pth']);
  });

  it.each([
    ['a1111', 'ui'],
    ['auto', 'ui'],
    ['auto', 'ui/models'],
  ] as const)("knows A1111's folders (%s, %s)", async (layout, path) => {
    const root = temporaryFolder({
      'ui/models/Stable-diffusion/a.safetensors': '',
      'ui/models/VAE/v.safetensors': '',
      'ui/models/Lora/l.safetensors': '',
      'ui/embeddings/e.pt': '',
      'ui/models/ESRGAN/u.pth': '',
      'ui/models/ControlNet/c.pth': '',
      'ui/models/hypernetworks/h.pt': '',
    });
    const library = await libraryOf(root, [{ path, layout }]);
    const folders = ['checkpoints', 'vae', 'loras', 'embeddings', 'upscale_models', 'controlnet', 'hypernetworks'] as const;
    expect((await Promise.all(folders.map((folder) => library.list(folder)))).flat().map((name) => name[0])).toEqual([...'avleuch']);
  });

  it('goes on without a model folder that is not there', async () => {
    expect(await (await libraryOf(temporaryFolder(), [{ path: 'unplugged', layout: 'auto' }])).list('checkpoints')).toEqual([]);
  });
});

describe('find', () => {
  it('prefers own files to shipped ones, and those to further folders', async () => {
    const root = temporaryFolder({
      'data/models/vae/a.pt': 'own',
      'shipped/models/vae/a.pt': 'shipped',
      'shipped/models/vae/b.pt': 'shipped',
      'more/models/vae/b.pt': 'more',
    });
    const library = await libraryOf(root, [{ path: 'more', layout: 'auto' }]);
    expect((await library.find('vae', 'a.pt'))?.path).toBe(join(root, 'data/models/vae/a.pt'));
    expect((await library.find('vae', 'a'))?.path).toBe(join(root, 'data/models/vae/a.pt'));
    expect((await library.find('vae', 'b.pt'))?.path).toBe(join(root, 'shipped/models/vae/b.pt'));
    expect(await library.list('vae')).toEqual(['a.pt', 'b.pt']);
  });

  it('finds names of other machines: with backslashes, from other subfolders, without extension', async () => {
    const library = await libraryOf(temporaryFolder({ 'data/models/embeddings/mine/style.pt': '' }));
    for (const name of ['mine/style.pt', 'mine\\style.pt', 'style.pt', 'style', 'theirs\\style.pt', 'C:\\models\\style.pt']) {
      expect(await library.find('embeddings', name)).toMatchObject({
        name: 'mine/style.pt',
        fingerprint: expect.stringMatching(/^sha256:/),
      });
    }
    expect(await library.find('embeddings', 'other')).toBeUndefined();
  });

  it('finds input pictures in the data folder first and then among the examples', async () => {
    const root = temporaryFolder({ 'data/input/a.png': 'own', 'shipped/input/a.png': 'shipped', 'shipped/input/b.jpg': 'shipped' });
    const library = await libraryOf(root);
    expect((await library.find('input', 'a.png'))?.path).toBe(join(root, 'data/input/a.png'));
    expect((await library.find('input', 'b.jpg'))?.path).toBe(join(root, 'shipped/input/b.jpg'));
  });

  it('never leaves its directories, whatever the name', async () => {
    const root = temporaryFolder({ 'secret.pt': '', 'data/secret.pt': '', 'data/models/secret.pt': '', 'data/models/vae/a.pt': '' });
    const library = await libraryOf(root);
    for (const name of ['../secret.pt', '..\\secret.pt', '../../secret.pt', 'x/../../secret.pt', '/secret.pt', join(root, 'secret.pt')]) {
      expect(await library.find('vae', name)).toBeUndefined();
    }
    const part = fc.constantFrom('..', '.', '', 'secret.pt', 'vae', 'models', 'C:', '\0', root);
    const slash = fc.constantFrom('/', '\\');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), slash, async (parts, separator) => {
        expect(await library.find('vae', parts.join(separator))).toBeUndefined();
      }),
    );
  });
});

describe('listNames', () => {
  it('lists the folders asked for', async () => {
    const names = await listNames(await libraryOf(temporaryFolder({ 'data/models/vae/a.pt': '' })), ['vae']);
    expect(names('vae')).toEqual(['a.pt']);
    expect(names('loras')).toEqual([]);
  });
});

describe('bundles', () => {
  it('tells which textual inversions a LoRA brings along', async () => {
    const root = temporaryFolder({ 'data/models/loras/broken.safetensors': 'x' });
    await writeSafetensors(
      join(root, 'data/models/loras/cat.safetensors'),
      new Map([['bundle_emb.Tail.string_to_param.*', zeros([1, 768])]]),
    );
    const library = await libraryOf(root);
    const holds = async (lora: string, embedding: string) => {
      const file = await library.find('loras', lora);
      return file !== undefined && library.bundles?.(file, embedding);
    };
    expect(await holds('cat.safetensors', 'tail')).toBe(true);
    expect(await holds('cat.safetensors', 'cat')).toBe(false);
    expect(await holds('broken.safetensors', 'tail')).toBe(false);
  });
});
