import type { NodeDescription } from '../../nodes/define.ts';
import { addIntoLink } from '../../workflows/edits/links.ts';
import { addNode } from '../../workflows/edits/nodes.ts';
import type { Position, Workflow } from '../../workflows/schema.ts';
import { connectTo } from '../canvas/connecting/connect.ts';
import { fittingIn, type Start } from '../canvas/connecting/connecting.ts';
import { shownCatalog } from '../state/catalog.ts';
import { edit, select } from '../state/editor.ts';
import type { Search } from './search-state.ts';

/** Adds the node that was found, with the link that the search began with, as one step. */
export function addFound(description: NodeDescription, { start, into }: Search, position: Position): string {
  let id = '';
  edit('edits.add', (workflow) => {
    const added =
      into === undefined ? addNode(workflow, description, position) : addIntoLink(workflow, shownCatalog(), into, description, position);
    id = added.id;
    return start === undefined ? added.workflow : linked(added.workflow, start, id);
  });
  select([id]);
  return id;
}

function linked(workflow: Workflow, start: Start, id: string): Workflow {
  const socket = fittingIn(workflow, start, id);
  return socket === undefined ? workflow : connectTo(workflow, start, socket);
}
