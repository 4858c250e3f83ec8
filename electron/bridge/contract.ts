import { z } from 'zod';
import { resultTable } from '../../nodes/result-table.ts';
import { fileFolders, modelFolders } from '../../nodes/types.ts';
import { providers } from '../workers/devices/report.ts';
import { nodeDescriptionSchema, problemSchema } from './node-schemas.ts';

/*
 * THE list of everything that the page may ask of the host, and of everything that the host tells the page.
 * Both transports (Electron's IPC and the WebSocket) check every argument and every result against it.
 * Workflows travel as JSON text: JSON objects would lose seeds above 2^53.
 */

const nothing = z.object({});
const id = z.string().min(1).max(200);
/** A workflow as JSON text. */
const workflowText = z.string().max(50_000_000);
const base64 = z.string().max(400_000_000);
/** Milliseconds since 1970. */
const time = z.number();

/** A picture that nodes have left behind. `url` is relative to the page's own address. */
const pictureSchema = z.object({
  url: z.string(),
  name: z.string(),
  width: z.number(),
  height: z.number(),
});
export type Picture = z.infer<typeof pictureSchema>;

/** Numbers that a node shows. */
export type ResultTable = z.infer<typeof resultTable>;

/** One open workflow, as it is kept from moment to moment. */
const tabSchema = z.object({
  id,
  title: z.string(),
  /** The file below `workflows/` of the data folder that it was opened from or saved to. */
  file: z.string().nullable(),
  text: workflowText,
  /** True if the text differs from the file's. */
  unsaved: z.boolean(),
});
export type Tab = z.infer<typeof tabSchema>;

const sessionSchema = z.object({ tabs: z.array(tabSchema), active: id.nullable() });

const runStateSchema = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']);

/** A run in the queue or in the history. */
const runSchema = z.object({
  id,
  /** The tab that asked for it. */
  tab: id,
  title: z.string(),
  state: runStateSchema,
  queuedAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  pictures: z.array(pictureSchema),
  /** What its nodes have shown in numbers. */
  tables: z.array(resultTable),
  problems: z.array(problemSchema),
});
export type Run = z.infer<typeof runSchema>;

const workflowFileSchema = z.object({ file: z.string(), title: z.string(), modifiedAt: time });
const templateSchema = z.object({ name: z.string(), title: z.string(), description: z.string(), pictureUrl: z.string().nullable() });
const modelSchema = z.object({
  folder: z.enum(modelFolders),
  name: z.string(),
  path: z.string(),
  bytes: z.number(),
  what: z.string(),
});
export type Model = z.infer<typeof modelSchema>;

export const uiSettingsSchema = z.object({
  theme: z.enum(['system', 'dark', 'light']),
  language: z.enum(['system', 'en', 'zh']),
  snapToGrid: z.boolean(),
  runOnChange: z.boolean(),
});
export type UiSettings = z.infer<typeof uiSettingsSchema>;

/** A node made of nodes that people saved for use in other workflows: the JSON text of one subgraph definition. */
const librarySubgraphSchema = z.object({ name: z.string(), text: workflowText });

const menuItemSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('command'),
    id,
    label: z.string().max(200),
    /** As Electron writes it: `CmdOrCtrl+Shift+Z`. */
    accelerator: z.string().max(50).optional(),
    enabled: z.boolean(),
    checked: z.boolean().optional(),
    /** Where the browser itself makes an event of it, which the page then follows. */
    role: z.enum(['cut', 'copy', 'paste']).optional(),
  }),
  z.object({ kind: z.literal('separator') }),
]);

/** One menu of the menu bar. */
const menuSchema = z.object({ label: z.string().max(100), items: z.array(menuItemSchema).max(100) });
export type Menu = z.infer<typeof menuSchema>;

const deviceChoice = z.enum(['auto', ...providers]);

/** One execution provider; `notes` say why it is not used and what it computes in another way than intended. */
const deviceSchema = z.object({
  provider: z.enum(providers),
  name: z.string().optional(),
  memoryBytes: z.number().optional(),
  /** `spare` takes over where the used one fails or is too small. */
  state: z.enum(['used', 'spare', 'out']),
  notes: z.array(z.string()),
  precision: z.enum(['float32', 'float16']).optional(),
  attention: z.enum(['fused', 'decomposed']).optional(),
  milliseconds: z.number().optional(),
});
export type Device = z.infer<typeof deviceSchema>;

/** What the host tells of the nodes of a run. `node` is an id of the workflow as it was queued; inside a subgraph `outer/inner`. */
const nodeEvents = {
  /** `cached`: what is there already, with all that lies behind it. `seeds`: what the seed fields hold that the run uses, as decimal digits. */
  'node.planned': z.object({
    run: id,
    tab: id,
    waiting: z.array(z.string()),
    cached: z.array(z.string()),
    seeds: z.array(z.object({ node: z.string(), input: z.string(), seed: z.string() })),
  }),
  'node.started': z.object({ run: id, tab: id, node: z.string() }),
  'node.progress': z.object({ run: id, tab: id, node: z.string(), value: z.number(), max: z.number() }),
  /** A JPEG as a data URL. */
  'node.preview': z.object({ run: id, tab: id, node: z.string(), picture: z.string() }),
  /** `effort`: where it ran, and the most memory that its process was seen to have; absent for what came from the cache. */
  'node.done': z.object({
    run: id,
    tab: id,
    node: z.string(),
    ms: z.number(),
    cached: z.boolean(),
    pictures: z.array(pictureSchema),
    tables: z.array(resultTable).optional(),
    effort: z.object({ device: z.string(), memoryBytes: z.number() }).optional(),
  }),
  'node.failed': z.object({ run: id, tab: id, node: z.string(), problem: problemSchema }),
} as const;

function newsOf<const N extends keyof typeof nodeEvents>(event: N) {
  return z.object({ event: z.literal(event), data: nodeEvents[event] });
}

/** One of the events about nodes, with its name. */
const nodeNewsSchema = z.discriminatedUnion('event', [
  newsOf('node.planned'),
  newsOf('node.started'),
  newsOf('node.progress'),
  newsOf('node.preview'),
  newsOf('node.done'),
  newsOf('node.failed'),
]);
export type NodeNews = z.infer<typeof nodeNewsSchema>;

function call<const P extends z.ZodType, const R extends z.ZodType>(params: P, result: R) {
  return { params, result } as const;
}

/** What the page may ask. Every call answers with its result or with problems. */
export const calls = {
  /** Facts about this Weft. `desktop` is true inside Electron; `notices`: what went wrong while it started. */
  'app.info': call(
    nothing,
    z.object({
      version: z.string(),
      desktop: z.boolean(),
      dataFolder: z.string(),
      notices: z.array(problemSchema).optional(),
    }),
  ),
  /**
   * The execution provider that runs models with the name of its chip, and how much of the machine's memory all of Weft has.
   * Asked for now and then while something runs.
   */
  'device.status': call(
    nothing,
    z.object({ device: z.string(), name: z.string().optional(), usedBytes: z.number(), totalBytes: z.number() }),
  ),
  /** What models can run on, tried when first asked for (`again`: in any case), and what a person chose of it. */
  'devices.list': call(
    z.object({ again: z.boolean() }),
    z.object({ choice: deviceChoice, devices: z.array(deviceSchema), notices: z.array(z.string()) }),
  ),
  /** Runs that are queued later use the device, or the fastest one that works. */
  'devices.choose': call(z.object({ device: deviceChoice }), nothing),
  'nodes.list': call(nothing, z.array(nodeDescriptionSchema)),

  /** The names of files that a file field offers. */
  'files.list': call(z.object({ folder: z.enum(fileFolders) }), z.array(z.string())),
  'models.list': call(nothing, z.array(modelSchema)),
  /** Where people put models: Weft's own folder and those of the settings. */
  'models.folders': call(nothing, z.array(z.object({ path: z.string(), layout: z.string() }))),
  /** Puts a picture into `input/`; answers with the name that a workflow uses for it. A clash of names gets a number. */
  'input.upload': call(z.object({ name: z.string().min(1).max(200), bytes: base64 }), z.object({ name: z.string() })),

  /**
   * The tabs of a window as they were left; a window that the host doesn't know takes over those of the windows that are
   * gone. Without a window: all tabs there are.
   */
  'session.read': call(z.object({ window: id.optional() }), sessionSchema),
  /** Keeps one tab; called within a second of every edit. */
  'session.keep': call(z.object({ tab: tabSchema, window: id.optional() }), nothing),
  /** Which tabs a window has, in which order, and which one is shown; tabs of it that are not named are forgotten. */
  'session.arrange': call(z.object({ order: z.array(id), active: id.nullable(), window: id.optional() }), nothing),

  'workflows.list': call(nothing, z.array(workflowFileSchema)),
  'workflows.open': call(z.object({ file: z.string() }), z.object({ text: workflowText, title: z.string() })),
  /** Saves below `workflows/`, keeping the version before. Without `file` a free name is made from the title. */
  'workflows.save': call(
    z.object({ file: z.string().nullable(), title: z.string().min(1).max(200), text: workflowText }),
    z.object({ file: z.string() }),
  ),
  /** Gives a file a name made from the title; a clash of names gets a number. Its versions go with it. */
  'workflows.rename': call(z.object({ file: z.string(), title: z.string().min(1).max(200) }), z.object({ file: z.string() })),
  /** Puts a file and its versions aside, from where `workflows.restore` takes them back for 30 days. */
  'workflows.remove': call(z.object({ file: z.string() }), nothing),
  /** Takes back the file of this name that was removed last; where the name is taken again, it gets a number. */
  'workflows.restore': call(z.object({ file: z.string() }), z.object({ file: z.string() })),
  'workflows.versions': call(z.object({ file: z.string() }), z.array(z.object({ version: z.string(), savedAt: time }))),
  'workflows.openVersion': call(z.object({ file: z.string(), version: z.string() }), z.object({ text: workflowText })),
  /** Reads a workflow out of a file's bytes: JSON, or a picture that carries one. */
  'workflows.read': call(z.object({ name: z.string(), bytes: base64 }), z.object({ text: workflowText, title: z.string() })),
  'templates.list': call(nothing, z.array(templateSchema)),
  'templates.open': call(z.object({ name: z.string() }), z.object({ text: workflowText, title: z.string() })),

  /**
   * Queues a run of a copy of the workflow: later edits don't change it. `wanted`: nodes to run up to; all outputs where
   * absent. `request`: made by the page; the same request again (after a lost connection) answers with the same run.
   */
  'runs.add': call(
    z.object({
      tab: id,
      title: z.string(),
      text: workflowText,
      wanted: z.array(z.string()).optional(),
      front: z.boolean(),
      request: id.optional(),
    }),
    z.object({ id }),
  ),
  /** Cancels a run that runs, or takes it out of the queue. */
  'runs.cancel': call(z.object({ id }), nothing),
  'runs.cancelAll': call(nothing, nothing),
  /** Puts a waiting run before another waiting one, or last. */
  'runs.move': call(z.object({ id, before: id.nullable() }), nothing),
  /** Running and waiting ones first, as they will run, then the history, newest first. `before`: only those of the history that ended before. */
  'runs.list': call(z.object({ limit: z.int().min(1).max(500), before: time.nullable() }), z.array(runSchema)),
  /** How things stand with the nodes of the run that runs: the events that a page has missed, as far as they still matter. */
  'runs.nodes': call(nothing, z.array(nodeNewsSchema)),
  'runs.remove': call(z.object({ ids: z.array(id) }), nothing),
  /** The workflow of a run as it was queued. */
  'runs.workflow': call(z.object({ id }), z.object({ text: workflowText })),

  'pictures.list': call(
    z.object({ limit: z.int().min(1).max(500), before: time.nullable() }),
    z.array(pictureSchema.extend({ madeAt: time })),
  ),

  'subgraphs.list': call(nothing, z.array(librarySubgraphSchema)),
  'subgraphs.save': call(librarySubgraphSchema, nothing),
  'subgraphs.remove': call(z.object({ name: z.string() }), nothing),

  /** Shows the page's commands in the native menu, where there is one; called again when a title or a state changes. */
  'menu.show': call(z.object({ menus: z.array(menuSchema).max(20) }), nothing),

  'settings.read': call(nothing, uiSettingsSchema),
  'settings.change': call(uiSettingsSchema.partial(), uiSettingsSchema),
} as const;

export type CallName = keyof typeof calls;
export type Params<N extends CallName> = z.infer<(typeof calls)[N]['params']>;
export type Result<N extends CallName> = z.infer<(typeof calls)[N]['result']>;

/** What a call answers: a value, or problems for the person. */
export type Answer<N extends CallName> =
  | { readonly ok: true; readonly value: Result<N> }
  | { readonly ok: false; readonly problems: readonly Problem[] };
type Problem = z.infer<typeof problemSchema>;

/** What the host tells without being asked. */
export const events = {
  'run.changed': z.object({ run: runSchema }),
  'run.removed': z.object({ ids: z.array(id) }),
  /** Something that a person should know of how a node runs: that a device was too small for it, say. A sentence in English. */
  'run.notice': z.object({ run: id, tab: id, node: z.string(), text: z.string() }),
  ...nodeEvents,
  /** A window has tabs that were another one's: that one lost its connection, and came back when it was thought to be gone. */
  'session.taken': z.object({ window: id, tabs: z.array(id) }),
  /** Files in the model folders or in `input/` have come or gone. */
  'files.changed': nothing,
  /** The person chose a command in the native menu. `byKeys`: by its accelerator, perhaps while typing. */
  'menu.chosen': z.object({ id, byKeys: z.boolean() }),
  /** A workflow that the person opened from outside: by its icon, or with a second Weft. Told once, to the page that is open. */
  'workflow.handed': z.object({ title: z.string(), text: workflowText }),
  /** A file that the person opened from outside, and that holds no workflow. */
  'file.refused': z.object({ problem: problemSchema }),
} as const;

export type EventName = keyof typeof events;
export type EventData<N extends EventName> = z.infer<(typeof events)[N]>;
