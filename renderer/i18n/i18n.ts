import i18next from 'i18next';
import en from './en.json' with { type: 'json' };
import zh from './zh.json' with { type: 'json' };

export type Language = 'en' | 'zh';

/** The language that the system asks for, as far as Weft speaks it. */
export function systemLanguage(languages: readonly string[] = navigator.languages): Language {
  for (const language of languages) {
    if (language.toLowerCase().startsWith('zh')) return 'zh';
    if (language.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

/** Starts the texts; both languages are in the page, so that switching is at once. */
export function startTexts(language: Language): void {
  void i18next.init({
    resources: { en: { translation: en }, zh: { translation: zh } },
    lng: language,
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = htmlLanguage(language);
}

export function showLanguage(language: Language): void {
  if (i18next.language === language) return;
  void i18next.changeLanguage(language);
  document.documentElement.lang = htmlLanguage(language);
}

function htmlLanguage(language: Language): string {
  return language === 'zh' ? 'zh-Hans' : 'en';
}
