import { readExactly } from './read-exactly.ts';

/** A picture's pixels: 4 bytes each, not premultiplied. */
export type Pixels = { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray };

/** Reads a picture exactly, with the colours of what is transparent. */
export async function readPixels(url: string): Promise<Pixels> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered with ${response.status}.`);
  const blob = await response.blob();
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  try {
    const { width, height } = bitmap;
    return { width, height, rgba: (await readExactly(bitmap)) ?? readByCanvas(bitmap) };
  } finally {
    bitmap.close();
  }
}

/** The picture without its transparency: what is masked is seen below the mask. */
export function opaque({ rgba }: Pixels): Uint8ClampedArray<ArrayBuffer> {
  const result = new Uint8ClampedArray(rgba);
  for (let at = 3; at < result.length; at += 4) result[at] = 255;
  return result;
}

/** What a picture masks: its transparency, as the alpha of pixels of one colour. */
export function maskOf({ rgba }: Pixels, color: readonly [number, number, number]): Uint8ClampedArray<ArrayBuffer> {
  const mask = new Uint8ClampedArray(rgba.length);
  for (let at = 0; at < rgba.length; at += 4) {
    mask.set(color, at);
    mask[at + 3] = 255 - (rgba[at + 3] ?? 255);
  }
  return mask;
}

/** The picture with another mask: its alpha is 255 less the mask's. */
export function withMask({ rgba }: Pixels, mask: Uint8ClampedArray): Uint8ClampedArray {
  const masked = new Uint8ClampedArray(rgba);
  for (let at = 3; at < rgba.length; at += 4) masked[at] = 255 - (mask[at] ?? 0);
  return masked;
}

/** The opposite mask, in one colour. */
export function inverted(mask: Uint8ClampedArray, color: readonly [number, number, number]): Uint8ClampedArray<ArrayBuffer> {
  const result = new Uint8ClampedArray(mask.length);
  for (let at = 0; at < mask.length; at += 4) {
    result.set(color, at);
    result[at + 3] = 255 - (mask[at + 3] ?? 0);
  }
  return result;
}

/** Without WebGL, or for pictures too large for it: colours of what is wholly transparent are lost. */
function readByCanvas(bitmap: ImageBitmap): Uint8ClampedArray {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) throw new Error('This browser draws no canvas.');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height).data;
}
