import { z } from 'zod';
import type { Problem } from '../nodes/problem.ts';

/** The version of the format that this Weft writes; it reads this and older ones. */
export const formatVersion = 1;

// Objects are loose throughout: what a newer Weft adds survives being opened and saved by this one.
const position = z.looseObject({ x: z.number(), y: z.number() });
const size = z.looseObject({ width: z.number().positive(), height: z.number().positive() });
const color = z.string().meta({ description: 'A CSS colour, such as #4f8a8b.' });

const link = z.looseObject({
  link: z.tuple([z.string(), z.string()]).meta({ description: 'The id of a node and the name of one of its outputs.' }),
});
const fieldValue = z.union([z.string(), z.number(), z.bigint(), z.boolean()]);

const node = z.looseObject({
  type: z.string().min(1).meta({ description: 'The type of the node, such as KSampler.' }),
  inputs: z.record(z.string(), z.union([fieldValue, link])).meta({ description: 'Values and links by the names of inputs.' }),
  title: z.string().optional(),
  position: position.optional(),
  mode: z
    .enum(['active', 'muted', 'bypassed'])
    .optional()
    .meta({ description: 'Muted nodes do not run; bypassed ones hand on what they get. Active where absent.' }),
});

const group = z.looseObject({ title: z.string(), position, size, color: color.optional() });
const note = z.looseObject({ text: z.string(), position, size, color: color.optional() });
const view = z.looseObject({ x: z.number(), y: z.number(), zoom: z.number().positive() });

/** Weft's workflow files, version 1. */
export const workflowSchema = z.looseObject({
  format: z.literal('weft'),
  version: z.literal(formatVersion),
  nodes: z.record(z.string().min(1), node).meta({ description: 'Nodes by id.' }),
  groups: z.array(group).optional(),
  notes: z.array(note).optional(),
  view: view.optional().meta({ description: 'Which part of the canvas is seen.' }),
});

export type Workflow = z.infer<typeof workflowSchema>;
export type WorkflowNode = z.infer<typeof node>;
export type WorkflowLink = z.infer<typeof link>;
export type WorkflowInput = WorkflowNode['inputs'][string];

export function isLink(input: WorkflowInput): input is WorkflowLink {
  return typeof input === 'object';
}

/** What zod found wrong, as problems with the node and input where the place lies in one. */
export function schemaProblems(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => {
    const place = issue.path.map(String);
    const inNode = place[0] === 'nodes' && place.length > 1;
    return {
      ...(inNode && { node: place[1] }),
      ...(inNode && place[2] === 'inputs' && place.length > 3 && { input: place[3] }),
      what: `The workflow's ${place.length === 0 ? 'top level' : place.join('.')} is not as it should be: ${issueText(issue)}.`,
      fix: 'Mend it in a text editor, or take an unchanged copy of the file.',
    };
  });
}

function issueText(issue: z.core.$ZodIssue): string {
  // Of a union zod reports only "Invalid input"; the one union of the format is that of values and links.
  if (issue.code === 'invalid_union') return 'it must be a text, a number, true, false or {"link": ["<node>", "<output>"]}';
  const [first = '', ...rest] = issue.message;
  return first.toLowerCase() + rest.join('');
}
