import { z } from 'zod';
import type { Forms, Provider } from '../../../nodes/diffusion/onnx/forms.ts';

export const providers = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const satisfies readonly Provider[];

const forms: z.ZodType<Forms> = z.object({
  linear: z.enum(['matmul', 'gemm']),
  attention: z.enum(['fused', 'decomposed']),
  activation: z.enum(['fused', 'standard']),
  normalisation: z.enum(['same', 'float32']),
  channels: z.enum(['any', 'fours']),
  integers: z.enum(['fast', 'none']),
});

/** What the self-tests found about one provider on this machine. Reasons are whole sentences. */
export const deviceReport = z.discriminatedUnion('works', [
  z.object({
    provider: z.enum(providers),
    works: z.literal(true),
    precision: z.enum(['float32', 'float16']),
    forms,
    /** How long a convolution takes that every provider is measured with. */
    milliseconds: z.number(),
    /** What it computes wrongly or not at all, and what is done instead. */
    notes: z.array(z.string()),
    /** The memory of the graphics card in bytes, where its driver tells it. */
    memoryBytes: z.number().optional(),
    /** What its maker calls the card. */
    name: z.string().optional(),
  }),
  z.object({ provider: z.enum(providers), works: z.literal(false), why: z.string() }),
]);

export type DeviceReport = z.infer<typeof deviceReport>;
export type WorkingDevice = Extract<DeviceReport, { works: true }>;
