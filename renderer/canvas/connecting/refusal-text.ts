import i18next from 'i18next';
import type { Refusal } from '../../../workflows/edits/connection.ts';

/** Why a link is refused, as a sentence for the person. */
export function refusalText(refusal: Refusal): string {
  return refusal.kind === 'type' ? i18next.t('refusal.type', refusal) : i18next.t(`refusal.${refusal.kind}`);
}
