import { basename } from 'node:path';
import { ProblemError } from '../../problem.ts';
import { damaged, type TensorEntry, type TensorFile } from '../tensor-file.ts';
import { isKind } from './globals.ts';
import type { TorchFile } from './read.ts';
import type { TorchDict, TorchValue } from './values.ts';

/** More tensors than any model has; a small file can name the same lists again and again. */
const mostTensors = 200_000;
const mostDepth = 32;

/**
 * The tensors of a PyTorch file by the path that leads to them, joined by dots: those of its `state_dict` where it has one (a training
 * program's notes lie beside it), else all. Texts beside them are its metadata. Throws a ProblemError for a tensor whose elements do not lie in order.
 */
export function torchTensors({ path, root }: TorchFile): TensorFile {
  const tensors = new Map<string, TensorEntry>();
  const name = basename(path);
  let seen = 0;
  const visit = (value: TorchValue, key: string, depth: number): void => {
    seen += 1;
    if (seen > mostTensors || depth > mostDepth) throw damaged(name, 'it nests its tensors too deep');
    if (isKind(value, 'tensor')) {
      if (value.entry === undefined) throw outOfOrder(name, key);
      tensors.set(key, value.entry);
    } else {
      for (const [inner, child] of children(value)) visit(child, key === '' ? String(inner) : `${key}.${inner}`, depth + 1);
    }
  };
  visit(stateDict(root) ?? root, '', 0);
  return { path, metadata: textsOf(root), tensors };
}

/** What a file says of itself beside its tensors. */
function textsOf(root: TorchValue): ReadonlyMap<string, string> {
  const entries = isKind(root, 'dict') ? [...root.entries] : [];
  return new Map(entries.flatMap(([key, value]) => (typeof key === 'string' && typeof value === 'string' ? [[key, value] as const] : [])));
}

function stateDict(root: TorchValue): TorchDict | undefined {
  const inner = isKind(root, 'dict') ? root.entries.get('state_dict') : undefined;
  return isKind(inner, 'dict') ? inner : undefined;
}

/** Only what can hold tensors. */
function children(value: TorchValue): Iterable<[string | number, TorchValue]> {
  if (isKind(value, 'dict')) return value.entries;
  return isKind(value, 'list') ? value.items.entries() : [];
}

function outOfOrder(name: string, key: string): ProblemError {
  return new ProblemError({
    what: `The file "${name}" stores the tensor "${key.slice(0, 120)}" with its elements out of order, so it cannot be used where it lies.`,
    fix: 'Download the .safetensors version of the model, or save it again with contiguous tensors.',
  });
}
