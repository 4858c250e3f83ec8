// Loaded into the command by the bench (NODE_OPTIONS=--import): notes each process that the command itself starts.
import { ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const { spawn } = ChildProcess.prototype;
if (process.argv[1]?.endsWith('cli.ts')) {
  ChildProcess.prototype.spawn = function (...args) {
    appendFileSync(process.env.WEFT_BENCH_PROCESSES, '.');
    return spawn.apply(this, args);
  };
}
