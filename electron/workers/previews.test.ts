import { describe, expect, it } from 'vitest';
import { zeros } from '../../nodes/diffusion/tensor.ts';
import { CancelledError } from '../../nodes/problem.ts';
import { Previews } from './previews.ts';

const image = zeros([1, 1, 1, 3]);

describe('previews', () => {
  it('are made one at a time, and not again at once', async () => {
    const sent: Uint8Array[] = [];
    const encoding = Promise.withResolvers<Uint8Array>();
    const previews = new Previews(
      () => encoding.promise,
      (jpeg) => sent.push(jpeg),
    );
    let made = 0;
    const make = () => {
      made += 1;
      return image;
    };
    previews.offer(make);
    previews.offer(make);
    encoding.resolve(new Uint8Array([1]));
    await previews.settled();
    previews.offer(make);
    await previews.settled();
    expect(made).toBe(1);
    expect(sent).toEqual([new Uint8Array([1])]);
  });

  it('that fail or are cancelled fail nothing else', async () => {
    for (const error of [new CancelledError(), new Error('expected by this test')]) {
      const previews = new Previews(
        async () => new Uint8Array(),
        () => {},
      );
      previews.offer(async () => {
        throw error;
      });
      await expect(previews.settled()).resolves.toBeUndefined();
    }
  });
});
