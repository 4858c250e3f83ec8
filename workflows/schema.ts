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

/** What a field does beside holding a value. */
const fieldOptions = z.looseObject({
  after: z
    .enum(['fixed', 'random', 'increment'])
    .optional()
    .meta({ description: 'What becomes of a seed once a run with it has been queued. Fixed where absent.' }),
});

const node = z.looseObject({
  type: z.string().min(1).meta({ description: 'The type of the node, such as KSampler.' }),
  inputs: z.record(z.string(), z.union([fieldValue, link])).meta({ description: 'Values and links by the names of inputs.' }),
  title: z.string().optional(),
  position: position.optional(),
  mode: z
    .enum(['active', 'muted', 'bypassed'])
    .optional()
    .meta({ description: 'Muted nodes do not run; bypassed ones hand on what they get. Active where absent.' }),
  fields: z
    .record(z.string(), fieldOptions)
    .optional()
    .meta({ description: 'What fields do beside holding values, by the names of inputs.' }),
  size: size.optional().meta({ description: 'The size that a person has given the card.' }),
  collapsed: z.boolean().optional(),
  color: color.optional(),
});

const frameId = z.string().min(1).optional();
const group = z.looseObject({ id: frameId, title: z.string(), position, size, color: color.optional() });
const note = z.looseObject({ id: frameId, text: z.string(), position, size, color: color.optional() });
const view = z.looseObject({ x: z.number(), y: z.number(), zoom: z.number().positive() });

const graph = {
  nodes: z.record(z.string().min(1), node).meta({ description: 'Nodes by id.' }),
  groups: z.array(group).optional(),
  notes: z.array(note).optional(),
};

/** An input or output of a subgraph. */
const port = z.looseObject({
  name: z.string().min(1),
  type: z.string().meta({ description: 'The type of what passes while nothing inside is linked to it, such as IMAGE.' }),
});

const subgraph = z.looseObject({
  title: z.string(),
  description: z.string().optional(),
  inputs: z
    .array(port.extend({ default: fieldValue.optional().meta({ description: 'What a field holds that nobody has set.' }) }))
    .meta({ description: 'The outputs of the node SubgraphInputs among its nodes.' }),
  outputs: z.array(port).meta({ description: 'The inputs of the node SubgraphOutputs among its nodes.' }),
  ...graph,
});

/** Weft's workflow files, version 1. */
export const workflowSchema = z.looseObject({
  format: z.literal('weft'),
  version: z.literal(formatVersion),
  ...graph,
  subgraphs: z
    .record(z.string().min(1), subgraph)
    .optional()
    .meta({ description: 'Nodes that are made of nodes, by id; a node of the type "subgraph:<id>" stands for one.' }),
  view: view.optional().meta({ description: 'Which part of the canvas is seen.' }),
});

export type Workflow = z.infer<typeof workflowSchema>;
export type WorkflowNode = z.infer<typeof node>;
export type WorkflowGroup = z.infer<typeof group>;
export type WorkflowNote = z.infer<typeof note>;
export type Subgraph = z.infer<typeof subgraph>;
export type Position = z.infer<typeof position>;
export type Size = z.infer<typeof size>;
export type View = z.infer<typeof view>;
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
