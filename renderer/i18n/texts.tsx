import i18next, { type TFunction } from 'i18next';
import { createContext, type ReactNode, use, useMemo, useSyncExternalStore } from 'react';
import type { Language } from './i18n.ts';

type Translation = { readonly t: TFunction; readonly language: Language };

const Shown = createContext<Translation | undefined>(undefined);

/**
 * Gives all that is in it the texts of the language that is shown. One listener for the page: a card has twenty places
 * that show a text, and with one each, mounting a card was spent on listeners first of all.
 */
export function Texts({ children }: { readonly children: ReactNode }) {
  const language = useSyncExternalStore(onLanguage, () => i18next.language as Language);
  const translation = useMemo(() => ({ t: i18next.getFixedT(language), language }), [language]);
  return <Shown value={translation}>{children}</Shown>;
}

function onLanguage(listener: () => void): () => void {
  i18next.on('languageChanged', listener);
  return () => i18next.off('languageChanged', listener);
}

/** Translates texts by their keys; the component renders again when the language changes. */
export function useTranslation(): Translation {
  const translation = use(Shown);
  if (translation === undefined) throw new Error('Only what is within <Texts> knows its language.');
  return translation;
}
