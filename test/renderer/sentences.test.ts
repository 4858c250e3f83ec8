import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { selfTests } from '../../electron/workers/devices/self-tests.ts';
import { modelFactsIn, sentenceIn } from '../../renderer/i18n/sentences.ts';

const { sentences, phrases } = JSON.parse(readFileSync('renderer/i18n/host-zh.json', 'utf8'));

const literal = /(?:`((?:[^`\\]|\\.)*)`|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/.source;

/** The texts in sources that come after what `before` matches, each with its file; gaps are numbered. Those put together from parts are left out. */
function textsIn(places: string, before: string): [string, string][] {
  const files = globSync(places).filter((file) => !/\.(test|fixture)\.ts$|^electron\/cli/.test(file));
  return files.flatMap((file) => {
    const found = readFileSync(file, 'utf8').matchAll(new RegExp(`${before}${literal}`, 'g'));
    return [...found].flatMap(([, template, single, double]): [string, string][] => {
      const text = (template ?? single ?? double ?? '').replaceAll(/\\(['"\\])/g, '$1');
      let gaps = 0;
      const numbered = template === undefined ? text : text.replaceAll(/\$\{[^{}]*\}/g, () => `{${++gaps}}`);
      const hasWords = /[a-z]{3}/.test(numbered.replaceAll(/\{\d\}/g, ''));
      return hasWords && !numbered.includes('${') ? [[numbered, file]] : [];
    });
  });
}

/** What the host says of devices: why one is not used, and what runs otherwise than expected. */
function textsOfDevices(): [string, string][] {
  const tried = textsIn('electron/{devices,workers/devices/*}.ts', '').filter(([text]) => /^[A-Z]\w+ .*(\.|: \{\d\})$/.test(text));
  return [...tried, ...textsIn('electron/workers/**/*.ts', '\\breport\\(')];
}

function hasChinese([text]: readonly [string, string]): boolean {
  return Object.hasOwn(sentences, text) || Object.hasOwn(phrases, text);
}

describe('the Chinese of what model files are', () => {
  it.each([
    ['Stable Diffusion 2.x, inpainting, v-prediction, float16', 'Stable Diffusion 2.x，局部重绘，v 预测，float16'],
    ['CLIP ViT-L/14, image encoder alone', 'CLIP ViT-L/14，仅图像编码器'],
    ['ControlNet for SDXL', 'SDXL 的 ControlNet'],
    ['LoRA for Stable Diffusion 1.x, float16', 'Stable Diffusion 1.x 的 LoRA，float16'],
    ['LoRA for an unknown family, float16', '未知系列的 LoRA，float16'],
    ['Embedding for SDXL', 'SDXL 的嵌入'],
    ['A folder without U-Net.', '没有 U-Net 的文件夹。'],
  ])('says "%s" as %s', (english, chinese) => {
    expect(modelFactsIn('zh', english)).toBe(chinese);
    expect(modelFactsIn('en', english)).toBe(english);
  });
});

describe('the Chinese of problems', () => {
  it('has every sentence that the sources hold', () => {
    const problems = textsIn('{workflows,electron,nodes}/**/*.ts', '\\b(?:what|fix):\\s*');
    expect(problems.filter((text) => !hasChinese(text))).toEqual([]);
  });

  it('has every sentence about devices, and what the self-tests are called', () => {
    const texts = textsOfDevices();
    expect(texts.length).toBeGreaterThan(15);
    expect(texts.filter((text) => !hasChinese(text))).toEqual([]);
    expect(selfTests().filter(({ name }) => !Object.hasOwn(phrases, name))).toEqual([]);
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
    ['Link it to IMAGE of "Decode or not" (node 3) or IMAGE of "Load".', '请连接到“Decode or not”（节点 3）的IMAGE或“Load”的IMAGE。'],
    ['Links run in a circle: "A" -> "B" (node 2) -> "B" (node 3) -> "A".', '连线形成环路：“A” -> “B”（节点 2） -> “B”（节点 3） -> “A”。'],
    ['The file "a.safetensors" is a LoRA; a VAE was expected.', '文件“a.safetensors”是 LoRA；此处需要VAE。'],
    ['latent_image needs LATENT, but nothing is linked to it.', '“潜空间图”需要 LATENT，但没有连线。'],
    ['Run it again; the terminal tells more. Choose a file.', '请再运行一次；终端中有更多信息。请选择文件。'],
    [
      '"webgpu" cannot be used: It cannot compute fused attention: the test came out wrong (off by 0.3 of the largest number). Models run on "cpu".',
      '无法使用“webgpu”：无法计算融合注意力：测试结果有误（偏差为最大值的 0.3）。模型将在“cpu”上运行。',
    ],
    ['Something that nobody has translated.', 'Something that nobody has translated.'],
  ])('says "%s" as %s', (english, chinese) => {
    expect(sentenceIn('zh', english)).toBe(chinese);
    expect(sentenceIn('en', english)).toBe(english);
  });
});
