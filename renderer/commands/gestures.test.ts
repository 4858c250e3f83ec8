import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import en from '../i18n/en.json' with { type: 'json' };
import zh from '../i18n/zh.json' with { type: 'json' };
import { gestureGroups, gestures, gestureText } from './gestures.ts';

beforeAll(() => i18next.init({ resources: { en: { translation: en }, zh: { translation: zh } } }));

describe.each(['en', 'zh'])('the gestures in %s', (language) => {
  it('have names, and keys whose every word is translated', () => {
    const t = i18next.getFixedT(language);
    expect(gestureGroups.filter((group) => !gestures.some((gesture) => gesture.group === group))).toEqual([]);
    const texts = [
      ...gestureGroups.map((group) => t(`gestures.groups.${group}`)),
      ...gestures.flatMap(({ title, keys }) => [t(title), ...keys.map((one) => gestureText(one, t))]),
    ];
    // A text that is missing comes back as its key.
    expect(texts.filter((text) => /gestures\.|Drag|Click|Wheel|Arrow/.test(text))).toEqual([]);
  });
});

it('writes what the pointer does after the keys that are held', () => {
  expect(gestureText('Alt+Drag', i18next.getFixedT('en'))).toBe('Alt+drag');
  expect(gestureText('Shift+Arrows', i18next.getFixedT('zh'))).toBe('Shift+方向键');
  expect(gestureText('Mod+ArrowDown', i18next.getFixedT('en'))).toBe('Ctrl+↓');
});
