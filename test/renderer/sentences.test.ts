import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sentenceIn } from '../../renderer/i18n/sentences.ts';

const { sentences, phrases } = JSON.parse(readFileSync('renderer/i18n/host-zh.json', 'utf8'));

/** The texts of problems as they stand in the sources, each with its file; gaps are numbered. Those put together from parts are left out. */
function textsOfProblems(): [string, string][] {
  const files = globSync('{workflows,electron,nodes}/**/*.ts').filter((file) => !/\.(test|fixture)\.ts$|^electron\/cli/.test(file));
  return files.flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    const found = source.matchAll(/\b(?:what|fix):\s*(?:`((?:[^`\\]|\\.)*)`|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g);
    return [...found].flatMap(([, template, single, double]): [string, string][] => {
      const text = (template ?? single ?? double ?? '').replaceAll(/\\(['"\\])/g, '$1');
      let gaps = 0;
      const numbered = template === undefined ? text : text.replaceAll(/\$\{[^{}]*\}/g, () => `{${++gaps}}`);
      const hasWords = /[a-z]{3}/.test(numbered.replaceAll(/\{\d\}/g, ''));
      return hasWords && !numbered.includes('${') ? [[numbered, file]] : [];
    });
  });
}

describe('the Chinese of problems', () => {
  it('has every sentence that the sources hold', () => {
    const missing = textsOfProblems().filter(([text]) => !Object.hasOwn(sentences, text) && !Object.hasOwn(phrases, text));
    expect(missing).toEqual([]);
  });

  it('has the gaps of the English', () => {
    const gaps = (text: string) => new Set(text.match(/\{\d\}/g));
    for (const [english, chinese] of [...Object.entries<string>(sentences), ...Object.entries<string>(phrases)]) {
      expect(gaps(english).isSupersetOf(gaps(chinese)), english).toBe(true);
    }
  });

  it.each([
    ['Choose a file.', '请选择文件。'],
    ['steps is 0, which is too small.', '“步数”为 0，太小。'],
    [
      'Link it to IMAGE of node 3 (VAE Decode) or IMAGE of node 4 (Load).',
      '请连接到节点 3（VAE Decode）的 IMAGE或节点 4（Load）的 IMAGE。',
    ],
    ['The file "a.safetensors" is a LoRA; a VAE was expected.', '文件“a.safetensors”是 LoRA；此处需要VAE。'],
    ['latent_image needs LATENT, but nothing is linked to it.', '“潜空间图”需要 LATENT，但没有连线。'],
    ['Run it again; the terminal tells more. Choose a file.', '请再运行一次；终端中有更多信息。请选择文件。'],
    ['Something that nobody has translated.', 'Something that nobody has translated.'],
  ])('says "%s" as %s', (english, chinese) => {
    expect(sentenceIn('zh', english)).toBe(chinese);
    expect(sentenceIn('en', english)).toBe(english);
  });
});
