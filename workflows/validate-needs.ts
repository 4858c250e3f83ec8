import type { InputSpec } from '../nodes/define.ts';
import type { Problem } from '../nodes/problem.ts';
import type { FileFolder } from '../nodes/types.ts';
import { nodeLabel, suggestSource } from './advice.ts';
import { quote } from './check-value.ts';
import { type FileNames, matchFileName } from './file-names.ts';
import type { Catalog, FieldValue } from './graph.ts';
import { nearest } from './nearest.ts';
import type { Workflow } from './schema.ts';
import type { Gap } from './trace.ts';
import { typeOfInput } from './types-fit.ts';

type EmptyInput = {
  readonly id: string;
  readonly name: string;
  readonly spec: InputSpec;
  readonly gap: Gap;
  /** Whether the node will run: others may be unfinished. */
  readonly runs: boolean;
};

/** The problem with an input that gets nothing, if it needs something. */
export function missingInput(workflow: Workflow, catalog: Catalog, { id, name, spec, gap, runs }: EmptyInput): Problem[] {
  const place = { node: id, input: name };
  if (gap.kind === 'loop') {
    const path = gap.nodes.toReversed().map((node) => nodeLabel(workflow, node));
    return [{ ...place, what: `The link of ${name} runs in a circle: ${path.join(' -> ')}.`, fix: 'Remove one of these links.' }];
  }
  const needed = spec.kind === 'file' || (spec.kind === 'socket' && !spec.optional);
  // A broken end of a link is reported where the link is written.
  if (!needed || !runs || gap.kind === 'broken') return [];
  if (spec.kind === 'file' && gap.kind === 'unset') return [{ ...place, what: `${name} names no file.`, fix: 'Choose a file.' }];
  const fix = suggestSource(workflow, catalog, id, spec);
  switch (gap.kind) {
    case 'unset':
      return [{ ...place, what: `${name} needs ${typeOfInput(spec)}, but nothing is linked to it.`, fix }];
    case 'muted': {
      const source = nodeLabel(workflow, gap.node);
      return [
        {
          ...place,
          what: `${name} needs ${typeOfInput(spec)}, but ${source}, to which it is linked, is muted.`,
          fix: `Activate that node again, mute this one too, or choose another source. ${fix}`,
        },
      ];
    }
    case 'bypassed': {
      const source = nodeLabel(workflow, gap.node);
      return [
        {
          ...place,
          what: `${name} needs ${typeOfInput(spec)}, but ${source} is bypassed and has nothing of that type to hand on.`,
          fix: `Activate that node again or choose another source. ${fix}`,
        },
      ];
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
