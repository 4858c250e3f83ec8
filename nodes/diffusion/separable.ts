import type { AxisWeights } from './axis-weights.ts';

export type Size = { readonly width: number; readonly height: number };

/** Planes of pixels with interleaved channels: a batch of images has one plane an item, latents have one plane a channel. */
export type Grid = Size & { readonly data: Float32Array; readonly planes: number; readonly channels: number };

/** Resamples along the width, then along the height; an axis that keeps its length is left out. The source stays as it is. */
export function resample(source: Grid, size: Size, weightsOf: (from: number, to: number) => AxisWeights): Grid {
  const wide = source.width === size.width ? source : resampleRows(source, weightsOf(source.width, size.width));
  return wide.height === size.height ? wide : resampleColumns(wide, weightsOf(wide.height, size.height));
}

/** Applies a filter that is the product of one along the width and one along the height. */
export function filterBoth(source: Grid, rows: AxisWeights, columns: AxisWeights): Grid {
  return resampleColumns(resampleRows(source, rows), columns);
}

function resampleRows(source: Grid, { starts, offsets, weights }: AxisWeights): Grid {
  const { data, planes, height, channels } = source;
  const width = starts.length;
  const out = new Float32Array(planes * height * width * channels);
  let at = 0;
  for (let row = 0; row < planes * height; row += 1) {
    const rowStart = row * source.width * channels;
    for (let x = 0; x < width; x += 1) {
      const end = offsets[x + 1];
      const from = rowStart + starts[x] * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        let sum = 0;
        for (let tap = offsets[x], i = from + channel; tap < end; tap += 1, i += channels) sum += weights[tap] * data[i];
        out[at] = sum;
        at += 1;
      }
    }
  }
  return { ...source, data: out, width };
}

function resampleColumns(source: Grid, { starts, offsets, weights }: AxisWeights): Grid {
  const { data, planes, width, channels } = source;
  const height = starts.length;
  const rowLength = width * channels;
  const out = new Float32Array(planes * height * rowLength);
  for (let plane = 0; plane < planes; plane += 1) {
    for (let y = 0; y < height; y += 1) {
      const to = (plane * height + y) * rowLength;
      const from = (plane * source.height + starts[y]) * rowLength;
      for (let tap = offsets[y]; tap < offsets[y + 1]; tap += 1) {
        addScaled(out, to, data, from + (tap - offsets[y]) * rowLength, rowLength, weights[tap]);
      }
    }
  }
  return { ...source, data: out, height };
}

function addScaled(out: Float32Array, to: number, data: Float32Array, from: number, length: number, weight: number): void {
  for (let i = 0; i < length; i += 1) out[to + i] += weight * data[from + i];
}
