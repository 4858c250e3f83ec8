import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.fixture.ts';
import { createUiSettings } from './ui-settings.ts';

const defaults = { theme: 'system', language: 'system', snapToGrid: false, runOnChange: false };

function setUp(settings?: unknown) {
  const path = join(temporaryFolder(settings === undefined ? {} : { 'settings.json': JSON.stringify(settings) }), 'settings.json');
  return { path, settings: createUiSettings(path) };
}

describe("the page's settings", () => {
  it('have defaults, also for values that this Weft does not know', async () => {
    expect(await setUp().settings.read()).toEqual(defaults);
    expect(await setUp({ ui: { theme: 'sepia', language: 'zh' } }).settings.read()).toEqual({ ...defaults, language: 'zh' });
    expect(await setUp({ ui: 'none' }).settings.read()).toEqual(defaults);
  });

  it('change one by one, and keep all else that the file holds', async () => {
    const { path, settings } = setUp({ device: 'cpu', later: 1, ui: { later: 2, theme: 'light' } });
    const [first, second] = await Promise.all([settings.change({ snapToGrid: true }), settings.change({ language: 'zh' })]);
    expect(first).toEqual({ ...defaults, theme: 'light', snapToGrid: true });
    expect(second).toEqual({ ...defaults, theme: 'light', snapToGrid: true, language: 'zh' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      device: 'cpu',
      later: 1,
      ui: { later: 2, theme: 'light', snapToGrid: true, language: 'zh' },
    });
  });
});
