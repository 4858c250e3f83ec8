import { useEffect, useState } from 'react';
import type { Picture } from '../../electron/bridge/contract.ts';
import type { Catalog } from '../../workflows/graph.ts';
import { isLink, type Workflow } from '../../workflows/schema.ts';
import { bridge } from '../state/bridge.ts';
import { useEditor } from '../state/editor.ts';
import { toBase64 } from '../state/files.ts';
import { readWorkflowText } from '../state/workflow-text.ts';

/** What made a picture, as far as the picture tells. */
export type MadeBy = { readonly title: string; readonly workflow: Workflow; readonly seeds: readonly string[] };

/** Reads the workflow out of the shown picture; undefined while that lasts and where there is none. */
export function useMadeBy(picture: Picture): MadeBy | undefined {
  const [found, setFound] = useState<{ readonly url: string; readonly madeBy: MadeBy | undefined }>();
  useEffect(() => {
    let current = true;
    void read(picture).then((madeBy) => current && setFound({ url: picture.url, madeBy }));
    return () => {
      current = false;
    };
  }, [picture]);
  return found?.url === picture.url ? found.madeBy : undefined;
}

async function read({ url, name }: Picture): Promise<MadeBy | undefined> {
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok !== true) return undefined;
  const bytes = toBase64(new Uint8Array(await response.arrayBuffer()));
  const answer = await bridge.call('workflows.read', { name, bytes });
  const opened = answer.ok ? readWorkflowText(answer.value.text) : undefined;
  if (!answer.ok || opened?.ok !== true) return undefined;
  return { title: answer.value.title, workflow: opened.workflow, seeds: seedsIn(opened.workflow, useEditor.getState().catalog) };
}

/** The values of all seed fields, each once. */
function seedsIn({ nodes }: Workflow, catalog: Catalog): string[] {
  const seeds = Object.values(nodes).flatMap(({ type, inputs }) => {
    const fields = Object.entries(catalog.get(type)?.inputs ?? {}).filter(([, { kind }]) => kind === 'seed');
    return fields.flatMap(([name]) => {
      const value = inputs[name];
      return value === undefined || isLink(value) ? [] : [String(value)];
    });
  });
  return [...new Set(seeds)];
}
