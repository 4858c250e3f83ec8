import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, it, onTestFinished } from 'vitest';
import { writeSafetensors } from '../../../nodes/diffusion/safetensors.ts';
import { smallClip, transformersNames } from '../../fixtures/small-clip.ts';
import { startEditor } from './editor.ts';
import { card, dropFile, expectState } from './parts.ts';

const workflow = {
  format: 'weft',
  version: 1,
  nodes: {
    clip: { type: 'CLIPVisionLoader', position: { x: 0, y: 0 }, inputs: { clip_name: 'small.safetensors' } },
    picture: { type: 'LoadImage', position: { x: 0, y: 140 }, inputs: { image: 'ocean.png' } },
    other: { type: 'ImageInvert', position: { x: 300, y: 380 }, inputs: { image: { link: ['picture', 'IMAGE'] } } },
    both: {
      type: 'ImageBatch',
      position: { x: 560, y: 380 },
      inputs: { image1: { link: ['picture', 'IMAGE'] }, image2: { link: ['other', 'IMAGE'] } },
    },
    classify: {
      type: 'CLIPClassify',
      position: { x: 340, y: -20 },
      inputs: {
        clip_vision: { link: ['clip', 'CLIP_VISION'] },
        image: { link: ['picture', 'IMAGE'] },
        labels: 'ocean\ndesert\nforest',
      },
    },
    similarity: {
      type: 'CLIPSimilarity',
      position: { x: 820, y: 0 },
      inputs: {
        clip_vision: { link: ['clip', 'CLIP_VISION'] },
        image: { link: ['both', 'IMAGE'] },
        texts: 'the ocean in the daytime\na desert',
      },
    },
  },
};

it('shows numbers in the card, in the inspector and in the history, also from the cache', { timeout: 120_000 }, async () => {
  const data = mkdtempSync(join(tmpdir(), 'weft-numbers-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true, maxRetries: 3 }));
  await writeSafetensors(join(data, 'models/clip_vision/small.safetensors'), transformersNames(smallClip()));
  const { page } = await startEditor({ data });
  await card(page, 'Sampler').waitFor();
  await dropFile(page, 'numbers.json', Buffer.from(JSON.stringify(workflow)));
  const classify = card(page, 'Classify Picture');
  await classify.waitFor();
  await page.keyboard.press('Control+Enter');
  await expectState(classify, 'done');
  await expectState(card(page, 'Compare Pictures with Texts'), 'done');

  await classify.getByRole('table').waitFor();
  const labels = await classify.getByRole('rowheader').allTextContents();
  expect(labels.toSorted()).toEqual(['desert', 'forest', 'ocean']);
  const shares = (await classify.getByRole('cell').allTextContents()).flatMap((text) => (text === '' ? [] : [Number.parseFloat(text)]));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  const table = card(page, 'Compare Pictures with Texts').getByRole('table');
  expect(await table.getByRole('columnheader').allTextContents()).toEqual(['#1', '#2']);

  await classify.locator('header').click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  expect(await inspector.getByRole('rowheader').allTextContents()).toEqual(labels);

  await page
    .getByRole('button', { name: /^Queue/ })
    .first()
    .click();
  await page.locator('summary', { hasText: 'Numbers' }).first().click();
  expect(await page.locator('details').first().getByRole('rowheader').allTextContents()).toEqual(expect.arrayContaining(labels));
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);

  await page.keyboard.press('Control+Enter');
  await expectState(classify, 'cached');
  expect(await classify.getByRole('rowheader').allTextContents()).toEqual(labels);
});
