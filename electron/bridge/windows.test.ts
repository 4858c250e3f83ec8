import { expect, it } from 'vitest';
import { createWindows } from './windows.ts';

it('knows a window as long as one of its connections lasts', () => {
  const windows = createWindows();
  // A page that reconnects may be faster than the end of its old connection is noticed.
  const ends = [windows.attach('a'), windows.attach('a'), windows.attach('b')];
  expect(windows.live()).toEqual(['a', 'b']);
  ends[0]?.();
  ends[0]?.();
  expect(windows.live()).toEqual(['a', 'b']);
  ends[1]?.();
  expect(windows.live()).toEqual(['b']);
});
