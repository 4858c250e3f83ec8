import type { EditorServices } from '../editor-services.ts';
import { listModels } from '../library/models.ts';
import { listPictures } from '../library/pictures.ts';
import { changeSettings } from '../library/settings.ts';
import { titleOf } from '../library/workflow-files.ts';
import type { Services } from '../services.ts';
import { weftVersion } from '../version.ts';
import { usableMemory } from '../workers/devices/memory.ts';
import type { Menu } from './contract.ts';
import type { Handlers } from './dispatch.ts';
import type { Tell } from './events-hub.ts';
import type { Windows } from './windows.ts';

/** What only a desktop app has. */
export type Desktop = { showMenu(menus: readonly Menu[]): void };

/** What most calls that change something answer. */
const nothing = {};

type Surroundings = {
  /** Undefined where the page is shown by a browser. */
  readonly desktop: Desktop | undefined;
  readonly windows: Windows;
  readonly tell: Tell;
};

/** What every call does, by the services. */
export function createHandlers(services: Services, editor: EditorServices, { desktop, windows, tell }: Surroundings): Handlers {
  const { paths, settings, library, descriptions, devices } = services;
  const { runner, storage, workflows, templates, subgraphs } = editor;
  return {
    'app.info': () => ({
      version: weftVersion,
      desktop: desktop !== undefined,
      dataFolder: paths.root,
      notices: [...editor.notices],
    }),
    'device.status': async () => ({
      ...(await devices.current()),
      usedBytes: process.memoryUsage.rss() + services.executor.memoryBytes(),
      totalBytes: usableMemory(),
    }),
    'devices.list': async ({ again }) => ({
      choice: devices.choice(),
      devices: (await devices.list(again)).map((row) => ({ ...row, notes: [...row.notes] })),
      notices: [...services.executor.deviceNotices()],
    }),
    'devices.choose': async ({ device }) => {
      await changeSettings(paths.settings, { device });
      devices.choose(device);
      await services.executor.chooseDevice(device);
      return nothing;
    },
    'nodes.list': () => [...descriptions.values()],

    'files.list': ({ folder }) => library.list(folder),
    'models.list': async () => [...(await listModels(library))],
    'models.folders': () => [{ path: paths.models, layout: 'weft' }, ...settings.modelFolders],
    'input.upload': async ({ name, bytes }) => ({ name: await editor.upload(name, Buffer.from(bytes, 'base64')) }),

    'session.read': ({ window }) => storage.call('readSession', window, windows.live()),
    'session.keep': ({ tab, window }) => storage.call('keepTab', tab, window).then(() => nothing),
    'session.arrange': async ({ order, active, window }) => {
      const taken = await storage.call('arrangeTabs', order, active, window);
      if (window !== undefined && taken.length > 0) tell('session.taken', { window, tabs: taken });
      return nothing;
    },

    'workflows.list': () => workflows.list(),
    'workflows.open': ({ file }) => workflows.open(file),
    'workflows.save': (workflow) => workflows.save(workflow),
    'workflows.rename': ({ file, title }) => workflows.rename(file, title),
    'workflows.remove': ({ file }) => workflows.remove(file).then(() => nothing),
    'workflows.restore': ({ file }) => workflows.restore(file),
    'workflows.versions': ({ file }) => workflows.versions(file),
    'workflows.openVersion': ({ file, version }) => workflows.openVersion(file, version),
    'workflows.read': async ({ name, bytes }) => ({ text: await editor.readWorkflow(bytes), title: titleOf(name) }),
    'templates.list': () => templates.list(),
    'templates.open': ({ name }) => templates.open(name),

    'runs.add': async (run) => ({ id: await runner.add(run) }),
    'runs.cancel': ({ id }) => runner.cancel(id).then(() => nothing),
    'runs.cancelAll': () => runner.cancelAll().then(() => nothing),
    'runs.move': ({ id, before }) => runner.move(id, before).then(() => nothing),
    'runs.list': ({ limit, before }) => runner.list(limit, before),
    'runs.nodes': () => runner.nodes(),
    'runs.remove': ({ ids }) => runner.remove(ids).then(() => nothing),
    'runs.workflow': async ({ id }) => ({ text: await runner.workflow(id) }),

    'pictures.list': ({ limit, before }) => listPictures(editor.pictures, limit, before),

    'subgraphs.list': () => subgraphs.list(),
    'subgraphs.save': (subgraph) => subgraphs.save(subgraph).then(() => nothing),
    'subgraphs.remove': ({ name }) => subgraphs.remove(name).then(() => nothing),

    'menu.show': ({ menus }) => {
      desktop?.showMenu(menus);
      return nothing;
    },

    'settings.read': () => editor.settings.read(),
    'settings.change': (change) => editor.settings.change(change),
  };
}
