import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsOf, contains, curveBounds, curveCrosses, curveMeets, curvePoint, distanceToCurve, grown, linkCurve } from './bezier.ts';

const point = fc.record({ x: fc.integer({ min: -4000, max: 4000 }), y: fc.integer({ min: -4000, max: 4000 }) });

describe('curves of links', () => {
  it('begin and end at the sockets, and stay in their bounds', () => {
    fc.assert(
      fc.property(point, point, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, t) => {
        const curve = linkCurve(from, to);
        expect(curvePoint(curve, 0)).toEqual(from);
        expect(curvePoint(curve, 1)).toEqual(to);
        expect(contains(grown(curveBounds(curve), 1e-6), curvePoint(curve, t))).toBe(true);
      }),
    );
  });
  it('are near to the points that they pass', () => {
    const curve = linkCurve({ x: 0, y: 0 }, { x: 400, y: 200 });
    expect(distanceToCurve(curve, curvePoint(curve, 0.37))).toBeLessThan(1);
    expect(distanceToCurve(curve, { x: 200, y: -100 })).toBeGreaterThan(100);
  });
  it('are cut by a line across, and not by one beside', () => {
    const curve = linkCurve({ x: 0, y: 0 }, { x: 400, y: 0 });
    expect(curveCrosses(curve, { x: 200, y: -50 }, { x: 210, y: 50 })).toBe(true);
    expect(curveCrosses(curve, { x: 200, y: 10 }, { x: 210, y: 50 })).toBe(false);
  });
  it('meet the cards that lie over them', () => {
    const curve = linkCurve({ x: 0, y: 0 }, { x: 400, y: 0 });
    expect(curveMeets(curve, { x: 150, y: -40, width: 100, height: 80 })).toBe(true);
    expect(curveMeets(curve, { x: 150, y: 40, width: 100, height: 80 })).toBe(false);
  });
});

it('bounds hold all, and there are none of nothing', () => {
  expect(boundsOf([])).toBeUndefined();
  expect(
    boundsOf([
      { x: 0, y: 0, width: 10, height: 10 },
      { x: 20, y: -5, width: 5, height: 5 },
    ]),
  ).toEqual({ x: 0, y: -5, width: 25, height: 15 });
});
