import { basename, join } from 'node:path';
import type { CheckpointConfig, ModelConfig, UnetConfig } from '../../nodes/diffusion/config.ts';
import { detectCheckpoint, detectModel, detectText, detectVae } from '../../nodes/diffusion/detect.ts';
import { detectControlNet } from '../../nodes/diffusion/detect-control-net.ts';
import { embeddingWidths } from '../../nodes/diffusion/embedding.ts';
import { familyInWords, familyOfContext } from '../../nodes/diffusion/families.ts';
import { wrongKind } from '../../nodes/diffusion/file-kinds.ts';
import { findPart } from '../../nodes/diffusion/folders/parts.ts';
import { hypernetworkLayers } from '../../nodes/diffusion/hypernetwork.ts';
import { upscaleFactor } from '../../nodes/diffusion/models/upscaler.ts';
import { detectUpscaler } from '../../nodes/diffusion/models/upscaler-detect.ts';
import { openTensorFile } from '../../nodes/diffusion/open-tensor-file.ts';
import { familyOfLora } from '../../nodes/diffusion/patches/lora-family.ts';
import { loraLayers } from '../../nodes/diffusion/patches/lora-file.ts';
import { familyOfText } from '../../nodes/diffusion/recognise-text.ts';
import type { Dtype, TensorFile } from '../../nodes/diffusion/tensor-file.ts';

type Family = CheckpointConfig['family'];

/** As in sentences, but for what a sentence would have to join on. */
const familyNames: Readonly<Record<Family, string>> = { ...familyInWords, sdxl_refiner: 'SDXL refiner' };

const dtypeNames: Partial<Record<Dtype, string>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F64: 'float64',
  F8_E4M3: 'float8',
  F8_E5M2: 'float8',
};

/** What a whole checkpoint is: "SDXL, inpainting, float16". Throws a ProblemError for what is none. */
export async function checkpointInWords(file: TensorFile): Promise<string> {
  return [...modelFacts(await detectCheckpoint(file)), numbersOf(file)].join(', ');
}

/** The same for a U-Net alone. */
export async function unetAloneInWords(file: TensorFile): Promise<string> {
  return ['U-Net', ...modelFacts(await detectModel(file)), numbersOf(file)].join(', ');
}

/** The same for a text encoder alone. */
export async function textEncoderInWords(file: TensorFile): Promise<string> {
  const { width } = detectText(file, familyOfText(file) ?? 'sd1', 0);
  const name = { 768: 'CLIP-L', 1024: 'OpenCLIP H', 1280: 'OpenCLIP bigG' }[width] ?? `text encoder of width ${width}`;
  return [name, numbersOf(file)].join(', ');
}

/** The same for a VAE, which all families share in its build. */
export async function vaeInWords(file: TensorFile): Promise<string> {
  detectVae(file);
  return ['VAE', numbersOf(file)].join(', ');
}

/** The same for a model folder; of ONNX graphs, which can be large, it only says that they are some. */
export async function folderInWords(path: string): Promise<string> {
  const part = await findPart(path, 'unet');
  if (part === undefined) return 'A folder without U-Net.';
  if (part.endsWith('.onnx')) return 'ONNX graphs';
  const file = await openTensorFile(join(path, part));
  return [...modelFacts(await detectModel(file)), numbersOf(file)].join(', ');
}

/** The same for a LoRA: "LoRA for SDXL, float16". */
export async function loraInWords(file: TensorFile): Promise<string> {
  if (loraLayers(file).length === 0) throw wrongKind(basename(file.path), file.tensors.keys(), 'lora');
  return [forFamily('LoRA', familyOfLora(file)), numbersOf(file)].join(', ');
}

/** The same for a ControlNet. */
export async function controlNetInWords(file: TensorFile): Promise<string> {
  return forFamily('ControlNet', familyOfContext(detectControlNet(file).unet.context_dim));
}

/** The same for a textual inversion; SDXL reads a prompt with two encoders, and its vectors are as wide as each of them. */
export async function embeddingInWords(file: TensorFile): Promise<string> {
  const widths = embeddingWidths(file);
  return forFamily('Embedding', widths.has(1280) ? 'sdxl' : [...widths].map(familyOfContext).find(isKnown));
}

/** The same for a hypernetwork; attention within the picture is 1280 wide in every family. */
export async function hypernetworkInWords(file: TensorFile): Promise<string> {
  const widths = [...hypernetworkLayers(file).keys()].filter((width) => width !== 1280);
  return forFamily('Hypernetwork', widths.map(familyOfContext).find(isKnown));
}

/** The same for an upscaler, which fits every family; an ONNX graph, whose header is not apart from its weights, is left unread. */
export async function upscalerInWords(path: string): Promise<string> {
  if (path.toLowerCase().endsWith('.onnx')) return 'ONNX graphs';
  const file = await openTensorFile(path);
  const config = detectUpscaler(file);
  return [`${upscaleFactor(config)}×`, config.kind === 'rrdb' ? 'ESRGAN' : 'Compact', numbersOf(file)].join(', ');
}

function forFamily(kind: string, family: Family | undefined): string {
  return family === undefined ? `${kind} for an unknown family` : `${kind} for ${familyNames[family]}`;
}

function isKnown(family: Family | undefined): family is Family {
  return family !== undefined;
}

function modelFacts({ family, unet, schedule }: ModelConfig): string[] {
  const facts = [familyNames[family], shrunkName(unet)];
  if (unet.in_channels === 9) facts.push('inpainting');
  if (unet.in_channels === 8) facts.push('editing by instruction');
  if (unet.noise_augmentation !== undefined) facts.push('unCLIP');
  if (schedule.prediction === 'v') facts.push('v-prediction');
  if (schedule.prediction === 'edm') facts.push('EDM');
  if (schedule.prediction === 'lcm') facts.push('LCM');
  if (schedule.zero_terminal_snr) facts.push('zero terminal SNR');
  return facts.filter((fact) => fact !== undefined);
}

/** By residual blocks a level and transformers of each level. */
const shrunkNames: ReadonlyMap<string, string> = new Map([
  ['2 0,2,4', 'SSD-1B'],
  ['2 0,1,2', 'Segmind Vega'],
  ['1 0,2,5', 'KOALA-700M'],
  ['1 0,2,6', 'KOALA-1B'],
]);

/** The published networks that are smaller than SDXL's own. */
function shrunkName({ num_res_blocks: blocks, transformer_depth: depths, context_dim: width }: UnetConfig): string | undefined {
  if (width !== 2048 || depths.join() === '0,2,10') return undefined;
  return shrunkNames.get(`${blocks} ${depths}`) ?? 'shrunk';
}

/** The number format that most of the bytes are in. */
function numbersOf({ tensors }: TensorFile): string {
  const bytes = new Map<Dtype, number>();
  for (const { dtype, length } of tensors.values()) bytes.set(dtype, (bytes.get(dtype) ?? 0) + length);
  const [[most] = ['F32' as const]] = [...bytes].sort(([, a], [, b]) => b - a);
  return dtypeNames[most] ?? most;
}
