import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('renderer/styles/tokens.css', 'utf8');

type Theme = 'light' | 'dark';

/** The opaque colour of a token as linear red, green and blue. */
function color(name: string, theme: Theme): readonly number[] {
  const found = new RegExp(`--color-${name}: light-dark\\(#(\\w{6}), #(\\w{6})\\)`).exec(css);
  const hex = found?.[theme === 'light' ? 1 : 2];
  if (hex === undefined) throw new Error(`No token is named --color-${name}.`);
  return [0, 2, 4].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string, theme: Theme): number {
  const luminance = (name: string) => {
    const [red = 0, green = 0, blue = 0] = color(name, theme);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  it.each(['text', 'dim', 'faint', 'accent', 'ok', 'warn', 'bad'])('shows %s readably on every surface', (text) => {
    for (const surface of ['canvas', 'surface', 'raised', 'control']) {
      expect(contrast(text, surface, theme), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('shows text readably on the accent', () => {
    expect(contrast('accent-ink', 'accent', theme)).toBeGreaterThanOrEqual(4.5);
    expect(contrast('accent-ink', 'accent-hover', theme)).toBeGreaterThanOrEqual(4.5);
  });

  it('shows text readably on a control under the pointer', () => {
    expect(contrast('text', 'control-hover', theme)).toBeGreaterThanOrEqual(4.5);
    expect(contrast('dim', 'control-hover', theme)).toBeGreaterThanOrEqual(4.5);
  });

  it('shows text readably over bars', () => {
    expect(contrast('text', 'share', theme)).toBeGreaterThanOrEqual(4.5);
  });

  it('shows the edges of controls', () => {
    expect(contrast('line-strong', 'surface', theme)).toBeGreaterThanOrEqual(3);
  });
});
