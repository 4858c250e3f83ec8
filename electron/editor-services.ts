import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PictureRef } from '../nodes/context.ts';
import type { Problem } from '../nodes/problem.ts';
import { fileFolders } from '../nodes/types.ts';
import { createThread } from './background/thread.ts';
import type { LogError } from './bridge/dispatch.ts';
import type { Tell } from './bridge/events-hub.ts';
import { pictureFolders, pictureOf } from './library/pictures.ts';
import { createSubgraphLibrary, type SubgraphLibrary } from './library/subgraph-library.ts';
import { createTemplates, type Templates } from './library/templates.ts';
import { createUiSettings, type UiSettingsFile } from './library/ui-settings.ts';
import { createUpload, type Upload } from './library/uploads.ts';
import { watchFolders } from './library/watch-folders.ts';
import { createWorkflowFiles, type WorkflowFiles } from './library/workflow-files.ts';
import type { NamesOfFiles } from './queue/prepare-run.ts';
import { Runner } from './queue/runner.ts';
import type { WorkflowMethods } from './queue/workflow-methods.ts';
import type { ServedFolders } from './server/served-files.ts';
import type { Services } from './services.ts';
import { openStorage, type Storage } from './storage/storage.ts';

const examples = fileURLToPath(new URL('../workflows/examples', import.meta.url));

/** What the editor needs beyond what the command line has. */
export type EditorServices = {
  readonly runner: Runner;
  readonly storage: Storage;
  readonly workflows: WorkflowFiles;
  readonly templates: Templates;
  readonly subgraphs: SubgraphLibrary;
  readonly settings: UiSettingsFile;
  readonly upload: Upload;
  /** A workflow's JSON text, out of a file in base64: JSON, or a picture that carries one. */
  readonly readWorkflow: (base64: string) => Promise<string>;
  /** Where the pictures lie that the page shows. */
  readonly pictures: ServedFolders;
  /** What went wrong while it started, but did not keep it from starting. */
  readonly notices: readonly Problem[];
  /** Cancels what runs, keeps the queue, and closes the services as well. */
  close(): Promise<void>;
};

/** The names of all files that workflows can name. */
async function namesOfFiles({ library }: Services): Promise<NamesOfFiles> {
  return Object.fromEntries(await Promise.all(fileFolders.map(async (folder) => [folder, await library.list(folder)] as const)));
}

/**
 * Opens the editor's part of the data folder and takes up the queue; throws a ProblemError if another Weft has the folder
 * open, or it cannot be written.
 */
export async function createEditorServices(services: Services, tell: Tell, logError: LogError): Promise<EditorServices> {
  const { paths, executor, descriptions, inputFolders, watchedFolders } = services;
  const storage = await openStorage(join(paths.root, 'weft.sqlite'));
  const thread = createThread<WorkflowMethods>(new URL('./queue/workflow-thread.ts', import.meta.url), descriptions);
  thread.start();
  const readWorkflow = (bytes: Uint8Array) => thread.call('read', bytes);
  const pictures = pictureFolders(paths, inputFolders, join(examples, 'pictures'));
  const runner = new Runner({
    storage,
    executor,
    prepare: async (order) => thread.call('prepare', order, await namesOfFiles(services)),
    outputFolder: paths.output,
    pictureOf: (ref: PictureRef) => pictureOf(pictures, ref),
    tell,
    logError,
  });
  await runner.start();
  const endWatch = watchFolders(watchedFolders, () => tell('files.changed', {}));
  const folders = { workflows: join(paths.root, 'workflows'), versions: join(paths.root, 'versions'), trash: join(paths.root, 'trash') };
  return {
    runner,
    storage,
    workflows: createWorkflowFiles(folders, readWorkflow),
    templates: createTemplates(examples, readWorkflow),
    subgraphs: createSubgraphLibrary(join(paths.root, 'subgraphs')),
    settings: createUiSettings(paths.settings),
    upload: createUpload([paths.input, ...inputFolders.filter((folder) => folder !== paths.input)]),
    readWorkflow: (base64) => thread.call('readBase64', base64),
    pictures,
    notices: storage.notices,
    async close() {
      endWatch();
      await runner.close(() => services.close());
      await Promise.all([thread.close(), storage.close()]);
    },
  };
}
