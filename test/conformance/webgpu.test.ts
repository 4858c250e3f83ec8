import { fork } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findChrome } from '../../scripts/find-chrome.ts';
import { describeConformance } from './vectors.ts';
import type { WebgpuReport } from './webgpu-child.ts';

/** Debian's start script lies elsewhere than the program that it starts. */
const besideChrome = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/opt/google/chrome'];

/** Chromium's own software Vulkan: the file by which Vulkan finds it. */
function softwareVulkan(): string | undefined {
  const chrome = findChrome();
  const folders = [...(chrome === undefined ? [] : [dirname(realpathSync(chrome))]), ...besideChrome];
  return folders.map((folder) => join(folder, 'vk_swiftshader_icd.json')).find((file) => existsSync(file));
}

/** Runs the child on the driver, and with the loader of Vulkan that comes with Chromium where the system has none. */
function computeOn(driver: string, onTestEnd: (end: () => void) => void): Promise<WebgpuReport> {
  const child = fork(fileURLToPath(new URL('./webgpu-child.ts', import.meta.url)), {
    execArgv: [],
    env: { ...process.env, VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: dirname(driver) },
  });
  return new Promise((resolve, reject) => {
    child.once('message', (report: WebgpuReport) => resolve(report));
    child.once('exit', (code, signal) => reject(new Error(`it ended early: ${signal ?? code}`)));
    onTestEnd(() => child.kill('SIGKILL'));
  });
}

const driver = process.platform === 'linux' && process.arch === 'x64' ? softwareVulkan() : undefined;

describeConformance('WebGPU on software Vulkan', () => {
  if (driver === undefined) {
    it.skip("skipped: there is no vk_swiftshader_icd.json beside Chrome or Chromium, whose software Vulkan this needs (Debian's package has it)", () => {});
    return;
  }
  let report: WebgpuReport;
  let end = () => {};
  beforeAll(async () => {
    report = await computeOn(driver, (stop) => {
      end = stop;
    });
  }, 1_200_000);
  afterAll(() => end());

  it('passes the self-tests in forms that it computes right', () => {
    expect(report.device).toMatchObject({ provider: 'webgpu', works: true });
    // Its fused attention is wrong, its convolutions of nine channels are, and it has no float16: all must have been noticed.
    expect(report.device).toMatchObject({ precision: 'float32', forms: { attention: 'decomposed', channels: 'fours' } });
  });

  it('computes every network as the reference does, on no other device', () => {
    expect(report.ran).toEqual(['webgpu']);
    expect(report.figures).toHaveLength(20);
    expect(report.figures.filter(({ off }) => !(off < 5e-3))).toEqual([]);
  });
});
