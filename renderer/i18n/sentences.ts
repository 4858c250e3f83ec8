import i18next from 'i18next';
import { own } from '../../workflows/own.ts';
import { chineseTitleOf } from './host-texts.ts';
import chinese from './host-zh.json' with { type: 'json' };

/*
 * The host says in English what is wrong. A sentence in Chinese is found by its English one, whose gaps are numbered as in
 * `There is no file {1} in {2}.`; what stands in a gap is put into that of the Chinese one, and may be a phrase itself.
 */

type Pattern = { readonly matches: RegExp; readonly gaps: readonly string[]; readonly text: string };
type Texts = Readonly<Record<string, string>>;

const gap = /\{(\d)\}/;

/** The pattern with most of its own words comes first: others might take them for what stands in a gap. */
function patternsOf(texts: Texts): Pattern[] {
  const words = (english: string) => english.replaceAll(/\{\d\}/g, '').length;
  return Object.entries(texts)
    .filter(([english]) => gap.test(english))
    .sort(([a], [b]) => words(b) - words(a))
    .map(([english, text]) => {
      const parts = english.split(/\{(\d)\}/);
      const source = parts.map((part, index) => (index % 2 === 0 ? part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&') : '([^]*?)')).join('');
      return { matches: new RegExp(`^${source}$`), gaps: parts.filter((_part, index) => index % 2 === 1), text };
    });
}

const sentences: Texts = chinese.sentences;
const phrases: Texts = chinese.phrases;
let patterns: { readonly sentences: readonly Pattern[]; readonly phrases: readonly Pattern[] } | undefined;
const known = new Map<string, string>();
const mostKnown = 500;

function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{(\d)\}/g, (whole, number: string) => values.get(number) ?? whole);
}

function translate(text: string, whole: Texts, all: readonly Pattern[]): string | undefined {
  const exact = own(whole, text);
  if (exact !== undefined) return exact;
  for (const pattern of all) {
    const found = pattern.matches.exec(text);
    if (found === null) continue;
    return fill(pattern.text, new Map(pattern.gaps.map((number, index) => [number, phrase(found[index + 1] ?? '')])));
  }
  return undefined;
}

/** Between two possibilities, but not within quotes. */
const or = / or (?=(?:[^"]*"[^"]*")*[^"]*$)/;

const quoted = /^"([^"]*)"$/;

/**
 * What stands in a gap: a sentence, possibilities, a name in quotes, the name of an input, a phrase, or something that
 * is the same in every language.
 */
function phrase(text: string): string {
  if (isSentence.test(text)) return inChinese(text);
  const name = quoted.exec(text)?.[1];
  if (name !== undefined) return `“${chineseTitleOf(name) ?? name}”`;
  const several = text.split(or);
  if (several.length > 1) return several.map(phrase).join('或');
  patterns ??= { sentences: patternsOf(sentences), phrases: patternsOf(phrases) };
  return own<string>(chinese.names, text) ?? chineseTitleOf(text) ?? translate(text, phrases, patterns.phrases) ?? text;
}

const isSentence = /^[A-Z].* .*\.$/s;

function inChinese(text: string): string {
  patterns ??= { sentences: patternsOf(sentences), phrases: patternsOf(phrases) };
  const whole = translate(text, sentences, patterns.sentences);
  if (whole !== undefined) return whole;
  const parts = text.split(/(?<=[.!?]) (?=\p{Lu}|")/u);
  if (parts.length === 1) return text;
  const all = patterns.sentences;
  return parts.map((part) => translate(part, sentences, all) ?? part).join('');
}

/** What the host says, in a language; sentences that nobody has translated stay as they are. */
export function sentenceIn(language: string, text: string): string {
  if (language !== 'zh') return text;
  const found = known.get(text) ?? inChinese(text);
  if (known.size >= mostKnown) known.clear();
  known.set(text, found);
  return found;
}

/** What the host says of a model file, in a language: facts with commas between them, or a sentence on what is wrong with it. */
export function modelFactsIn(language: string, text: string): string {
  if (language !== 'zh' || isSentence.test(text)) return sentenceIn(language, text);
  return text.split(', ').map(phrase).join('，');
}

/** What the host says, in the page's language. */
export function said(text: string): string {
  return sentenceIn(i18next.language, text);
}
