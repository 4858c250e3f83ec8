import { deis, ipndm, ipndmV, lms } from './adams.ts';
import { ddpm, lcm } from './ddpm.ts';
import { dpmAdaptive, dpmFast } from './dpm-solver.ts';
import { dpm2, dpm2Ancestral } from './dpm2.ts';
import { dpmpp2m, dpmpp2mCfgPp, dpmpp2sAncestral, dpmpp2sAncestralCfgPp } from './dpmpp.ts';
import { dpmpp2mSde, dpmpp2mSdeHeun, dpmpp3mSde, dpmppSde } from './dpmpp-sde.ts';
import { erSde } from './er-sde.ts';
import { euler, eulerAncestral, eulerAncestralCfgPp, eulerCfgPp, heun, heunpp2 } from './euler.ts';
import { gradientEstimation, gradientEstimationCfgPp } from './gradient-estimation.ts';
import { resMultistep, resMultistepAncestral, resMultistepCfgPp } from './res-multistep.ts';
import { saSolver } from './sa-solver.ts';
import type { Sampler } from './sampler.ts';
import { seeds2, seeds3 } from './seeds.ts';
import { uniPc, uniPcBh2 } from './uni-pc.ts';

export type SamplerDefinition = {
  readonly sample: Sampler;
  /** The level before the last is left out of its schedule (see `calculateSigmas`). */
  readonly skipsPenultimate?: true;
  /** It reads the unguided prediction, which then is computed at cfg 1 too. */
  readonly readsUncond?: true;
  /** What is kept in inpainting gets noise of its own, from the seed + 1. */
  readonly ownNoiseForKept?: true;
};

/** Every sampler by its name in the field, in the field's order. The `_gpu` names differ there only in where noise is drawn. */
const samplers = {
  euler: { sample: euler },
  euler_cfg_pp: { sample: eulerCfgPp, readsUncond: true },
  euler_ancestral: { sample: eulerAncestral },
  euler_ancestral_cfg_pp: { sample: eulerAncestralCfgPp, readsUncond: true },
  heun: { sample: heun },
  heunpp2: { sample: heunpp2 },
  dpm_2: { sample: dpm2, skipsPenultimate: true },
  dpm_2_ancestral: { sample: dpm2Ancestral, skipsPenultimate: true },
  lms: { sample: lms },
  dpm_fast: { sample: dpmFast },
  dpm_adaptive: { sample: dpmAdaptive },
  dpmpp_2s_ancestral: { sample: dpmpp2sAncestral },
  dpmpp_2s_ancestral_cfg_pp: { sample: dpmpp2sAncestralCfgPp, readsUncond: true },
  dpmpp_sde: { sample: dpmppSde },
  dpmpp_sde_gpu: { sample: dpmppSde },
  dpmpp_2m: { sample: dpmpp2m },
  dpmpp_2m_cfg_pp: { sample: dpmpp2mCfgPp, readsUncond: true },
  dpmpp_2m_sde: { sample: dpmpp2mSde },
  dpmpp_2m_sde_gpu: { sample: dpmpp2mSde },
  dpmpp_2m_sde_heun: { sample: dpmpp2mSdeHeun },
  dpmpp_2m_sde_heun_gpu: { sample: dpmpp2mSdeHeun },
  dpmpp_3m_sde: { sample: dpmpp3mSde },
  dpmpp_3m_sde_gpu: { sample: dpmpp3mSde },
  ddpm: { sample: ddpm },
  lcm: { sample: lcm },
  ipndm: { sample: ipndm },
  ipndm_v: { sample: ipndmV },
  deis: { sample: deis },
  res_multistep: { sample: resMultistep },
  res_multistep_cfg_pp: { sample: resMultistepCfgPp, readsUncond: true },
  res_multistep_ancestral: { sample: resMultistepAncestral },
  gradient_estimation: { sample: gradientEstimation },
  gradient_estimation_cfg_pp: { sample: gradientEstimationCfgPp, readsUncond: true },
  er_sde: { sample: erSde },
  seeds_2: { sample: seeds2 },
  seeds_3: { sample: seeds3 },
  sa_solver: { sample: saSolver },
  ddim: { sample: euler, ownNoiseForKept: true },
  uni_pc: { sample: uniPc, skipsPenultimate: true },
  uni_pc_bh2: { sample: uniPcBh2, skipsPenultimate: true },
} as const satisfies Record<string, SamplerDefinition>;

export type SamplerName = keyof typeof samplers;

function isSamplerName(name: string): name is SamplerName {
  return Object.hasOwn(samplers, name);
}

export const samplerNames: readonly SamplerName[] = Object.keys(samplers).filter(isSamplerName);

/** The sampler of that name; throws where there is none (names are checked against `samplerNames` before anything runs). */
export function samplerByName(name: string): SamplerDefinition {
  if (!isSamplerName(name)) throw new Error(`there is no sampler called ${name}`);
  return samplers[name];
}
