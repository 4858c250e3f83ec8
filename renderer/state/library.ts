import { create } from 'zustand';
import type { Result } from '../../electron/bridge/contract.ts';
import { bridge } from './bridge.ts';
import type { Outcome } from './files.ts';

export type LibrarySubgraph = Result<'subgraphs.list'>[number];

/** The subgraphs that were saved for use in any workflow. */
export const useLibrary = create<{ readonly saved: readonly LibrarySubgraph[] }>()(() => ({ saved: [] }));

export async function readLibrary(): Promise<Outcome> {
  const answer = await bridge.call('subgraphs.list', {});
  if (!answer.ok) return answer;
  useLibrary.setState({ saved: answer.value });
  return { ok: true };
}

/** Puts a subgraph into the library, in place of one of its name. */
export async function saveSubgraph(subgraph: LibrarySubgraph): Promise<Outcome> {
  const answer = await bridge.call('subgraphs.save', subgraph);
  return answer.ok ? readLibrary() : answer;
}

export async function removeSubgraph({ name }: LibrarySubgraph): Promise<Outcome> {
  const answer = await bridge.call('subgraphs.remove', { name });
  return answer.ok ? readLibrary() : answer;
}
