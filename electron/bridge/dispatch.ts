import { z } from 'zod';
import { type Problem, ProblemError } from '../../nodes/problem.ts';
import { type Answer, type CallName, calls, type Params, type Result } from './contract.ts';

/** What every call does. A handler throws a ProblemError for what a person can mend. */
export type Handlers = { readonly [N in CallName]: (params: Params<N>) => Result<N> | Promise<Result<N>> };

/** Answers a call of the page, whatever the page sends; never rejects. */
export type Dispatch = (name: string, params: unknown) => Promise<Answer<CallName>>;

/** Writes down a mistake of ours, for the person who looks for its cause. */
export type LogError = (what: string, error: unknown) => void;

function refuse(what: string): Answer<CallName> {
  const fix = 'Reload the page: it may be older than this Weft.';
  return { ok: false, problems: [{ what, fix }] };
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

/** The calls of the contract over their handlers: what arrives and what leaves is checked against its schema. */
export function createDispatch(handlers: Handlers, logError: LogError): Dispatch {
  function problemOf(name: CallName, error: unknown): Problem {
    if (error instanceof ProblemError) return error.problem;
    logError(`The call ${name} failed.`, error);
    const reason = error instanceof Error ? error.message : String(error);
    return { what: `Weft made a mistake of its own in "${name}": ${reason}`, fix: 'Try it again; the terminal tells more.' };
  }

  async function answer<N extends CallName>(name: N, given: unknown): Promise<Answer<CallName>> {
    const params = calls[name].params.safeParse(given);
    if (!params.success) return refuse(`The page called "${name}" with wrong arguments: ${z.prettifyError(params.error)}.`);
    try {
      const value = await handlers[name](params.data as Params<N>);
      return { ok: true, value: calls[name].result.parse(value) };
    } catch (error) {
      return { ok: false, problems: [problemOf(name, error)] };
    }
  }

  return async (name, params) =>
    isCallName(name) ? answer(name, params) : refuse(`The page made a call that this Weft does not know: "${name.slice(0, 100)}".`);
}
