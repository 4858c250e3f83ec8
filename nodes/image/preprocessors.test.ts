import { describe, expect, it } from 'vitest';
import { runFor } from '../../test/run-node.ts';
import { filled, type Tensor, tensor } from '../diffusion/tensor.ts';
import { canny, cannyEdges } from './canny.ts';
import { scribble, sobelEdges, xdogScribble } from './edges.ts';
import { colorPreprocessor, colourGrid, inpaintPreprocessor, tilePreprocessor, withoutDetail } from './simplify.ts';

/** A grey picture [1, height, width, 3] of a formula. */
function drawn(height: number, width: number, f: (x: number, y: number) => number): Tensor {
  const data = Float32Array.from({ length: height * width * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return f(pixel % width, Math.floor(pixel / width));
  });
  return tensor(data, [1, height, width, 3]);
}

/** The rows of a grey picture as text: # white, . black, and the first digit after the point between. */
function shown({ data, shape: [, height, width, channels] }: Tensor): string[] {
  const mark = (value: number) => (value === 1 ? '#' : value === 0 ? '.' : String(Math.floor(value * 10)));
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => mark(data[(y * width + x) * channels])).join(''));
}

/** The pixels that can be reached from the top left corner without crossing a white one, going up, down, left and right. */
function outside(rows: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const open: [number, number][] = [[0, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [x, y] = next;
    if (rows[y]?.[x] !== '.' || reached.has(`${x},${y}`)) continue;
    reached.add(`${x},${y}`);
    open.push([x + 1, y], [x - 1, y], [x, y + 1], [x, y - 1]);
  }
  return reached;
}

const square = drawn(24, 24, (x, y) => (x >= 7 && x < 17 && y >= 7 && y < 17 ? 1 : 0));

describe('Canny', () => {
  it('draws the outline of a square one pixel thin, and closed', () => {
    const rows = shown(cannyEdges(square, 0.4, 0.8));
    expect(outside(rows).has('12,12')).toBe(false);
    for (const y of [10, 11, 12, 13]) expect(rows[y].replaceAll('.', '')).toBe('##');
    for (const x of [10, 11, 12, 13])
      expect(
        rows
          .map((row) => row[x])
          .join('')
          .replaceAll('.', ''),
      ).toBe('##');
  });

  it('draws the outline of a disk closed', () => {
    const disk = drawn(40, 40, (x, y) => (Math.hypot(x - 20, y - 20) < 12 ? 0.2 : 0.9));
    const rows = shown(cannyEdges(disk, 0.4, 0.8));
    expect(outside(rows).has('20,20')).toBe(false);
    const white = rows.join('').replaceAll('.', '').length;
    expect(white).toBeGreaterThan(8 * 12 * Math.SQRT1_2);
    expect(white).toBeLessThan(1.3 * 2 * Math.PI * 12);
  });

  it('sees nothing in one colour, and nothing where a step is weak', () => {
    expect(shown(cannyEdges(filled([1, 8, 8, 3], 0.7), 0.01, 0.01)).join('')).toBe('.'.repeat(64));
    const weak = drawn(12, 12, (x) => (x < 6 ? 0.4 : 0.6));
    expect(shown(cannyEdges(weak, 0.4, 0.8)).join('')).toBe('.'.repeat(144));
  });

  it('keeps a weak edge where it continues a strong one, and only there', () => {
    // The step grows weaker from top to bottom; a second one, as weak as the first one's end, stands alone.
    const fading = drawn(40, 40, (x, y) => (x < 10 ? 0 : x < 28 ? 0.9 - 0.0158 * y : 0.62 - 0.0158 * y));
    const both = shown(cannyEdges(fading, 0.3, 0.9));
    expect(both[38].slice(5, 15)).toContain('#');
    const strict = shown(cannyEdges(fading, 0.89, 0.9));
    expect(strict[38].slice(5, 15)).not.toContain('#');
    expect(strict[5].slice(5, 15)).toContain('#');
    expect(both.every((row) => !row.slice(22).includes('#'))).toBe(true);
  });

  it('treats each picture of a batch alone', async () => {
    const batch = tensor(Float32Array.of(...filled([1, 24, 24, 3], 0.5).data, ...square.data), [2, 24, 24, 3]);
    const { data } = await runFor('IMAGE', canny, { image: batch });
    expect(data.subarray(0, 1728).every((value) => value === 0)).toBe(true);
    expect(data.subarray(1728)).toEqual(cannyEdges(square, 0.4, 0.8).data);
  });
});

describe('edges and scribbles', () => {
  it('Sobel shows a full step as white on both sides of it, and half a step half as bright', () => {
    const steps = drawn(3, 9, (x) => (x < 3 ? 0 : x < 6 ? 0.5 : 1));
    expect(shown(sobelEdges(steps))[1]).toBe('..55.55..');
    expect(shown(sobelEdges(drawn(3, 6, (x) => (x < 3 ? 0 : 1))))[1]).toBe('..##..');
  });

  it('a drawing becomes white lines on black, whichever way round it was', () => {
    const lines = ['......', '.####.', '......'];
    expect(shown(scribble(drawn(3, 6, (x, y) => (lines[y][x] === '#' ? 0.1 : 0.95))))).toEqual(lines);
    expect(shown(scribble(drawn(3, 6, (x, y) => (lines[y][x] === '#' ? 0.9 : 0.2))))).toEqual(lines);
  });

  it('a picture becomes lines where something thin is darker than around it', () => {
    const line = drawn(30, 30, (x) => (x === 15 ? 0.2 : 0.8));
    expect(shown(xdogScribble(line, 32))[15]).toBe(`${'.'.repeat(15)}#${'.'.repeat(14)}`);
    const light = drawn(30, 30, (x) => (x === 15 ? 0.9 : 0.8));
    expect(shown(xdogScribble(light, 32)).join('')).not.toContain('#');
  });
});

describe('what takes detail away', () => {
  it('Tile keeps the size, the mean and a plain colour, and loses what is fine', () => {
    const fine = drawn(64, 48, (x, y) => ((x + y) % 2 === 0 ? 0.2 : 0.6));
    const smooth = withoutDetail(fine, 3);
    expect(smooth.shape).toEqual(fine.shape);
    for (const value of smooth.data) expect(value).toBeCloseTo(0.4, 5);
    const large = withoutDetail(
      drawn(64, 64, (x) => (x < 32 ? 0 : 1)),
      3,
    );
    const row = shown(large)[30];
    expect(row.startsWith('.'.repeat(12)) && row.endsWith('#'.repeat(12))).toBe(true);
  });

  it('Tile takes any proportions, and more halvings than a picture has', async () => {
    const image = drawn(70, 130, (x, y) => ((x * y) % 7) / 7);
    const result = await runFor('IMAGE', tilePreprocessor, { image, pyrUp_iters: 10, resolution: 64 });
    expect(result.shape).toEqual([1, 64, 119, 3]);
  });

  it('the colour grid is made of squares of 64 pixels, each of its mean colour', async () => {
    const image = drawn(128, 192, (x, y) => (x < 64 && y < 64 ? (x % 2 === 0 ? 0.2 : 0.4) : 0.8));
    const { data } = colourGrid(image);
    for (let y = 0; y < 128; y++) {
      for (let x = 0; x < 192; x += 13) expect(data[(y * 192 + x) * 3]).toBeCloseTo(x < 64 && y < 64 ? 0.3 : 0.8, 5);
    }
    const resized = await runFor('IMAGE', colorPreprocessor, { image, resolution: 64 });
    expect(resized.shape).toEqual([1, 64, 96, 3]);
  });
});

describe('InpaintPreprocessor', () => {
  const image = filled([2, 4, 6, 4], 0.5);
  const mask = tensor(Float32Array.of(1, 0), [1, 1, 2]);

  it('marks what is masked as unknown by -1, or by black, at the size of the picture', async () => {
    const { data, shape } = await runFor('IMAGE', inpaintPreprocessor, { image, mask });
    expect(shape).toEqual([2, 4, 6, 3]);
    for (const [index, value] of data.entries()) expect(value).toBe(Math.floor(index / 3) % 6 < 3 ? -1 : 0.5);
    const black = await runFor('IMAGE', inpaintPreprocessor, { image, mask, black_pixel_for_xinsir_cn: true });
    for (const [index, value] of black.data.entries()) expect(value).toBe(Math.floor(index / 3) % 6 < 3 ? 0 : 0.5);
  });
});
