import { describe, expect, it } from 'vitest';
import { KeptInputs } from './kept-inputs.ts';

type Text = { readonly text: string };

function recorded() {
  const log: string[] = [];
  const kept = new KeptInputs<Text, string>({
    put: async ({ text }) => {
      log.push(`put ${text}`);
      return text;
    },
    free: (held) => void log.push(`free ${held}`),
  });
  return { kept, log };
}

const [positive, negative, other] = ['positive', 'negative', 'other'].map((text): Text => ({ text }));

describe('inputs that stay on a device', () => {
  it('are sent once, whatever else takes turns with them', async () => {
    const { kept, log } = recorded();
    for (let step = 0; step < 10; step++) {
      expect(await kept.forRun([positive])).toEqual(['positive']);
      expect(await kept.forRun([negative, other])).toEqual(['negative', 'other']);
    }
    expect(log).toEqual(['put positive', 'put negative', 'put other']);
  });

  it('are freed when some runs went without them, and sent again when they come back', async () => {
    const { kept, log } = recorded();
    await kept.forRun([positive]);
    for (let step = 0; step < 4; step++) await kept.forRun([negative]);
    expect(log).toEqual(['put positive', 'put negative', 'free positive']);
    await kept.forRun([positive]);
    expect(log.at(-1)).toBe('put positive');
  });

  it('are freed on demand, and all of them at the end', async () => {
    const { kept, log } = recorded();
    await kept.forRun([positive, negative]);
    kept.free(positive);
    kept.free(other);
    kept.freeAll();
    kept.freeAll();
    expect(log.slice(2)).toEqual(['free positive', 'free negative']);
  });
});
