import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tokenizePrompt } from '../../nodes/diffusion/prompt.ts';
import { clipTokenizer, endToken } from '../../nodes/diffusion/tokenizer.ts';
import { conformanceFile, describeConformance } from './vectors.ts';

type Chunks = readonly (readonly (readonly [id: number, weight: number])[])[];

describeConformance('tokens', () => {
  const { prompts }: { prompts: Record<string, Chunks> } = JSON.parse(readFileSync(conformanceFile('tokens.json'), 'utf8'));
  it.each(Object.keys(prompts))('cuts %j as the field does', async (prompt) => {
    const chunks = tokenizePrompt(prompt, await clipTokenizer(), () => [], endToken);
    expect(chunks).toEqual(prompts[prompt].map((chunk) => chunk.map(([id, weight]) => ({ id, weight }))));
  });
});
