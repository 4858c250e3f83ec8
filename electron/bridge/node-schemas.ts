import { z } from 'zod';
import type { NodeDescription } from '../../nodes/define.ts';
import type { Problem } from '../../nodes/problem.ts';
import { fileFolders, socketTypes } from '../../nodes/types.ts';

const tooltip = { tooltip: z.string().optional() };
const range = { default: z.number(), min: z.number(), max: z.number(), step: z.number() };

const inputSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('socket'), type: z.enum(socketTypes), optional: z.boolean(), ...tooltip }),
  z.object({ kind: z.literal('int'), ...range, ...tooltip }),
  z.object({ kind: z.literal('float'), ...range, ...tooltip }),
  z.object({ kind: z.literal('seed'), default: z.number(), ...tooltip }),
  z.object({ kind: z.literal('text'), default: z.string(), multiline: z.boolean(), ...tooltip }),
  z.object({ kind: z.literal('boolean'), default: z.boolean(), ...tooltip }),
  z.object({ kind: z.literal('combo'), default: z.string(), options: z.array(z.string()), ...tooltip }),
  z.object({ kind: z.literal('file'), folder: z.enum(fileFolders), ...tooltip }),
]);

/** A node's declaration as data. */
export const nodeDescriptionSchema: z.ZodType<NodeDescription> = z.object({
  type: z.string(),
  version: z.number(),
  title: z.string(),
  category: z.string(),
  description: z.string(),
  aliases: z.array(z.string()),
  inputs: z.record(z.string(), inputSchema),
  outputs: z.record(z.string(), z.object({ type: z.enum(socketTypes), list: z.boolean() })),
  device: z.enum(['accelerator', 'cpu', 'any']),
  output: z.boolean(),
  deterministic: z.boolean(),
  constant: z.boolean(),
  takesLists: z.boolean(),
});

export const problemSchema: z.ZodType<Problem> = z.object({
  node: z.string().optional(),
  input: z.string().optional(),
  what: z.string(),
  fix: z.string().optional(),
});
