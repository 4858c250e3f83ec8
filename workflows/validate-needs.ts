import type { InputSpec } from '../nodes/define.ts';
import type { Problem } from '../nodes/problem.ts';
import type { FileFolder } from '../nodes/types.ts';
import { pathText, type SourceAdvice } from './advice.ts';
import { quote } from './check-value.ts';
import { type FileNames, matchFileName } from './file-names.ts';
import type { Catalog, FieldValue } from './graph.ts';
import { nearest } from './nearest.ts';
import type { NodeLabel } from './node-names.ts';
import type { Workflow } from './schema.ts';
import type { Gap, Tracer } from './trace.ts';
import { typeOfInput } from './types-fit.ts';

/** What the checks of a workflow look things up in. */
export type Check = {
  readonly workflow: Workflow;
  readonly catalog: Catalog;
  readonly files: FileNames | undefined;
  /** The nodes that lead to an output node: others may be unfinished. */
  readonly runs: ReadonlySet<string>;
  readonly label: NodeLabel;
  readonly trace: Tracer;
  readonly adviseSource: SourceAdvice;
};

export type InputPlace = { readonly id: string; readonly name: string; readonly spec: InputSpec };

/** The problem with an input that gets nothing, if it needs something. */
export function missingInput({ runs, label, adviseSource }: Check, { id, name, spec }: InputPlace, gap: Gap): Problem[] {
  const place = { node: id, input: name };
  if (gap.kind === 'loop') {
    return [
      {
        ...place,
        what: `The link of ${name} runs in a circle: ${pathText(label, gap.nodes)}.`,
        fix: 'Remove one of these links.',
      },
    ];
  }
  const needed = spec.kind === 'file' || (spec.kind === 'socket' && !spec.optional);
  // A broken end of a link is reported where the link is written.
  if (!needed || !runs.has(id) || gap.kind === 'broken') return [];
  if (spec.kind === 'file' && gap.kind === 'unset') return [{ ...place, what: `${name} names no file.`, fix: 'Choose a file.' }];
  const needs = `${name} needs ${typeOfInput(spec)}, but`;
  switch (gap.kind) {
    case 'unset':
      return [{ ...place, what: `${needs} nothing is linked to it.`, fix: adviseSource(id, spec) }];
    case 'muted': {
      const what = `${needs} ${label(gap.node)}, to which it is linked, is muted.`;
      return [{ ...place, what, fix: 'Activate that node again, mute this one too, or link another one here.' }];
    }
    case 'bypassed': {
      const what = `${needs} ${label(gap.node)} is bypassed and has nothing of that type to hand on.`;
      return [{ ...place, what, fix: 'Activate that node again, or link another one here.' }];
    }
  }
}

/** What is wrong with the name of a file: undefined if there is such a file, or if names are not known. */
export function checkFile(spec: InputSpec, value: FieldValue, files: FileNames | undefined): Pick<Problem, 'what' | 'fix'> | undefined {
  if (spec.kind !== 'file' || files === undefined || typeof value !== 'string') return undefined;
  const names = files(spec.folder);
  if (matchFileName(value, names) !== undefined) return undefined;
  return missingFile(value, spec.folder, names);
}

/** Says that a file is missing, which names are near, and where it would have to be. */
function missingFile(name: string, folder: FileFolder, names: readonly string[]): Pick<Problem, 'what' | 'fix'> {
  const home = folder === 'input' ? 'input' : `models/${folder}`;
  const guesses = nearest(name, names, 3);
  const near = guesses.length > 0 ? guesses : names.slice(0, 3);
  const choice = near.length > 0 ? `, or choose one that is there, such as ${near.map(quote).join(' or ')}` : '';
  return { what: `There is no file ${quote(name)} in ${home}.`, fix: `Put it into the folder ${home} of your data folder${choice}.` };
}
