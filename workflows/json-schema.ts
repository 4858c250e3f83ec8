import { z } from 'zod';
import { workflowSchema } from './schema.ts';

/** The JSON Schema (draft 2020-12) of workflow files, as the text of `workflows/weft.schema.json`. */
export function workflowJsonSchema(): string {
  const schema = z.toJSONSchema(workflowSchema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // JSON has one kind of number, whatever its size.
      if (zodSchema._zod.def.type === 'bigint') jsonSchema.type = 'integer';
    },
  });
  const text = JSON.stringify({ title: 'Weft workflow', ...schema }, undefined, 2);
  // Lists of words on one line, as the formatter of this project has them.
  return `${text.replace(/\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/g, (_list, words: string) => `[${words.replace(/\s+/g, ' ')}]`)}\n`;
}
