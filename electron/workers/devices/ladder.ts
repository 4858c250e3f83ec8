import { type Forms, type Precision, type Provider, preferredForms } from '../../../nodes/diffusion/onnx/forms.ts';
import type { DeviceReport, WorkingDevice } from './report.ts';

/** A provider as networks are written for it. */
export type Rung = { readonly provider: Provider; readonly precision: Precision; readonly forms: Forms };

/** What every ladder ends on. */
export const cpuRung: Rung = { provider: 'cpu', precision: 'float32', forms: preferredForms.cpu };

/** Where the outcome of trying devices is kept, below the cache folder. */
export const devicesFileName = 'devices.json';

/** What models run on: a provider, or the best one that works. */
export type DeviceChoice = 'auto' | Provider;

export type Ladder = {
  readonly rungs: readonly [Rung, ...Rung[]];
  /** Why providers that somebody may expect on it are not, in sentences. */
  readonly steps: readonly { readonly provider: Provider; readonly why: string }[];
};

/** From the one that is fastest where it works. CoreML comes last: it knows graphs of fixed sizes best, and ours are of any size. */
export const preference: readonly Provider[] = ['cuda', 'dml', 'webgpu', 'coreml'];

/** The providers to use, the best one first, and the reason for every one that is left out. */
export function ladderOf(reports: readonly DeviceReport[], choice: DeviceChoice): Ladder {
  if (choice === 'cpu') return { rungs: [cpuRung], steps: [] };
  const asked = choice === 'auto' ? preference : [choice];
  const judged = asked.map((provider) => judge(provider, reports, choice === 'auto'));
  return {
    rungs: endingOnCpu(judged.flatMap((verdict) => ('rung' in verdict ? [verdict.rung] : []))),
    steps: judged.flatMap((verdict) => ('why' in verdict ? [verdict] : [])),
  };
}

function endingOnCpu([first, ...others]: readonly Rung[]): Ladder['rungs'] {
  return first === undefined ? [cpuRung] : [first, ...others, cpuRung];
}

function judge(
  provider: Provider,
  reports: readonly DeviceReport[],
  mustBeFast: boolean,
): { rung: Rung } | { provider: Provider; why: string } {
  const report = reports.find((candidate) => candidate.provider === provider);
  if (report === undefined) return { provider, why: 'It has not been tried.' };
  if (!report.works) return { provider, why: report.why };
  const slower = mustBeFast ? slowerThanCpu(report, reports) : undefined;
  if (slower !== undefined) return { provider, why: slower };
  const { precision, forms } = report;
  return { rung: { provider, precision, forms } };
}

/** Software adapters compute right, and ten times slower than the processor's own provider. */
function slowerThanCpu({ milliseconds }: WorkingDevice, reports: readonly DeviceReport[]): string | undefined {
  const cpu = reports.find((report) => report.provider === 'cpu');
  if (cpu?.works !== true || milliseconds <= cpu.milliseconds) return undefined;
  const [own, processor] = [milliseconds, cpu.milliseconds].map(millisecondsText);
  return `It works, but is slower than the processor here (${own} for what the processor does in ${processor}).`;
}

export function millisecondsText(time: number): string {
  return `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;
}
