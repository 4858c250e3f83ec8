import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draggedBrush, stamps } from './brush.ts';

const coordinates = fc.integer({ min: -2000, max: 2000 });
const points = fc.record({ x: coordinates, y: coordinates });

describe('stamps', () => {
  it('end where the stroke ends, with gaps of at most an eighth of the brush', () => {
    fc.assert(
      fc.property(points, points, fc.integer({ min: 4, max: 500 }), (from, to, size) => {
        const places = [from, ...stamps(from, to, size)];
        expect(places.at(-1)?.x).toBeCloseTo(to.x);
        expect(places.at(-1)?.y).toBeCloseTo(to.y);
        const gaps = places
          .slice(1)
          .map((place, index) => Math.hypot(place.x - (places[index]?.x ?? 0), place.y - (places[index]?.y ?? 0)));
        expect(Math.max(...gaps)).toBeLessThanOrEqual(size / 8 + 1e-6);
      }),
    );
  });
});

describe('draggedBrush', () => {
  it('grows to the right, hardens upwards, and stays within its limits', () => {
    const brush = { tool: 'brush', size: 40, hardness: 0.5 } as const;
    expect(draggedBrush(brush, 20, 0).size).toBeGreaterThan(40);
    expect(draggedBrush(brush, -20, 0).size).toBeLessThan(40);
    expect(draggedBrush(brush, 0, -50).hardness).toBe(0.75);
    expect(draggedBrush(brush, 5000, -5000)).toEqual({ tool: 'brush', size: 1000, hardness: 1 });
    expect(draggedBrush(brush, -5000, 5000)).toEqual({ tool: 'brush', size: 1, hardness: 0 });
  });
});
