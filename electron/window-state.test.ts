import { describe, expect, it } from 'vitest';
import { parseWindowState, placeWindow } from './window-state.ts';

const display = { x: 0, y: 0, width: 1920, height: 1080 };
const second = { x: 1920, y: 0, width: 1280, height: 1024 };

describe('placeWindow', () => {
  it('opens in the middle of the first display at first', () => {
    expect(placeWindow(undefined, [display])).toEqual({ x: 240, y: 90, width: 1440, height: 900, maximized: false });
  });

  it('is never larger than a small display', () => {
    expect(placeWindow(undefined, [{ x: 0, y: 0, width: 1024, height: 700 }])).toMatchObject({ x: 0, y: 0, width: 1024, height: 700 });
  });

  it('opens where it was, on whichever display', () => {
    const saved = { x: 2000, y: 50, width: 1000, height: 700, maximized: true };
    expect(placeWindow(saved, [display, second])).toEqual(saved);
  });

  it.each([
    { x: 2000, y: 50 },
    { x: -950, y: 0 },
    { x: 0, y: 1040 },
  ])('comes back from %j, where nobody could get hold of it', (place) => {
    expect(placeWindow({ ...place, width: 1000, height: 700, maximized: false }, [display])).toMatchObject({ x: 240, y: 90 });
  });
});

describe('parseWindowState', () => {
  it.each(['', '{}', 'null', '{"x":0,"y":0,"width":0,"height":1,"maximized":false}', '{"x":"0"}'])('takes nothing from %j', (text) => {
    expect(parseWindowState(text)).toBeUndefined();
  });

  it('reads what was written', () => {
    const state = { x: 1, y: 2, width: 3, height: 4, maximized: true };
    expect(parseWindowState(JSON.stringify(state))).toEqual(state);
  });
});
