/** A picture's pixels: 4 bytes each, not premultiplied. */
export type Pixels = { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray };

/** Reads a picture as it is, with the colours of what is transparent where the browser gives them. */
export async function readPixels(url: string): Promise<Pixels> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered with ${response.status}.`);
  const blob = await response.blob();
  return globalThis.ImageDecoder === undefined ? readByCanvas(blob) : readByDecoder(blob);
}

async function readByDecoder(blob: Blob): Promise<Pixels> {
  const decoder = new ImageDecoder({ data: await blob.arrayBuffer(), type: blob.type, colorSpaceConversion: 'none' });
  const { image } = await decoder.decode();
  const { codedWidth: width, codedHeight: height } = image;
  const rgba = new Uint8ClampedArray(width * height * 4);
  await image.copyTo(rgba, { format: 'RGBA' });
  image.close();
  decoder.close();
  return { width, height, rgba };
}

async function readByCanvas(blob: Blob): Promise<Pixels> {
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) throw new Error('This browser draws no canvas.');
  context.drawImage(bitmap, 0, 0);
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
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
