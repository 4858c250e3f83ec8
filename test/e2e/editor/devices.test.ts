import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startEditor } from './editor.ts';
import { expectState } from './parts.ts';

/** A provider that this platform does not have. */
const absent = process.platform === 'win32' ? 'coreml' : 'dml';

it('says where a person looks, in their language, why models run on something else than was chosen', async () => {
  const data = mkdtempSync(join(tmpdir(), 'weft-devices-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true, maxRetries: 3 }));
  writeFileSync(join(data, 'settings.json'), JSON.stringify({ device: absent }));
  const { page } = await startEditor({ data, window: { locale: 'zh-CN' } });
  const save = page.locator('[data-card="save"]');
  await save.waitFor();
  await page.keyboard.press('Control+Enter');
  const sentence = page.getByText(new RegExp(`^无法使用“${absent}”：.*模型将在“cpu”上运行。$`));
  await sentence.waitFor();
  await expectState(save, 'done');

  await page.keyboard.press('Control+j');
  await page.getByRole('button', { name: '日志' }).click();
  const log = page.getByRole('region', { name: '日志' }).getByRole('listitem');
  await expect.poll(() => log.filter({ hasText: `无法使用“${absent}”` }).count()).toBe(1);

  await page.keyboard.press('Control+,');
  const devices = page.getByRole('dialog').locator('ul > li > p:not(:first-child)');
  await devices.first().waitFor();
  const notes = (await devices.allInnerTexts()).filter((text) => !text.includes('float32'));
  expect(notes.length).toBeGreaterThan(1);
  expect(notes.filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([]);
});
