import { sizeForUpscaler, smallestTile, writeUpscaler } from '../../../nodes/diffusion/models/upscaler.ts';
import { cropPicture, padPicture } from '../../../nodes/diffusion/models/upscaler-picture.ts';
import type { WeightSource } from '../../../nodes/diffusion/onnx/graph.ts';
import type { Operators } from '../../../nodes/diffusion/onnx/operators.ts';
import { concatBatch, sliceBatch, type Tensor, tensor } from '../../../nodes/diffusion/tensor.ts';
import { OutOfMemoryError, ProblemError } from '../../../nodes/problem.ts';
import type { UpscaleModelRecipe } from '../../../nodes/types.ts';
import type { Feeds } from '../runtime.ts';
import type { SessionSource } from '../sessions.ts';
import { type ModelFiles, sourceOf, type Workshop } from './model-files.ts';
import { onnxSource } from './onnx-file.ts';

/** Enlarges a picture: see DiffusionEngine.upscale. */
export async function upscale({ sessions, files }: Workshop, model: UpscaleModelRecipe, image: Tensor): Promise<Tensor> {
  const { config } = model;
  const [, colours, height, width] = image.shape;
  const source = await sourceFor(files, model);
  const [input, output] = config.kind === 'onnx' ? [config.input, config.output] : ['image', 'enlarged'];
  const padded = padPicture(image, sizeForUpscaler(config, { height, width }));
  const [, , paddedHeight, paddedWidth] = padded.shape;
  // A network for grey pictures sees one colour after the other.
  const planes = tensor(padded.data, [colours / config.channels, config.channels, paddedHeight, paddedWidth]);
  const shape = [1, ...planes.shape.slice(1)];
  if (Math.max(height, width) > smallestTile && !(await sessions.fits(source, { [input]: shape }))) throw tooLarge(source.title, image);
  const enlarged: Tensor[] = [];
  for (let plane = 0; plane < planes.shape[0]; plane++) {
    const outputs = await sessions.run(
      source,
      { [input]: inPrecision(sliceBatch(planes, plane, plane + 1), model) },
      'Close other programs, or enlarge a smaller picture.',
    );
    enlarged.push(outputs[output]);
  }
  const scale = scaleOf(model, padded, enlarged[0]);
  const joined = tensor(concatBatch(enlarged).data, [1, colours, paddedHeight * scale, paddedWidth * scale]);
  return cropPicture(joined, { height: height * scale, width: width * scale });
}

function inPrecision(picture: Tensor, { config }: UpscaleModelRecipe): Feeds[string] {
  if (config.kind !== 'onnx' || config.precision === 'float32') return picture;
  return { data: new Uint16Array(Float16Array.from(picture.data).buffer), shape: picture.shape };
}

async function sourceFor(files: ModelFiles, model: UpscaleModelRecipe): Promise<SessionSource> {
  const { config } = model;
  const title = 'the upscaler';
  // Whoever calls cuts the picture into smaller ones where memory runs out.
  const divisible = true;
  if (config.kind === 'onnx') return { ...onnxSource(model, title), divisible };
  const write = (weights: WeightSource, operators: Operators) => writeUpscaler(config, weights, operators);
  const source = await sourceOf(files, model, { name: 'upscaler', title, repeats: false, write });
  return { ...source, divisible, halves: true };
}

function tooLarge(title: string, { shape: [, , height, width] }: Tensor): OutOfMemoryError {
  return new OutOfMemoryError({
    what: `There is not enough memory to run ${title} on ${width} x ${height} pixels at once.`,
    fix: 'Enlarge a smaller picture.',
  });
}

/** How many times as large the network made the picture. Throws a ProblemError where it made none. */
function scaleOf({ config, file }: UpscaleModelRecipe, { shape: [, , height, width] }: Tensor, enlarged: Tensor): number {
  const scale = enlarged.shape[2] / height;
  if (enlarged.shape.join() === [1, config.channels, height * scale, width * scale].join() && Number.isInteger(scale)) return scale;
  throw new ProblemError({
    what: `The upscaler "${file.name}" made [${enlarged.shape.join(', ')}] of a picture of ${width} x ${height} pixels, which is no enlarged picture.`,
    fix: 'Choose another upscaler.',
  });
}
