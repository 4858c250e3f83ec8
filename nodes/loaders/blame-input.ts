import { ProblemError } from '../problem.ts';

/** Runs `read`; a ProblemError that comes out of it names the node's input `input`, where it names none yet. */
export async function blameInput<T>(input: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof ProblemError)) throw cause;
    throw new ProblemError({ input, ...cause.problem }, { cause });
  }
}
