import { type Problem, ProblemError } from '../../nodes/problem.ts';

/** What a thread can be asked for, by name. Arguments and results are copied by structured clone. */
// biome-ignore lint/suspicious/noExplicitAny: the arguments of each are inferred from it, none is called through this type
export type Methods = { readonly [name: string]: (...args: any[]) => unknown };

export type Request = { readonly id: number; readonly method: string; readonly args: readonly unknown[] };

export type Reply = { readonly id: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: Problem }
  | { readonly ok: false; readonly error: unknown }
);

export function failedReply(id: number, error: unknown): Reply {
  return error instanceof ProblemError ? { id, ok: false, problem: error.problem } : { id, ok: false, error };
}

export function errorOf(reply: Reply & { readonly ok: false }): unknown {
  return 'problem' in reply ? new ProblemError(reply.problem) : reply.error;
}
