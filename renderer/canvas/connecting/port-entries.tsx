import { Eye, EyeOff } from 'lucide-react';
import { own } from '../../../workflows/own.ts';
import { portOfInput, portOfOutput } from '../../../workflows/port-places.ts';
import { focus } from '../../../workflows/scope.ts';
import { subgraphOfType } from '../../../workflows/subgraph-types.ts';
import { activeTab } from '../../state/editor.ts';
import { giveOutside, promote, removePort, shownSubgraph } from '../../state/ports.ts';
import type { MenuEntry } from '../../ui/menu-items.ts';
import type { SocketPlace } from './connecting.ts';

/** The socket that an element of a card belongs to: itself, its name, or its field. */
export function socketOf(target: EventTarget | null): SocketPlace | undefined {
  if (!(target instanceof Element)) return undefined;
  const named = target.closest<HTMLElement>('[data-names]');
  const own =
    target.closest<HTMLElement>('button[data-side]') ??
    named?.parentElement?.querySelector<HTMLElement>(`button[data-side="${named.dataset.names}"]`) ??
    target.closest('[data-row="field"]')?.querySelector<HTMLElement>('button[data-side]');
  const node = own?.closest<HTMLElement>('[data-card]')?.dataset.card;
  const { side, name } = own?.dataset ?? {};
  return node === undefined || name === undefined || (side !== 'input' && side !== 'output') ? undefined : { side, node, name };
}

/** What can be done with a socket or field where subgraphs are about: shown outside, or hidden there again. */
export function portEntries(t: (key: string) => string, socket: SocketPlace): MenuEntry[] {
  const inside = shownSubgraph();
  const outer = subgraphOfType(nodeOf(socket)?.type ?? '');
  const entries: MenuEntry[] = [];
  if (inside !== undefined) entries.push(insideEntry(t, inside, socket));
  if (outer !== undefined) {
    const hide = () => removePort(outer, socket.side === 'input' ? 'inputs' : 'outputs', socket.name);
    entries.push({ kind: 'item', id: 'hide-here', label: t('ports.hideHere'), icon: <EyeOff size={14} />, run: hide });
  }
  return entries;
}

function insideEntry(t: (key: string) => string, subgraph: string, { side, node, name }: SocketPlace): MenuEntry {
  const definition = own(activeTab()?.workflow.subgraphs ?? {}, subgraph) ?? { nodes: {} };
  const port = side === 'input' ? portOfInput(definition, { node, input: name }) : portOfOutput(definition, { node, output: name });
  if (port !== undefined) {
    const hide = () => removePort(subgraph, side === 'input' ? 'inputs' : 'outputs', port);
    return { kind: 'item', id: 'hide-outside', label: t('ports.hideOutside'), icon: <EyeOff size={14} />, run: hide };
  }
  const show = () => (side === 'input' ? promote(subgraph, { node, input: name }) : giveOutside(subgraph, { node, output: name }));
  return { kind: 'item', id: 'show-outside', label: t('ports.showOutside'), icon: <Eye size={14} />, run: show };
}

function nodeOf({ node }: SocketPlace) {
  const tab = activeTab();
  return tab && own(focus(tab.workflow, tab.scope).nodes, node);
}
