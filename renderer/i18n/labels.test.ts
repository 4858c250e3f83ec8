import i18next from 'i18next';
import { expect, it } from 'vitest';
import { int } from '../../nodes/define.ts';
import en from './en.json' with { type: 'json' };
import { limitsText } from './labels.ts';

it('says what a field takes, but for limits that nobody meets', async () => {
  await i18next.init({ lng: 'en', resources: { en: { translation: en } } });
  expect(limitsText(int({ default: 1, min: 1, max: 64 }))).toBe('1 to 64');
  expect(limitsText(int({ default: 0, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }))).toBeUndefined();
});
