import { stat } from 'node:fs/promises';
import type { NodeContext } from '../../nodes/context.ts';
import { withText, workflowKeyword } from '../../workflows/png.ts';
import { createPicture } from './picture-files.ts';
import { expandPrefix, parsePrefix } from './picture-names.ts';
import type { PictureTarget, SavedPicture } from './protocol.ts';

type NewPicture = Parameters<NodeContext['savePicture']>[0];

/** Saves a node's picture with the workflow in it. See createPicture for names and failures. */
export async function savePicture(picture: NewPicture, target: PictureTarget): Promise<SavedPicture> {
  const name = parsePrefix(expandPrefix(picture.prefix, picture, new Date()));
  const png = target.workflow === '' ? picture.png : withText(picture.png, workflowKeyword, target.workflow);
  const path = await createPicture(target.folders[picture.folder], name, (file) => file.writeFile(png));
  const { size, mtimeMs } = await stat(path);
  return { path, width: picture.width, height: picture.height, folder: picture.folder, size, mtimeMs };
}
