import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.fixture.ts';
import { writeAtomically } from './write-atomically.ts';

describe('writeAtomically', () => {
  it('replaces a file', async () => {
    const root = temporaryFolder({ file: 'old' });
    await writeAtomically(join(root, 'file'), 'new');
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('new');
    expect(readdirSync(root)).toEqual(['file']);
  });

  it('leaves nothing behind where it fails', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'folder'));
    await expect(writeAtomically(join(root, 'folder'), 'text')).rejects.toThrow();
    expect(readdirSync(root)).toEqual(['folder']);
  });
});
