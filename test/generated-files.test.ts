import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../scripts/generated-files.ts';

describe('generated files', () => {
  it.each(generatedFiles().map((file) => [basename(file.path), file] as const))('%s is current (npm run docs writes it)', (_, file) => {
    expect(readFileSync(file.path, 'utf8')).toBe(file.text);
  });
});
