import type { NodeDescription } from '../../nodes/define.ts';
import { checkValue } from '../check-value.ts';
import type { Catalog } from '../graph.ts';
import { own } from '../own.ts';
import { describeAt, typeOfOutput } from '../reroute.ts';
import { isLink, type Workflow, type WorkflowInput } from '../schema.ts';
import { fitsInput, typeFits } from '../types-fit.ts';
import { changeNodes, withProperty } from './change-node.ts';
import { linksFrom } from './links.ts';
import { mapInputs } from './nodes.ts';

/**
 * Makes a node one of another type. Values and links of inputs with the same name stay where they fit; a link whose
 * input is gone goes to the first free socket that takes it. Links from its outputs go on from the output of the same
 * name, else from the first of the same type; the others end.
 */
export function replaceType(workflow: Workflow, catalog: Catalog, id: string, description: NodeDescription): Workflow {
  const node = own(workflow.nodes, id);
  if (node === undefined || node.type === description.type) return workflow;
  const before = describeAt(workflow, catalog, id);
  const inputs = keptInputs(workflow, catalog, node.inputs, description);
  const fields =
    node.fields && Object.fromEntries(Object.entries(node.fields).filter(([name]) => own(description.inputs, name)?.kind === 'seed'));
  const replaced = changeNodes(workflow, [id], ({ size: _size, ...rest }) =>
    withProperty({ ...rest, type: description.type, inputs }, 'fields', fields),
  );
  return moveOutputs(workflow, replaced, id, before, description);
}

function keptInputs(workflow: Workflow, catalog: Catalog, before: Readonly<Record<string, WorkflowInput>>, description: NodeDescription) {
  const kept: Record<string, WorkflowInput> = {};
  const homeless: WorkflowInput[] = [];
  const fits = (name: string, input: WorkflowInput): boolean => {
    const spec = own(description.inputs, name);
    if (spec === undefined) return false;
    if (!isLink(input)) return spec.kind !== 'socket' && checkValue(name, spec, input) === undefined;
    const type = typeOfOutput(workflow, catalog, { node: input.link[0], output: input.link[1] });
    return type !== undefined && fitsInput(type, spec);
  };
  for (const [name, input] of Object.entries(before)) {
    if (fits(name, input)) kept[name] = input;
    else if (isLink(input)) homeless.push(input);
  }
  const sockets = Object.keys(description.inputs).filter((name) => description.inputs[name].kind === 'socket');
  for (const input of homeless) {
    const free = sockets.find((name) => !Object.hasOwn(kept, name) && fits(name, input));
    if (free !== undefined) kept[free] = input;
  }
  return kept;
}

function moveOutputs(before: Workflow, after: Workflow, id: string, from: NodeDescription | undefined, to: NodeDescription): Workflow {
  const outputs = new Set(
    Object.values(before.nodes).flatMap(({ inputs }) => Object.values(inputs).flatMap((input) => outputOf(input, id))),
  );
  const names = new Map([...outputs].map((name) => [name, heir(name, from, to)]));
  const takers = new Set([...outputs].flatMap((output) => linksFrom(before, { node: id, output })).map(({ node }) => node));
  return changeNodes(after, takers, (node) =>
    mapInputs(node, (input) => {
      const [output] = outputOf(input, id);
      if (output === undefined) return input;
      const name = names.get(output);
      return name === undefined ? undefined : name === output ? input : { link: [id, name] };
    }),
  );
}

function outputOf(input: WorkflowInput, node: string): string[] {
  return isLink(input) && input.link[0] === node ? [input.link[1]] : [];
}

function heir(name: string, from: NodeDescription | undefined, to: NodeDescription): string | undefined {
  const type = own(from?.outputs ?? {}, name)?.type;
  const same = own(to.outputs, name);
  if (same !== undefined && (type === undefined || typeFits(same.type, type))) return name;
  return Object.keys(to.outputs).find((other) => type !== undefined && typeFits(to.outputs[other].type, type));
}
