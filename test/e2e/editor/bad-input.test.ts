import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { canListProcesses, workerPids } from '../../fixtures/processes.ts';
import { root, temporaryFolder } from '../cli.ts';
import { startEditor } from './editor.ts';
import { card, dropFile, expectState, keptWorkflow, patience } from './parts.ts';

const link = (node: string, output: string) => ({ link: [node, output] });
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const weft = (nodes: object, more: object = {}) => json({ format: 'weft', version: 1, nodes, ...more });

function tabCount(page: Page): Promise<number> {
  return page.getByRole('navigation', { name: 'Open workflows' }).getByRole('listitem').count();
}

/** What the page says in its corner. */
async function expectSaid(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

/** Drops a file that is made in the page: so many bytes take their time on the way there. */
async function dropLarge(page: Page, name: string, bytes: number): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([title, size]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(size).fill(32)], title));
      return transfer;
    },
    [name, bytes] as const,
  );
  await page.locator('.react-flow__pane').dispatchEvent('drop', { dataTransfer });
}

it('says of each file that holds no workflow what it is, and opens nothing', { timeout: 120_000 }, async () => {
  const { page } = await startEditor();
  await card(page, 'Sampler').waitFor();
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();
  const bad: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['broken.json', Buffer.from('{"format": "weft", "nodes": {'), /^broken\.json: /],
    ['list.json', json([1, 2]), /^list\.json: This JSON holds no workflow/],
    ['newer.json', json({ format: 'weft', version: 99, nodes: {} }), /^newer\.json: This workflow was saved by a newer Weft/],
    ['wrong.json', weft({ a: { type: 3, inputs: {} } }), /^wrong\.json: The workflow's nodes\.a\.type/],
    ['photo.png', picture, /^photo\.png: This picture carries no workflow/],
    ['text.txt', Buffer.from('hello'), /^text\.txt: /],
  ];
  for (const [name, bytes, sentence] of bad) {
    await dropFile(page, name, bytes);
    await expectSaid(page, sentence);
  }
  await dropLarge(page, 'large.json', 51_000_000);
  await expectSaid(page, /^large\.json: This workflow is too large: 51 MB/);
  await dropLarge(page, 'larger.png', 91_000_000);
  await expectSaid(page, /^larger\.png is too large: 91 MB/);
  expect(await tabCount(page)).toBe(1);
});

it('opens a workflow with unknown nodes and links to nowhere, says so at the node, and keeps it whole', async () => {
  const { page } = await startEditor();
  await card(page, 'Sampler').waitFor();
  const nodes = {
    strange: {
      type: 'NodeOfTomorrow',
      inputs: { amount: 3, deep: link('gone', 'IMAGE') },
      position: { x: 0, y: 0 },
      extra: { kept: true },
    },
    decode: { type: 'VAEDecode', inputs: { samples: link('strange', 'LATENT'), vae: link('gone', 'VAE') }, position: { x: 400, y: 0 } },
  };
  await dropFile(page, 'tomorrow.json', weft(nodes, { later: [1] }));
  await card(page, 'VAE Decode').waitFor();
  await page.getByText('This Weft has no node “NodeOfTomorrow”.').first().waitFor();
  await page
    .getByRole('banner')
    .getByRole('button', { name: /problem/ })
    .click();
  const drawer = page.getByRole('region', { name: 'Problems' });
  await drawer.getByText('There is no node type').first().waitFor();
  await drawer.getByRole('button', { name: 'Show the node' }).first().click();
  await expect.poll(() => keptWorkflow(page).then((kept) => Object.keys(kept.nodes)), patience).toEqual(['strange', 'decode']);
  expect(await keptWorkflow(page)).toMatchObject({ nodes, later: [1] });
});

it('says which model of a workflow is missing and what to do, keeps its name, and takes the model once it is there', async () => {
  const { page, data } = await startEditor();
  await card(page, 'Sampler').waitFor();
  const nodes = { load: { type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'dreams.safetensors' }, position: { x: 0, y: 0 } } };
  await dropFile(page, 'dreams.json', weft(nodes));
  const field = card(page, 'Load Checkpoint').getByRole('button', { name: 'ckpt name: dreams.safetensors is missing' });
  await field.waitFor();
  expect(await field.getAttribute('title')).toBe('“dreams.safetensors” is not in checkpoints. Choose another file, or put it there.');
  await expect.poll(() => keptWorkflow(page).then((kept) => kept.nodes), patience).toMatchObject(nodes);
  copyFileSync(join(root, 'resources/models/checkpoints/starter.safetensors'), join(data, 'models/checkpoints/dreams.safetensors'));
  await field.waitFor({ state: 'detached' });
  await card(page, 'Load Checkpoint')
    .getByRole('button', { name: /dreams\.safetensors/ })
    .waitFor();
});

it('opens what a dropped folder holds, and says where it holds nothing', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'workflows/deeper'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'workflows/one.json'), weft({}));
  writeFileSync(join(folder, 'workflows/deeper/two.json'), weft({}));
  writeFileSync(join(folder, 'workflows/notes.txt'), 'not for Weft');
  const { page, context } = await startEditor();
  await card(page, 'Sampler').waitFor();
  const devtools = await context.newCDPSession(page);
  const drop = async (path: string) => {
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await devtools.send('Input.dispatchDragEvent', { type, x: 700, y: 700, data });
  };
  await drop(join(folder, 'workflows'));
  await expect.poll(() => tabCount(page), patience).toBe(3);
  await drop(join(folder, 'empty'));
  await expectSaid(page, 'There is no workflow and no picture in what was dropped.');
  expect(await tabCount(page)).toBe(3);
});

it('says where the disk refuses to save, and keeps the edits', async () => {
  const { page, data } = await startEditor();
  await card(page, 'Sampler').waitFor();
  await page.locator('textarea').first().fill('a lighthouse in fog');
  // A file where the folder of workflows should be: nothing can be written below it, whoever asks.
  rmSync(join(data, 'workflows'), { recursive: true, force: true });
  writeFileSync(join(data, 'workflows'), '');
  await page.keyboard.press('Control+s');
  await page.getByRole('dialog', { name: 'Save the workflow' }).waitFor();
  await page.keyboard.press('Enter');
  await expectSaid(page, /^"Text to picture" cannot be saved: /);
  await page.getByRole('navigation', { name: 'Open workflows' }).getByRole('img', { name: 'not saved' }).waitFor();
  expect(await page.locator('textarea').first().inputValue()).toBe('a lighthouse in fog');
  rmSync(join(data, 'workflows'));
  await page.keyboard.press('Control+s');
  await page.keyboard.press('Enter');
  await expectSaid(page, '“Text to picture” is saved.');
});

it.skipIf(!canListProcesses)('says at the node that its worker crashed, and runs again', { timeout: 120_000 }, async () => {
  const { page, pid } = await startEditor();
  const sampler = card(page, 'Sampler');
  const steps = sampler.getByRole('spinbutton', { name: 'steps' });
  await steps.fill('10000');
  await steps.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expectState(sampler, 'running');
  await sampler.getByText(/^\d+ \/ 10000/).waitFor();
  const [worker] = workerPids(pid());
  if (worker === undefined) throw new Error('No worker runs.');
  process.kill(worker, 'SIGKILL');
  await expectState(sampler, 'failed');
  await sampler.getByRole('alert').getByText('in the middle of the work').waitFor();
  await sampler.getByRole('button', { name: 'Details' }).click();
  await page.getByRole('region', { name: 'Problems' }).getByText('in the middle of the work').waitFor();
  await steps.fill('2');
  await steps.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expectState(card(page, 'Save Picture'), 'done');
});

it('says what to do where the layout can not start', async () => {
  const { page, expectMessages } = await startEditor();
  expectMessages(/elk|ERR_FAILED/);
  await card(page, 'Sampler').waitFor();
  await page.route('**/elk-worker*', (route) => route.abort());
  await page.keyboard.press('Control+Shift+l');
  await expectSaid(page, 'The layout did not work out. Nothing has been moved.');
  await expectSaid(page, 'Reload the page and try once more.');
});
