import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { card, dropFile, keptWorkflow, patience, socket } from './parts.ts';

/** The links of the workflow, as `node.output > node.input`. */
async function linksOf(page: Page): Promise<string[]> {
  const { nodes } = await keptWorkflow(page);
  return Object.entries(nodes)
    .flatMap(([id, { inputs }]) =>
      Object.entries(inputs).flatMap(([input, value]) => {
        const { link } = (typeof value === 'object' ? value : {}) as { link?: [string, string] };
        return link === undefined ? [] : [`${link.join('.')} > ${id}.${input}`];
      }),
    )
    .sort();
}

/** The middle of the straight way between two sockets, which their link runs through as well. */
async function middleOfLink(page: Page, from: readonly [string, string], to: readonly [string, string]): Promise<[number, number]> {
  const start = await socket(card(page, from[0]), 'output', from[1]).boundingBox();
  const end = await socket(card(page, to[0]), 'input', to[1]).boundingBox();
  if (start === null || end === null) throw new Error('A socket is not shown.');
  return [(start.x + start.width / 2 + end.x + end.width / 2) / 2, (start.y + start.height / 2 + end.y + end.height / 2) / 2];
}

async function startPicture() {
  const editor = await startEditor({ window: { viewport: { width: 1920, height: 1080 } } });
  await card(editor.page, 'Save Picture').waitFor();
  await expect.poll(() => linksOf(editor.page), patience).toContain('decode.IMAGE > save.images');
  return editor.page;
}

it('cuts with Alt, moves all links of an output with Shift, and says why a socket refuses', async () => {
  const page = await startPicture();
  const before = await linksOf(page);
  const [x, y] = await middleOfLink(page, ['VAE Decode', 'IMAGE'], ['Save Picture', 'images']);
  await page.keyboard.down('Alt');
  await page.mouse.move(x - 60, y - 60);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 60, { steps: 6 });
  await page.mouse.up();
  await page.keyboard.up('Alt');
  await expect.poll(() => linksOf(page), patience).toEqual(before.filter((link) => link !== 'decode.IMAGE > save.images'));
  await page.keyboard.press('Control+z');
  await expect.poll(() => linksOf(page), patience).toEqual(before);

  // A second loader takes over both links of the first one's CLIP.
  await card(page, 'Load Checkpoint').locator('header').click();
  await page.keyboard.press('Control+d');
  const copy = page.locator('[data-card][data-selected][aria-label$=", node Load Checkpoint"]');
  await copy.locator('header').hover();
  await page.mouse.down();
  await page.mouse.move(560, 980, { steps: 6 });
  await page.mouse.up();
  await socket(card(page, 'Load Checkpoint'), 'output', 'CLIP').hover();
  await page.keyboard.down('Shift');
  await page.mouse.down();
  await socket(copy, 'output', 'CLIP').hover({ force: true });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  const moved = async () => (await linksOf(page)).filter((link) => link.endsWith('.clip')).map((link) => link.split('.')[0]);
  await expect.poll(() => moved().then((ids) => ids.includes('checkpoint') || ids.includes('load')), patience).toBe(false);
  expect(new Set(await moved()).size).toBe(1);

  await socket(card(page, 'Empty Latent'), 'output', 'LATENT').hover();
  await page.mouse.down();
  await socket(card(page, 'VAE Decode'), 'input', 'vae').hover({ force: true });
  await page.getByText('This input takes VAE, but the output brings LATENT.').first().waitFor();
  await page.mouse.up();
});

it('has a menu for each link: a node or a reroute goes into it, or it goes', async () => {
  const page = await startPicture();
  const before = await linksOf(page);
  const open = async () => {
    const [x, y] = await middleOfLink(page, ['VAE Decode', 'IMAGE'], ['Save Picture', 'images']);
    await page.mouse.move(x, y);
    await page.mouse.click(x, y, { button: 'right' });
  };
  await open();
  await page.getByRole('menuitem', { name: 'Add a reroute' }).click();
  await page.getByRole('region', { name: 'Reroute' }).waitFor();
  await expect.poll(() => linksOf(page), patience).not.toContain('decode.IMAGE > save.images');
  await page.keyboard.press('Control+z');
  await expect.poll(() => linksOf(page), patience).toEqual(before);

  await open();
  await page.getByRole('menuitem', { name: 'Insert a node…' }).click();
  await page.getByRole('dialog', { name: 'Add a node' }).waitFor();
  await page.keyboard.type('Invert');
  await page.keyboard.press('Enter');
  await card(page, 'Invert Picture').waitFor();
  await expect.poll(async () => (await linksOf(page)).filter((link) => link.startsWith('decode.IMAGE')), patience).toHaveLength(1);
  await expect.poll(async () => (await linksOf(page)).filter((link) => link.endsWith('save.images')), patience).toHaveLength(1);
  await expect.poll(() => linksOf(page), patience).not.toContain('decode.IMAGE > save.images');
  await page.keyboard.press('Control+z');
  await expect.poll(() => linksOf(page), patience).toEqual(before);

  await open();
  await page.getByRole('menuitem', { name: /^Cut the link/ }).click();
  await expect.poll(() => linksOf(page), patience).toEqual(before.filter((link) => link !== 'decode.IMAGE > save.images'));
});

it('takes a node that is dropped on a link into it', async () => {
  const page = await startPicture();
  const [x, y] = await middleOfLink(page, ['VAE Decode', 'IMAGE'], ['Save Picture', 'images']);
  const pane = page.locator('.react-flow__pane');
  const around = await pane.boundingBox();
  if (around === null) throw new Error('There is no canvas.');
  const invert = page.getByRole('complementary', { name: 'Nodes' }).getByRole('button', { name: 'Invert Picture', exact: true });
  await invert.dragTo(pane, { targetPosition: { x: x - around.x, y: y - around.y } });
  await card(page, 'Invert Picture').waitFor();
  await expect.poll(() => linksOf(page), patience).not.toContain('decode.IMAGE > save.images');
  expect((await linksOf(page)).filter((link) => link.startsWith('decode.IMAGE') || link.endsWith('save.images'))).toHaveLength(2);
});

it('pastes with the links from outside, or without them', async () => {
  const page = await startPicture();
  const before = await linksOf(page);
  await card(page, 'VAE Decode').locator('header').click();
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+Shift+v');
  await expect.poll(async () => (await linksOf(page)).length, patience).toBe(before.length + 2);
  const added = (await linksOf(page)).filter((link) => !before.includes(link));
  expect(added.map((link) => link.replace(/> .*\./, '> copy.')).toSorted()).toEqual(
    before.filter((link) => link.includes('> decode.')).map((link) => link.replace('> decode.', '> copy.')),
  );
  await page.keyboard.press('Control+z');
  await expect.poll(() => linksOf(page), patience).toEqual(before);
  await page.keyboard.press('Control+v');
  await expect.poll(() => keptWorkflow(page).then(({ nodes }) => Object.keys(nodes).length), patience).toBe(8);
  expect(await linksOf(page)).toEqual(before);
});

it('makes an input of a field on which a link is dropped, and a field of it again by undo', async () => {
  const { page } = await startEditor();
  await card(page, 'Sampler').waitFor();
  const nodes = {
    number: { type: 'PrimitiveInt', position: { x: 0, y: 0 }, inputs: { value: 320 } },
    empty: { type: 'EmptyLatentImage', position: { x: 400, y: 0 }, inputs: { width: 256 } },
  };
  await dropFile(page, 'field.json', Buffer.from(JSON.stringify({ format: 'weft', version: 1, nodes })));
  const width = card(page, 'Empty Latent').getByRole('spinbutton', { name: 'width' });
  await width.waitFor();
  await page.keyboard.press('f');
  await page.locator('[data-card="number"] button[data-side="output"]').hover();
  await page.mouse.down();
  await width.hover({ force: true });
  await page.mouse.up();
  await expect.poll(() => linksOf(page), patience).toEqual(['number.INT > empty.width']);
  await width.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await expect.poll(() => linksOf(page), patience).toEqual([]);
  expect(await width.inputValue()).toBe('256');
});
