import { create } from 'zustand';
import type { Result } from '../../electron/bridge/contract.ts';
import { bridge } from '../state/bridge.ts';

/** Facts about the Weft that this page belongs to; undefined until it has told them. */
export const useAppInfo = create<{ readonly info: Result<'app.info'> | undefined }>()(() => ({ info: undefined }));

export async function readAppInfo(): Promise<void> {
  const answer = await bridge.call('app.info', {});
  if (answer.ok) useAppInfo.setState({ info: answer.value });
}
