import type { Catalog } from '../../workflows/graph.ts';
import { stringifyJson } from '../../workflows/json.ts';
import { openWorkflow } from '../../workflows/open.ts';
import { type NamesOfFiles, prepareRun } from './prepare-run.ts';
import type { RunOrder } from './store.ts';

/** What the thread of workflows does: those of some thousand nodes take a tenth of a second. */
export function createWorkflowMethods(catalog: Catalog) {
  return {
    /** A workflow's JSON text, out of a file's bytes; nothing that it holds is lost. */
    read: (bytes: Uint8Array) => stringifyJson(openWorkflow(bytes)),
    /** As `read`, of bytes in base64. */
    readBase64: (base64: string) => stringifyJson(openWorkflow(Buffer.from(base64, 'base64'))),
    prepare: (order: RunOrder, names: NamesOfFiles) => prepareRun(order, catalog, names),
  };
}

export type WorkflowMethods = ReturnType<typeof createWorkflowMethods>;
