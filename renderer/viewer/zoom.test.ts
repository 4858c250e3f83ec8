import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitted, zoomedAt } from './zoom.ts';

const sizes = fc.record({ width: fc.integer({ min: 1, max: 8000 }), height: fc.integer({ min: 1, max: 8000 }) });
const points = fc.record({ x: fc.integer({ min: -500, max: 2000 }), y: fc.integer({ min: -500, max: 2000 }) });

describe('fitted', () => {
  it('shows the whole picture in the middle', () => {
    fc.assert(
      fc.property(sizes, sizes, (picture, pane) => {
        const { x, y, scale } = fitted(picture, pane);
        expect(x).toBeGreaterThanOrEqual(-1e-6);
        expect(y).toBeGreaterThanOrEqual(-1e-6);
        expect(x * 2 + picture.width * scale).toBeCloseTo(pane.width, 3);
        expect(y * 2 + picture.height * scale).toBeCloseTo(pane.height, 3);
      }),
    );
  });
});

describe('zoomedAt', () => {
  it('keeps what lies below the pointer there', () => {
    fc.assert(
      fc.property(points, points, fc.double({ min: 0.5, max: 2, noNaN: true }), ({ x, y }, pointer, factor) => {
        const look = { x, y, scale: 1.5 };
        const zoomed = zoomedAt(look, pointer, factor, 0.1);
        expect((pointer.x - zoomed.x) / zoomed.scale).toBeCloseTo((pointer.x - x) / 1.5, 6);
        expect((pointer.y - zoomed.y) / zoomed.scale).toBeCloseTo((pointer.y - y) / 1.5, 6);
      }),
    );
  });

  it('stops at 32 times, and where the whole picture fits', () => {
    const look = { x: 0, y: 0, scale: 20 };
    expect(zoomedAt(look, { x: 0, y: 0 }, 9, 0.2).scale).toBe(32);
    expect(zoomedAt(look, { x: 0, y: 0 }, 0.0001, 0.2).scale).toBe(0.2);
  });
});
