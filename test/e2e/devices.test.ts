import { expect, it } from 'vitest';
import { runCli, temporaryFolder } from './cli.ts';

it('shows which device models run on, and of every other one why not', async () => {
  const data = temporaryFolder();
  const { code, stdout } = await runCli('devices', '--data', data);
  expect(code).toBe(0);
  // A device a paragraph, and what the setting says at the end.
  const paragraphs = stdout.trim().split('\n\n').slice(0, -1);
  const [names, states] = [1, 2].map((group) => paragraphs.map((text) => /^(\w+) +(used|works|not used)/.exec(text)?.[group]));
  expect(names.toSorted()).toEqual(['coreml', 'cpu', 'cuda', 'dml', 'webgpu']);
  expect(states.filter((state) => state === 'used')).toHaveLength(1);
  for (const text of paragraphs.filter((_, at) => states[at] === 'not used')) expect(text).toMatch(/\n {8}\S.*\.$/);

  // What has been tried is known from then on.
  const { stdout: json } = await runCli('devices', '--json', '--data', data);
  const rows: { provider: string; notes: string[] }[] = JSON.parse(json);
  expect(rows.map(({ provider }) => provider)).toEqual(names);
  for (const { notes } of rows) for (const note of notes) expect(stdout).toContain(note);
});
