import { create } from 'zustand';
import type { UiSettings } from '../../electron/bridge/contract.ts';
import { showLanguage, systemLanguage } from '../i18n/i18n.ts';
import { bridge } from '../state/bridge.ts';
import { notifyProblems } from '../ui/toast.tsx';

/** What a person has set. */
export const useSettings = create<UiSettings>()(() => ({ theme: 'system', language: 'system', snapToGrid: false, runOnChange: false }));

/** Lets the document look and speak as the settings say. */
function apply({ theme, language }: UiSettings): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  showLanguage(language === 'system' ? systemLanguage() : language);
}

useSettings.subscribe(apply);

/** Reads the settings from the host. */
export async function readSettings(): Promise<void> {
  const answer = await bridge.call('settings.read', {});
  if (answer.ok) useSettings.setState(answer.value);
}

/** Changes settings at once, and tells the host. */
export async function changeSettings(changes: Partial<UiSettings>): Promise<void> {
  useSettings.setState(changes);
  const answer = await bridge.call('settings.change', changes);
  if (!answer.ok) notifyProblems(answer.problems);
}
