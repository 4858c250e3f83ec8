import type { Tensor } from '../diffusion/tensor.ts';

/** How fast brightness changes along each axis, for each pixel of [B, H, W, 1]. */
export type Gradient = { readonly x: Float32Array; readonly y: Float32Array };

/**
 * Sobel's operator: (1, 2, 1) across, (-1, 0, 1) along, not normalised, so a step of 1 between neighbours gives 4. The outermost
 * pixels are repeated beyond the edges.
 */
export function sobel({ data, shape: [planes, height, width] }: Tensor): Gradient {
  const x = new Float32Array(data.length);
  const y = new Float32Array(data.length);
  for (let plane = 0; plane < planes; plane++) {
    for (let row = 0; row < height; row++) {
      const here = (plane * height + row) * width;
      const above = row === 0 ? here : here - width;
      const below = row === height - 1 ? here : here + width;
      for (let column = 0; column < width; column++) {
        const left = Math.max(column - 1, 0);
        const right = Math.min(column + 1, width - 1);
        const corners = [data[above + left], data[above + right], data[below + left], data[below + right]];
        x[here + column] = corners[1] + corners[3] - corners[0] - corners[2] + 2 * (data[here + right] - data[here + left]);
        y[here + column] = corners[2] + corners[3] - corners[0] - corners[1] + 2 * (data[below + column] - data[above + column]);
      }
    }
  }
  return { x, y };
}

/** The length of the gradient at each pixel. */
export function steepness({ x, y }: Gradient): Float32Array {
  return x.map((value, index) => Math.hypot(value, y[index]));
}
