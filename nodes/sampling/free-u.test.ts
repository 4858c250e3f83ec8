import { expect, it } from 'vitest';
import { linearConfig } from '../../test/linear-model.ts';
import { runFor } from '../../test/run-node.ts';
import type { ModelRecipe } from '../types.ts';
import { freeU, freeUV2 } from './free-u.ts';

const model: ModelRecipe = { recipe: 'model', file: { name: 'linear', path: '/linear', fingerprint: 'linear' }, config: linearConfig };

it("takes the field's defaults, and the last one applied wins", async () => {
  const first = await runFor('MODEL', freeU, { model });
  expect(first.freeU).toEqual({ version: 1, b1: 1.1, b2: 1.2, s1: 0.9, s2: 0.2 });
  const second = await runFor('MODEL', freeUV2, { model: first, s1: 0.5 });
  expect(second.freeU).toEqual({ version: 2, b1: 1.3, b2: 1.4, s1: 0.5, s2: 0.2 });
});
