// Part of `npm run pictures`: makes the small pictures beside the templates by running them, as far as the starter model can.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';

const examples = 'workflows/examples';
/** The others need models that people have to bring. */
const needModels = new Set(['inpaint-model', 'zero-shot-classification', 'upscale', 'controlnet', 'lora']);
/** Twice what the page shows, for fine screens. */
const side = 88;

const index = z.array(z.object({ name: z.string() })).parse(JSON.parse(readFileSync(join(examples, 'index.json'), 'utf8')));
const folder = mkdtempSync(join(tmpdir(), 'weft-templates-'));
try {
  mkdirSync(join(examples, 'pictures'), { recursive: true });
  for (const { name } of index.filter((template) => !needModels.has(template.name))) {
    const out = join(folder, name);
    const run = ['electron/cli.ts', 'run', join(examples, `${name}.json`), '--data', join(folder, 'data'), '--out', out];
    execFileSync(process.execPath, run, { stdio: 'inherit' });
    const [made] = readdirSync(out);
    if (made === undefined) throw new Error(`${name} made no picture.`);
    await sharp(join(out, made))
      .resize(side, side, { fit: 'cover' })
      .png({ compressionLevel: 9 })
      .toFile(join(examples, 'pictures', `${name}.png`));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
