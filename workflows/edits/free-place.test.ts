import fc from 'fast-check';
import { expect, it } from 'vitest';
import { freePlace } from './free-place.ts';
import type { Box } from './place.ts';

const card: Box = { x: 100, y: 100, width: 200, height: 80 };

it('leaves a box where it is as long as nothing is in its way', () => {
  expect(freePlace(card, [])).toEqual({ x: 100, y: 100 });
  expect(freePlace(card, [{ x: 324, y: 100, width: 50, height: 50 }])).toEqual({ x: 100, y: 100 });
});

it('moves it to the closest side of what is in its way', () => {
  expect(freePlace(card, [{ x: 290, y: 60, width: 300, height: 300 }])).toEqual({ x: 66, y: 100 });
  expect(freePlace(card, [{ x: 0, y: 170, width: 600, height: 300 }])).toEqual({ x: 100, y: 66 });
});

it('looks further where that place is taken too', () => {
  const row = [0, 1, 2].map((index) => ({ x: -300 + index * 250, y: 60, width: 240, height: 160 }));
  expect(freePlace(card, row)).toEqual({ x: 100, y: -44 });
});

const boxes = fc.array(
  fc.record({
    x: fc.integer({ min: -2000, max: 2000 }),
    y: fc.integer({ min: -2000, max: 2000 }),
    width: fc.integer({ min: 40, max: 600 }),
    height: fc.integer({ min: 20, max: 600 }),
  }),
  { maxLength: 60 },
);

it('finds a place that is free among any boxes', () => {
  fc.assert(
    fc.property(boxes, (others) => {
      const place = freePlace(card, others);
      const hits = others.filter(
        (other) =>
          place.x < other.x + other.width &&
          other.x < place.x + card.width &&
          place.y < other.y + other.height &&
          other.y < place.y + card.height,
      );
      expect(hits).toEqual([]);
    }),
  );
});
