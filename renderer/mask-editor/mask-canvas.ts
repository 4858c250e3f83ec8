import { inverted, maskOf, type Pixels } from './pixels.ts';

/** The colour in which a mask is shown. */
export const maskColor = [255, 64, 96] as const;

/** How many bytes of earlier masks are kept. */
const undoBytes = 256_000_000;

/** A mask that is painted, with what it was before. */
export type MaskCanvas = {
  readonly context: CanvasRenderingContext2D;
  /** Remembers the mask as it is, before something changes it. */
  remember(): void;
  undo(): void;
  fill(): void;
  clear(): void;
  invert(): void;
  /** 4 bytes a pixel, of which the last one is the mask. */
  read(): Uint8ClampedArray;
};

/** Lets a mask be painted on a canvas, beginning with what the picture masks already. */
export function createMaskCanvas(canvas: HTMLCanvasElement, picture: Pixels): MaskCanvas {
  const { width, height } = picture;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser draws no canvas.');
  const put = (mask: Uint8ClampedArray<ArrayBuffer>) => context.putImageData(new ImageData(mask, width, height), 0, 0);
  const read = () => context.getImageData(0, 0, width, height).data;
  const past: Uint8ClampedArray<ArrayBuffer>[] = [];
  const remember = () => {
    past.push(new Uint8ClampedArray(read()));
    if (past.length > 1 && past.length * width * height * 4 > undoBytes) past.shift();
  };
  put(maskOf(picture, maskColor));
  return {
    context,
    remember,
    read,
    undo() {
      const before = past.pop();
      if (before !== undefined) put(before);
    },
    fill() {
      remember();
      context.fillStyle = `rgb(${maskColor.join(' ')})`;
      context.fillRect(0, 0, width, height);
    },
    clear() {
      remember();
      context.clearRect(0, 0, width, height);
    },
    invert() {
      remember();
      put(inverted(read(), maskColor));
    },
  };
}
