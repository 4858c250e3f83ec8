/** What is wrong and what to do about it, in sentences for the person at the screen. */
export type Problem = {
  /** The id of the node in the workflow, where one is to blame. */
  readonly node?: string;
  /** The name of that node's input, where one is to blame. */
  readonly input?: string;
  /** What was wrong, as a full sentence. */
  readonly what: string;
  /** What would be right, or what to do, as a full sentence. */
  readonly fix?: string;
};

/** An expected failure: something the person can understand and mend. Anything else thrown is a bug of ours. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.fix === undefined ? problem.what : `${problem.what} ${problem.fix}`, options);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Memory ran out: less at once may still fit. */
export class OutOfMemoryError extends ProblemError {}

/** Thrown inside a node when its run has been cancelled. */
export class CancelledError extends Error {
  constructor() {
    super('cancelled');
    this.name = 'CancelledError';
  }
}
