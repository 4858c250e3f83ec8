import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Provider } from '../nodes/diffusion/onnx/forms.ts';
import { type DeviceSearch, findDevices, knownDevices } from './workers/devices/find-devices.ts';
import { type DeviceChoice, devicesFileName, ladderOf } from './workers/devices/ladder.ts';
import type { DeviceReport } from './workers/devices/report.ts';

/** One provider, as the command line and the page show it. */
export type DeviceRow = {
  readonly provider: Provider;
  /** What its maker calls the device, where that is known. */
  readonly name?: string;
  readonly memoryBytes?: number;
  /** `used` first; `spare` takes over where the used one fails or is too small; `out` is not used. */
  readonly state: 'used' | 'spare' | 'out';
  /** Why it is not used, and what it computes in another way than intended, in sentences. */
  readonly notes: readonly string[];
  readonly precision?: 'float32' | 'float16';
  /** How attention is computed. */
  readonly attention?: 'fused' | 'decomposed';
  /** How long the convolution takes that all are measured with. */
  readonly milliseconds?: number;
};

/** What models can run on: tried when first asked for, and known from then on. */
export type Devices = {
  choice(): DeviceChoice;
  choose(choice: DeviceChoice): void;
  /** All providers, tried now unless they have been; `again` tries them in any case. */
  list(again: boolean): Promise<readonly DeviceRow[]>;
  /** The provider that models run on, as far as is known without trying any, and what its device is called. */
  current(): Promise<{ readonly device: Provider; readonly name?: string }>;
};

export function createDevices({ cacheFolder, nodePath, chosen }: { cacheFolder: string; nodePath: string; chosen: DeviceChoice }): Devices {
  const search: DeviceSearch = { cacheFile: join(cacheFolder, devicesFileName), nodePath };
  let choice = chosen;
  return {
    choice: () => choice,
    choose(device) {
      choice = device;
    },
    list: async (again) => rowsOf(await findDevices({ ...search, again }), choice),
    async current() {
      const reports = await knownDevices(search);
      const [{ provider }] = ladderOf(reports, choice).rungs;
      const name = nameOf(
        provider,
        reports.find((report) => report.provider === provider),
      );
      return name === undefined ? { device: provider } : { device: provider, name };
    },
  };
}

function rowsOf(reports: readonly DeviceReport[], choice: DeviceChoice): readonly DeviceRow[] {
  const { rungs, steps } = ladderOf(reports, choice);
  return reports.map((report): DeviceRow => {
    const { provider } = report;
    const place = rungs.findIndex((rung) => rung.provider === provider);
    const state = place === 0 ? 'used' : place > 0 ? 'spare' : 'out';
    if (!report.works) return { provider, state, notes: [report.why] };
    const why =
      steps.find((step) => step.provider === provider)?.why ?? (state === 'out' ? 'It works, but the settings choose another.' : undefined);
    const name = nameOf(provider, report);
    return {
      provider,
      state,
      notes: [...(why === undefined ? [] : [why]), ...report.notes],
      precision: report.precision,
      attention: report.forms.attention,
      milliseconds: report.milliseconds,
      ...(name === undefined ? {} : { name }),
      ...(report.memoryBytes === undefined ? {} : { memoryBytes: report.memoryBytes }),
    };
  });
}

function nameOf(provider: Provider, report: DeviceReport | undefined): string | undefined {
  if (provider === 'cpu') return cpus().at(0)?.model.trim();
  return report?.works ? report.name : undefined;
}
