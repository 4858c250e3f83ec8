import { describe, expect, it } from 'vitest';
import { preferredForms } from '../../../nodes/diffusion/onnx/forms.ts';
import { cpuRung, ladderOf } from './ladder.ts';
import type { DeviceReport } from './report.ts';

const cpu: DeviceReport = { provider: 'cpu', works: true, precision: 'float32', forms: preferredForms.cpu, milliseconds: 5, notes: [] };
const cuda: DeviceReport = { provider: 'cuda', works: false, why: 'There is no card.' };

function webgpu(milliseconds: number): DeviceReport {
  const forms = { ...preferredForms.webgpu, attention: 'decomposed' } as const;
  return { provider: 'webgpu', works: true, precision: 'float16', forms, milliseconds, notes: [] };
}

describe('the ladder of devices', () => {
  it('goes from the best one that works down to the CPU, and knows why others are not on it', () => {
    const { rungs, steps } = ladderOf([cpu, cuda, webgpu(1)], 'auto');
    expect(rungs.map(({ provider }) => provider)).toEqual(['webgpu', 'cpu']);
    expect(rungs[0]).toMatchObject({ precision: 'float16', forms: { attention: 'decomposed' } });
    expect(steps).toContainEqual({ provider: 'cuda', why: 'There is no card.' });
  });

  it('leaves out by itself what is slower than the CPU, and takes it where it is asked for', () => {
    const reports = [cpu, webgpu(2000)];
    const { rungs, steps } = ladderOf(reports, 'auto');
    expect(rungs).toEqual([cpuRung]);
    expect(steps.find(({ provider }) => provider === 'webgpu')?.why).toContain('2000 ms for what the processor does in 5.0 ms');
    expect(ladderOf(reports, 'webgpu').rungs.map(({ provider }) => provider)).toEqual(['webgpu', 'cpu']);
  });

  it('is the CPU alone where that is chosen, and where what is chosen does not work', () => {
    expect(ladderOf([cpu, webgpu(1)], 'cpu')).toEqual({ rungs: [cpuRung], steps: [] });
    expect(ladderOf([cpu, cuda], 'cuda')).toEqual({ rungs: [cpuRung], steps: [{ provider: 'cuda', why: 'There is no card.' }] });
  });
});
