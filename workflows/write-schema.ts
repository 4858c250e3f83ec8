import { writeFileSync } from 'node:fs';
import { workflowJsonSchema } from './json-schema.ts';

writeFileSync(new URL('weft.schema.json', import.meta.url), workflowJsonSchema());
