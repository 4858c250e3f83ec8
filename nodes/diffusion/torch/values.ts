import type { Dtype, TensorEntry } from '../tensor-file.ts';

/** What a PyTorch file holds, as plain data: nothing in it can act. Lists stand for tuples and sets too. */
export type TorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | TorchList
  | TorchDict
  | TorchTensor
  | TorchGlobal
  | TorchStorage
  | { readonly kind: 'object'; readonly name: string };

export type TorchList = { readonly kind: 'list'; readonly items: TorchValue[] };
/** Entries whose keys are neither texts nor integers are left out. */
export type TorchDict = { readonly kind: 'dict'; readonly entries: Map<string | number, TorchValue> };
/** `entry` is undefined where the elements do not lie in row-major order without gaps. */
export type TorchTensor = { readonly kind: 'tensor'; readonly shape: readonly number[]; readonly entry: TensorEntry | undefined };

/** The bytes that tensors are cut out of; `dtype` is undefined where the tensors tell it. */
export type TorchStorage = {
  readonly kind: 'storage';
  readonly dtype: Dtype | undefined;
  readonly path: string;
  /** In bytes, from the start of the file. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
};

/** A name of Python that a file may mention: see `knownGlobal`. */
export type TorchGlobal = { readonly kind: 'global'; readonly name: string; readonly role: GlobalRole };

/** What stands in for a call of a global, or for the global itself. */
export type GlobalRole =
  | { readonly makes: 'dict' | 'list' | 'tensor' | 'parameter' | 'object' }
  | { readonly makes: 'storage' | 'dtype'; readonly dtype: Dtype | undefined };
