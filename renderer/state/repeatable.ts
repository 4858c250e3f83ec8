import type { CallName, Params } from '../../electron/bridge/contract.ts';

/** Calls that may reach the host twice: they read, or the second time changes nothing. */
const repeatable: ReadonlySet<CallName> = new Set([
  'app.info',
  'device.status',
  'devices.list',
  'nodes.list',
  'files.list',
  'models.list',
  'models.folders',
  'session.read',
  'session.keep',
  'session.arrange',
  'workflows.list',
  'workflows.open',
  'workflows.versions',
  'workflows.openVersion',
  'workflows.read',
  'templates.list',
  'templates.open',
  'runs.cancel',
  'runs.cancelAll',
  'runs.list',
  'runs.move',
  'runs.nodes',
  'runs.remove',
  'runs.workflow',
  'pictures.list',
  'subgraphs.list',
  'subgraphs.save',
  'menu.show',
  'settings.read',
  'settings.change',
]);

/** Whether a call that was sent, but not answered before the connection broke, may be sent again. */
export function mayRepeat<N extends CallName>(name: N, params: Params<N>): boolean {
  if (name === 'runs.add') return (params as Params<'runs.add'>).request !== undefined;
  // Without the name of a file the host makes a new one each time.
  if (name === 'workflows.save') return (params as Params<'workflows.save'>).file !== null;
  return repeatable.has(name);
}
