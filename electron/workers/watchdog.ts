import { workerData } from 'node:worker_threads';

/*
 * Ends the process when its host is gone. A process notices the end of its channel only between two turns of its
 * event loop; native code or a busy loop can keep it from that, but not this thread.
 */
const hostPid = Number(workerData);

function hostIsGone(): boolean {
  if (process.platform !== 'win32') return process.ppid !== hostPid;
  try {
    process.kill(hostPid, 0);
    return false;
  } catch {
    return true;
  }
}

setInterval(() => {
  if (hostIsGone()) process.kill(process.pid, 'SIGKILL');
}, 500);
