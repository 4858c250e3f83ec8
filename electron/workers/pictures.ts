import type { NodeContext } from '../../nodes/context.ts';
import { withText, workflowKeyword } from '../../workflows/png.ts';
import { createOutputFile, savedAs } from './output-files.ts';
import { expandPrefix, parsePrefix } from './output-names.ts';
import type { OutputTarget, SavedFile } from './protocol.ts';

type NewPicture = Parameters<NodeContext['savePicture']>[0];

/** Saves a node's picture with the workflow in it. See createOutputFile for names and failures. */
export async function savePicture(picture: NewPicture, target: OutputTarget): Promise<SavedFile> {
  const name = parsePrefix(expandPrefix(picture.prefix, picture, new Date()));
  const png = target.workflow === '' ? picture.png : withText(picture.png, workflowKeyword, target.workflow);
  const path = await createOutputFile(target.folders[picture.folder], name, 'picture', (file) => file.writeFile(png));
  const { folder, width, height } = picture;
  return { ...(await savedAs(path, folder)), kind: 'picture', width, height };
}
