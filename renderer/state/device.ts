import { create } from 'zustand';
import type { Result } from '../../electron/bridge/contract.ts';
import { bridge } from './bridge.ts';
import { isOpen, useRuns } from './runs.ts';

export type DeviceStatus = Result<'device.status'>;

/** What runs models and how much memory Weft has; undefined until the host has told it. */
export const useDevice = create<{ readonly status: DeviceStatus | undefined }>()(() => ({ status: undefined }));

/** Milliseconds between two questions while something runs. */
const pauseMs = 2000;

/** Asks once how the device stands. */
export async function readDevice(): Promise<void> {
  const answer = await bridge.call('device.status', {});
  if (answer.ok) useDevice.setState({ status: answer.value });
}

/** Asks how the device stands now, every two seconds while something runs, and once more when nothing does any more. */
export function followDevice(): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const follow = () => {
    const busy = useRuns.getState().runs.some(isOpen);
    if (busy === (timer !== undefined)) return;
    clearInterval(timer);
    timer = busy ? setInterval(() => void readDevice(), pauseMs) : undefined;
    void readDevice();
  };
  const stop = useRuns.subscribe(follow);
  void readDevice();
  follow();
  return () => {
    clearInterval(timer);
    stop();
  };
}
