import i18next from 'i18next';
import { connect, disconnect, moveLinks } from '../../../workflows/edits/links.ts';
import type { Workflow } from '../../../workflows/schema.ts';
import { openSearch } from '../../search/search-state.ts';
import { shownCatalog } from '../../state/catalog.ts';
import { edit } from '../../state/editor.ts';
import { notify } from '../../ui/toast.tsx';
import type { Point } from '../scene/bezier.ts';
import type { SceneLink } from '../scene/scene.ts';
import { connectionsTo, type SocketPlace, type Start, type Target } from './connecting.ts';
import { refusalText } from './refusal-text.ts';

/** The pointer was released: links what fits, says why where nothing does, and takes off what was lifted and dropped. */
export function finishConnecting(start: Start, target: Target, lifted: readonly SceneLink[]): void {
  switch (target.kind) {
    case 'socket':
      edit('edits.connect', (workflow) => connectTo(workflow, start, target.socket, lifted));
      return;
    case 'refused':
      notify({ text: refusalText(target.refusal), kind: 'problem' });
      return;
    case 'unfit':
      notify({ text: i18next.t('canvas.nothingFits'), kind: 'problem' });
      return;
    case 'nothing':
      if (start.end === 'output') edit('edits.disconnect', (workflow) => withoutLinks(workflow, lifted));
  }
}

/** Links the end that was drawn to a socket. */
export function connectTo(workflow: Workflow, start: Start, socket: SocketPlace, lifted: readonly SceneLink[] = []): Workflow {
  const catalog = shownCatalog();
  if (start.end === 'inputs') return moveLinks(workflow, catalog, start.from, { node: socket.node, output: socket.name });
  const elsewhere = lifted.filter(({ to }) => to.node !== socket.node || to.input !== socket.name);
  return connectionsTo(start, socket).reduce(
    (result, connection) => connect(result, catalog, connection),
    withoutLinks(workflow, elsewhere),
  );
}

function withoutLinks(workflow: Workflow, links: readonly SceneLink[]): Workflow {
  return links.reduce((result, { to }) => disconnect(result, to), workflow);
}

/** A link released where nothing is: a search for the nodes that could go on from it. */
export function offerWhatFits(start: Start, at: Point): void {
  openSearch({ at, start });
}
