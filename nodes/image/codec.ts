import type { Sharp } from 'sharp';
import { toBytes } from '../diffusion/bytes.ts';
import { type Tensor, tensor } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';
import type { FileRef, ImageValue, MaskValue } from '../types.ts';

/** The largest picture that is opened, all frames of an animation together: 10,000 x 10,000 pixels take 1.2 GB as floats. */
const maxPixels = 100_000_000;

/** Pictures of pixels that people have. No SVG or PDF: those are programs more than pictures. */
const readers = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((name) => `VipsForeignLoad${name}`);

let library: Promise<typeof import('sharp').default> | undefined;

/** sharp takes a while to load, so only processes that touch pictures load it. */
function loadSharp() {
  library ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false); // it goes by file name, and would take a changed file for the one read before
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: readers });
    return sharp;
  });
  return library;
}

export type DecodedPicture = {
  /** [frames, H, W, 3] */
  readonly image: ImageValue;
  /** Opacity, [frames, H, W]; undefined where the file has none. */
  readonly alpha: MaskValue | undefined;
};

/**
 * Reads a JPEG, PNG, WebP, GIF, TIFF or AVIF file as it is meant to look: upright, in sRGB, with 16 bits a channel if it has them,
 * and with all frames of an animation. Throws a ProblemError for any other file.
 */
export async function decodePicture(file: FileRef): Promise<DecodedPicture> {
  const sharp = await loadSharp();
  try {
    const { width, height, format, pages = 1, depth, icc } = await sharp(file.path, { limitInputPixels: false }).metadata();
    const animated = (format === 'gif' || format === 'webp') && pages > 1;
    if (width * height * (animated ? pages : 1) > maxPixels) throw tooLarge(file, width, height);
    const source = sharp(file.path, {
      failOn: 'error',
      limitInputPixels: maxPixels,
      pages: animated ? -1 : 1,
      ignoreIcc: isStandardRgb(icc),
    });
    return await readPixels(animated ? source : source.autoOrient(), depth === 'ushort' ? 'ushort' : 'uchar');
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(
      {
        input: 'image',
        what: `"${file.name}" cannot be read as a picture: it is damaged, or of a kind that is not supported.`,
        fix: 'Choose a JPEG, PNG, WebP, GIF, TIFF or AVIF file that other programs open without complaint.',
      },
      { cause: error },
    );
  }
}

function tooLarge(file: FileRef, width: number, height: number): ProblemError {
  return new ProblemError({
    input: 'image',
    what: `"${file.name}" is too large: ${width} x ${height} pixels, where all its frames together may have ${maxPixels / 1e6} million.`,
    fix: 'Make it smaller in another program first.',
  });
}

/** Whether a colour profile is the sRGB that pictures are in anyway: converting from it could only add rounding. */
function isStandardRgb(profile: Buffer | undefined): boolean {
  return profile?.toString('latin1').replaceAll('\0', '').includes('sRGB') ?? false;
}

async function readPixels(source: Sharp, depth: 'uchar' | 'ushort'): Promise<DecodedPicture> {
  const rgb = source.toColourspace(depth === 'ushort' ? 'rgb16' : 'srgb');
  const { data, info } = await rgb.raw({ depth }).toBuffer({ resolveWithObject: true });
  const frames = info.pages ?? 1;
  const shape = [frames, info.pageHeight ?? info.height, info.width];
  const values = depth === 'ushort' ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return splitAlpha(values, info.channels, depth === 'ushort' ? 65535 : 255, shape);
}

function splitAlpha(values: Uint8Array | Uint16Array, channels: number, white: number, shape: readonly number[]): DecodedPicture {
  const pixels = values.length / channels;
  const colours = new Float32Array(pixels * 3);
  const alpha = channels === 4 ? new Float32Array(pixels) : undefined;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const from = pixel * channels;
    colours[pixel * 3] = values[from] / white;
    colours[pixel * 3 + 1] = values[from + 1] / white;
    colours[pixel * 3 + 2] = values[from + 2] / white;
    if (alpha !== undefined) alpha[pixel] = values[from + 3] / white;
  }
  return { image: tensor(colours, [...shape, 3]), alpha: alpha && tensor(alpha, shape) };
}

/** A picture [1, H, W, 3 or 4] as a PNG of 8 bits a channel. */
export async function encodePng(image: Tensor): Promise<Uint8Array> {
  return (await fromPixels(image)).png({ compressionLevel: 4 }).toBuffer();
}

/** A picture [1, H, W, 3 or 4] as a JPEG, made smaller so that neither side is longer than `maxSide`. */
export async function encodeJpeg(image: Tensor, maxSide: number): Promise<Uint8Array> {
  const source = await fromPixels(image);
  return source.resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true }).jpeg({ quality: 85 }).toBuffer();
}

async function fromPixels({ data, shape }: Tensor): Promise<Sharp> {
  const [batch, height, width, channels] = shape;
  if (batch !== 1 || (channels !== 3 && channels !== 4)) throw new Error(`not one picture: [${shape.join(', ')}]`);
  const sharp = await loadSharp();
  return sharp(toBytes(data), { raw: { width, height, channels } });
}
