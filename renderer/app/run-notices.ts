import { said } from '../i18n/sentences.ts';
import { bridge } from '../state/bridge.ts';
import { notify } from '../ui/toast.tsx';

/**
 * Shows what the host has to say of how runs run: that a graphics card was too small, for one. Each sentence once, since
 * the next run would only say it again; the log has every one.
 */
export function showRunNotices(): void {
  const shown = new Set<string>();
  bridge.on('run.notice', ({ text }) => {
    if (shown.has(text)) return;
    shown.add(text);
    notify({ text: said(text), kind: 'notice' });
  });
}
