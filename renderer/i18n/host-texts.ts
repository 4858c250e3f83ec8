import i18next from 'i18next';
import type { InputSpec, NodeDescription } from '../../nodes/define.ts';
import type { Catalog } from '../../workflows/graph.ts';
import { own } from '../../workflows/own.ts';
import { useEditor } from '../state/editor.ts';
import chinese from './host-zh.json' with { type: 'json' };

/** The host tells names in English; these are the page's own for what comes with Weft. */
type Texts = { readonly title: string; readonly description: string };

const originals = new WeakMap<NodeDescription, NodeDescription>();
const translated = new WeakMap<NodeDescription, NodeDescription>();

const chineseTitles = new Map<string, string>();

/** What a node of an English title is called in Chinese, once the host has told of it. */
export function chineseTitleOf(title: string): string | undefined {
  return chineseTitles.get(title);
}

/** A node's declaration with its name and description in a language. It is still found by its English name. */
export function nodeIn(language: string, node: NodeDescription): NodeDescription {
  const original = originals.get(node) ?? node;
  const texts = language === 'zh' ? textsOf(original.type) : undefined;
  if (texts === undefined) return original;
  const known = translated.get(original);
  if (known !== undefined) return known;
  const inputs = Object.entries(original.inputs).map(([name, spec]) => [name, inChinese(spec)] as const);
  const result = { ...original, ...texts, inputs: Object.fromEntries(inputs), aliases: [...original.aliases, original.title] };
  translated.set(original, result);
  chineseTitles.set(original.title, result.title);
  originals.set(result, original);
  return result;
}

function textsOf(type: string): Texts | undefined {
  return own<Texts>(chinese.nodes, type) ?? own<Texts>(chinese.ownNodes, type);
}

function inChinese(spec: InputSpec): InputSpec {
  const tooltip = own<string>(chinese.tooltips, spec.tooltip ?? '');
  return tooltip === undefined ? spec : { ...spec, tooltip };
}

/** A template with its name and description in a language. */
export function templateIn<T extends Texts & { readonly name: string }>(language: string, template: T): T {
  const texts: Texts | undefined = language === 'zh' ? own<Texts>(chinese.templates, template.name) : undefined;
  return texts === undefined ? template : { ...template, ...texts };
}

function catalogIn(language: string, catalog: Catalog): Catalog {
  const changed = new Map([...catalog].map(([type, node]) => [type, nodeIn(language, node)]));
  return [...changed].every(([type, node]) => catalog.get(type) === node) ? catalog : changed;
}

/** Keeps the names of nodes in the page's language from now on. */
export function startNamingNodes(): void {
  const apply = () => {
    const { catalog } = useEditor.getState();
    const named = catalogIn(i18next.language, catalog);
    if (named !== catalog) useEditor.setState({ catalog: named });
  };
  useEditor.subscribe((state, before) => {
    if (state.catalog !== before.catalog) apply();
  });
  i18next.on('languageChanged', apply);
  apply();
}
