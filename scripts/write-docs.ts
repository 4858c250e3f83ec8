// `npm run docs`: writes the files that derive from declarations and schemas; a test checks that they are current.
import { writeFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.ts';

for (const { path, text } of generatedFiles()) {
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
}
