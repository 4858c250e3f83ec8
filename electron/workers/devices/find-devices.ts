import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Provider } from '../../../nodes/diffusion/onnx/forms.ts';
import { writeAtomically } from '../../library/write-atomically.ts';
import { weftVersion } from '../../version.ts';
import { driverFacts, runtimeFolder } from './facts.ts';
import { graphicsCard } from './memory.ts';
import { type DeviceReport, deviceReport, providers } from './report.ts';

export type DeviceSearch = {
  /** Where reports are kept from one start to the next. */
  readonly cacheFile: string;
  readonly nodePath: string;
  /** Try them even if they are known. */
  readonly again?: boolean;
};

const entry = fileURLToPath(new URL('./probe.ts', import.meta.url));
/** Software adapters take a minute for what graphics cards do in a second. */
const patienceMs = 90_000;

const cacheSchema = z.object({ facts: z.string(), reports: z.array(deviceReport) });

/**
 * What works here of the wanted providers, in their order: from the cache where this version of Weft has tried them with the same
 * drivers, otherwise tried now, each in a process of its own, and kept. Does not throw.
 */
export async function findDevices(search: DeviceSearch, wanted: readonly Provider[] = providers): Promise<readonly DeviceReport[]> {
  const { cacheFile, nodePath, again = false } = search;
  const facts = await currentFacts();
  const kept = again ? [] : await readCache(cacheFile, facts);
  const missing = wanted.filter((provider) => !kept.some((report) => report.provider === provider));
  const found: DeviceReport[] = [];
  // One after the other: they are compared by their speed.
  for (const provider of missing) found.push(await tryApart(provider, nodePath));
  const all = [...kept, ...(await withCard(found))];
  if (found.length > 0) await keep(cacheFile, facts, all);
  return wanted.flatMap((provider) => all.find((report) => report.provider === provider) ?? []);
}

/** What is known from earlier, without trying any. */
export async function knownDevices({ cacheFile }: DeviceSearch): Promise<readonly DeviceReport[]> {
  return readCache(cacheFile, await currentFacts());
}

async function currentFacts(): Promise<string> {
  return `${weftVersion}|${await driverFacts()}`;
}

async function withCard(reports: readonly DeviceReport[]): Promise<readonly DeviceReport[]> {
  const isAccelerator = (report: DeviceReport) => report.works && report.provider !== 'cpu';
  if (!reports.some(isAccelerator)) return reports;
  const card = await graphicsCard();
  return reports.map((report) => (isAccelerator(report) ? { ...report, ...card } : report));
}

async function readCache(path: string, facts: string): Promise<readonly DeviceReport[]> {
  try {
    const cache = cacheSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return cache.facts === facts ? cache.reports : [];
  } catch {
    return [];
  }
}

async function keep(path: string, facts: string, reports: readonly DeviceReport[]): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, JSON.stringify({ facts, reports }));
  } catch {
    // They are tried again at the next start.
  }
}

function tryApart(provider: Provider, nodePath: string): Promise<DeviceReport> {
  const why = whyNotHere(provider);
  if (why !== undefined) return Promise.resolve({ provider, works: false, why });
  const { promise, resolve } = Promise.withResolvers<DeviceReport>();
  // What drivers write is for their authors.
  const child = fork(entry, [provider], { execPath: nodePath, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  let told: DeviceReport | undefined;
  child.on('message', (message) => {
    told = deviceReport.parse(message);
  });
  const end = (how: string) => {
    clearTimeout(timer);
    resolve(told ?? { provider, works: false, why: how });
  };
  child.on('exit', (code, signal) => {
    const exit = signal ?? `exit code ${code}`;
    end(`Its driver ended the process that tried it (${exit}).`);
  });
  child.on('error', (error) => end(`It could not be tried (${error.message}).`));
  return promise;
}

type Platform = `${NodeJS.Platform}-${string}`;

/** The machines that onnxruntime-node 1.30 has a provider for, and what to say elsewhere. */
const homes: Readonly<Record<Exclude<Provider, 'cpu'>, { readonly on: readonly Platform[]; readonly elsewhere: string }>> = {
  cuda: { on: ['linux-x64'], elsewhere: 'CUDA is for NVIDIA cards in Linux machines with x64 processors.' },
  webgpu: { on: ['linux-x64', 'win32-x64', 'win32-arm64', 'darwin-arm64'], elsewhere: 'ONNX Runtime has no WebGPU for this machine.' },
  dml: { on: ['win32-x64', 'win32-arm64'], elsewhere: 'DirectML is a part of Windows.' },
  coreml: { on: ['darwin-arm64'], elsewhere: "CoreML is a part of macOS on Apple's processors." },
};

/** Why a provider need not be tried, in a sentence. */
function whyNotHere(provider: Provider): string | undefined {
  if (provider === 'cpu') return undefined;
  const { on, elsewhere } = homes[provider];
  if (!on.includes(`${process.platform}-${process.arch}`)) return elsewhere;
  if (provider === 'cuda' && !existsSync(join(runtimeFolder, 'libonnxruntime_providers_cuda.so'))) {
    return 'Its libraries are not installed: `npm run setup:cuda` fetches them, for NVIDIA cards with CUDA 12 and cuDNN 9.';
  }
  return undefined;
}
