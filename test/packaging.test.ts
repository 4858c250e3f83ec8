import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../electron/library/temporary-folder.fixture.ts';
import { nodePath } from '../electron/node-path.ts';
import packaging from '../electron-builder.json' with { type: 'json' };
import { workflowExtension } from '../workflows/file-extension.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

it('tells the system of the extension that workflows are saved with', () => {
  expect(packaging.linux.fileAssociations.map(({ ext }) => `.${ext}`)).toEqual([workflowExtension]);
  // macOS looks at the last part alone, and every JSON file has it.
  const [mac] = packaging.mac.fileAssociations;
  expect(workflowExtension.endsWith(`.${mac.ext}`)).toBe(true);
  expect(mac.rank).toBe('Alternate');
});

it('ships the program that is started, and Node where workers look for it', () => {
  expect(existsSync(join(root, packaging.extraMetadata.main))).toBe(true);
  const [{ from, to }] = packaging.extraResources;
  expect(nodePath(undefined, 'linux')).toBe(join(root, from, 'node'));
  const resources = temporaryFolder({ [`${to}/node`]: '' });
  expect(nodePath(resources, 'linux')).toBe(join(resources, to, 'node'));
  // A plain Node reads no archives.
  expect(packaging.asar).toBe(false);
});

it('has an icon of the size that all systems take', async () => {
  expect(await sharp(join(root, packaging.icon)).metadata()).toMatchObject({ format: 'png', width: 512, height: 512 });
});
