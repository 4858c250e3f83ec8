import { setTimeout as delay } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { ProblemError } from '../../nodes/problem.ts';
import { serve } from './serve.ts';

const methods = {
  quick: (text: string) => `${workerData} ${text}`,
  slow: async (text: string) => {
    await delay(50);
    return `slow ${text}`;
  },
  problem: () => {
    throw new ProblemError({ what: 'It is wrong.', fix: 'Mend it.' });
  },
  mistake: () => {
    throw new TypeError('x is undefined');
  },
  die: () => process.exit(3),
};

export type TestMethods = typeof methods;

serve(() => methods);
