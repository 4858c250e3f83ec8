import { own } from '../../workflows/own.ts';
import chinese from './host-zh.json' with { type: 'json' };

/** What a template that comes with Weft is called in a language; undefined where that is as the host says. */
export function templateTitle(language: string, name: string): string | undefined {
  return language === 'zh' ? own<{ readonly title: string }>(chinese.templates, name)?.title : undefined;
}
