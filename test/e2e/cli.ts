import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { resultTable } from '../../nodes/result-table.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export type CliResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const jsonResult = z.object({
  status: z.enum(['done', 'failed', 'cancelled', 'invalid']),
  pictures: z.array(z.string()),
  checkpoints: z.array(z.string()),
  nodes: z.record(z.string(), z.object({ ms: z.number(), cached: z.boolean(), tables: z.array(resultTable).optional() })),
  seconds: z.number(),
  problems: z.array(z.object({ node: z.string().optional(), input: z.string().optional(), what: z.string(), fix: z.string().optional() })),
});

/** A fresh folder, removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weft-e2e-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts `weft ARGS` in a process group of its own, as a terminal does; `env` is added to the environment. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): { process: ChildProcess; ended: Promise<CliResult> } {
  const child = spawn(process.execPath, [join(root, 'electron/cli.ts'), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<CliResult>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { process: child, ended };
}

export function runCli(...args: readonly string[]): Promise<CliResult> {
  return startCli(args).ended;
}

/** The object that `--json` printed last. */
export function lastJson(result: CliResult): z.infer<typeof jsonResult> {
  return jsonResult.parse(JSON.parse(result.stdout.trim().split('\n').at(-1) ?? ''));
}
