import { boolean, defineNode, float, int, text } from '../define.ts';

const category = 'constants';

export const primitiveInt = defineNode({
  type: 'PrimitiveInt',
  version: 1,
  title: 'Whole Number',
  category,
  description: 'A whole number, to be used in several places at once.',
  aliases: ['int', 'integer', 'constant', 'value'],
  inputs: { value: int({ default: 0, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }) },
  outputs: { INT: 'INT' },
  device: 'any',
  constant: true,
  run: ({ value }) => ({ INT: value }),
});

export const primitiveFloat = defineNode({
  type: 'PrimitiveFloat',
  version: 1,
  title: 'Number',
  category,
  description: 'A number with decimals, to be used in several places at once.',
  aliases: ['float', 'decimal', 'constant', 'value'],
  inputs: { value: float({ default: 0, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, step: 0.1 }) },
  outputs: { FLOAT: 'FLOAT' },
  device: 'any',
  constant: true,
  run: ({ value }) => ({ FLOAT: value }),
});

export const primitiveString = defineNode({
  type: 'PrimitiveString',
  version: 1,
  title: 'Text',
  category,
  description: 'A line of text, to be used in several places at once.',
  aliases: ['string', 'constant', 'value'],
  inputs: { value: text() },
  outputs: { STRING: 'STRING' },
  device: 'any',
  constant: true,
  run: ({ value }) => ({ STRING: value }),
});

export const primitiveStringMultiline = defineNode({
  type: 'PrimitiveStringMultiline',
  version: 1,
  title: 'Long Text',
  category,
  description: 'Several lines of text, to be used in several places at once.',
  aliases: ['string', 'multiline', 'constant', 'prompt', 'value'],
  inputs: { value: text({ multiline: true }) },
  outputs: { STRING: 'STRING' },
  device: 'any',
  constant: true,
  run: ({ value }) => ({ STRING: value }),
});

export const primitiveBoolean = defineNode({
  type: 'PrimitiveBoolean',
  version: 1,
  title: 'Yes or No',
  category,
  description: 'A switch, to be used in several places at once.',
  aliases: ['boolean', 'true', 'false', 'switch', 'constant', 'value'],
  inputs: { value: boolean({ default: false }) },
  outputs: { BOOLEAN: 'BOOLEAN' },
  device: 'any',
  constant: true,
  run: ({ value }) => ({ BOOLEAN: value }),
});
