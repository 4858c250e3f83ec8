import { type DeviceSearch, findDevices } from './find-devices.ts';
import { type DeviceChoice, type Ladder, ladderOf, preference } from './ladder.ts';

/** Drivers and the desktop need some of a graphics card's memory too. */
const usableShare = 0.85;

/**
 * The providers to use, trying only what has to be: none where the CPU is chosen, and the CPU only to be compared with.
 * `deviceBudgetBytes`: what models may take of the memory of the preferred one, where it is known.
 */
export async function findLadder(search: DeviceSearch, choice: DeviceChoice): Promise<Ladder & { deviceBudgetBytes: number | undefined }> {
  const asked = choice === 'cpu' ? [] : choice === 'auto' ? preference : [choice];
  const reports = await findDevices(search, asked);
  const compared = choice === 'auto' && reports.some(({ works }) => works) ? await findDevices(search, ['cpu']) : [];
  const ladder = ladderOf([...reports, ...compared], choice);
  const first = reports.find(({ provider }) => provider === ladder.rungs[0].provider);
  const memoryBytes = first?.works ? first.memoryBytes : undefined;
  return { ...ladder, deviceBudgetBytes: memoryBytes === undefined ? undefined : memoryBytes * usableShare };
}
