import i18next from 'i18next';
import type { InputSpec } from '../../nodes/define.ts';
import { own } from '../../workflows/own.ts';
import chinese from './host-zh.json' with { type: 'json' };

/** The name of an input or output as people read it; names that nobody has translated are those of the workflow. */
export function labelOf(name: string, language: string = i18next.language): string {
  return (language === 'zh' ? own<string>(chinese.names, name) : undefined) ?? name.replaceAll('_', ' ');
}

/** The type of a socket as people know it. */
export function socketTypeText({ type, optional }: Extract<InputSpec, { kind: 'socket' }>): string {
  return optional ? i18next.t('inspector.optional', { type }) : type;
}

/** Beyond these, numbers are not told apart: a field that takes all of them has no limits that anybody meets. */
function isLimit(bound: number): boolean {
  return Math.abs(bound) < Number.MAX_SAFE_INTEGER;
}

/** The values that a field takes, where they have limits. */
export function limitsText(spec: InputSpec): string | undefined {
  switch (spec.kind) {
    case 'int':
    case 'float':
      if (!isLimit(spec.min) && !isLimit(spec.max)) return undefined;
      return i18next.t('inspector.range', { min: spec.min, max: spec.max });
    case 'seed':
      return i18next.t('inspector.range', { min: 0, max: '2^64 - 1' });
    default:
      return undefined;
  }
}

/** The category of a node, from the widest part to the narrowest. */
export function categoryText(category: string): string {
  const parts = category.split('/').map((part) => i18next.t(`categories.${part}`, { defaultValue: part }));
  return parts.join(' · ');
}
