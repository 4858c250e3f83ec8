import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The most that a process had, in bytes. Mapped pages of files can be taken back by the system at any time. */
export type Peak = { readonly anonymous: number; readonly mapped: number };

const none: Peak = { anonymous: 0, mapped: 0 };

/** Notes the memory of a process every 50 ms, by what it says it does; nothing where the system does not tell (it is Linux that does). */
export function watchMemory(child: ChildProcess, phase: () => string): { readonly peaks: ReadonlyMap<string, Peak>; stop(): void } {
  const peaks = new Map<string, Peak>();
  const timer = setInterval(() => {
    const now = memoryOf(child.pid);
    const before = peaks.get(phase()) ?? none;
    peaks.set(phase(), { anonymous: Math.max(before.anonymous, now.anonymous), mapped: Math.max(before.mapped, now.mapped) });
  }, 50);
  return { peaks, stop: () => clearInterval(timer) };
}

function memoryOf(pid: number | undefined): Peak {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024;
    return { anonymous: bytes('RssAnon'), mapped: bytes('RssFile') };
  } catch {
    return none;
  }
}
