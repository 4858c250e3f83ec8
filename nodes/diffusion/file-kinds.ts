import { ProblemError } from '../problem.ts';

/** What a loader asks for: the noun for it, and what to choose. */
const expected = {
  checkpoint: { what: 'a whole checkpoint', choose: 'Choose a Stable Diffusion 1.x, 2.x or SDXL checkpoint here.' },
  unet: { what: 'a U-Net', choose: 'Choose the U-Net of a Stable Diffusion 1.x, 2.x or SDXL model here.' },
  text_encoder: { what: 'a text encoder', choose: 'Choose a CLIP text encoder here.' },
  vae: { what: 'a VAE', choose: 'Choose a VAE here, or a checkpoint that holds one.' },
  lora: { what: 'a LoRA', choose: 'Choose a LoRA here.' },
  embedding: { what: 'a textual inversion', choose: 'Name a textual inversion in the prompt.' },
  hypernetwork: { what: 'a hypernetwork', choose: 'Choose a hypernetwork here.' },
  controlnet: { what: 'a ControlNet', choose: 'Choose a ControlNet here.' },
  upscaler: { what: 'an upscaler', choose: 'Choose an ESRGAN, Real-ESRGAN, BSRGAN or Compact upscaler here, or one in the ONNX format.' },
  clip_vision: { what: 'an image encoder (CLIP vision)', choose: 'Choose a CLIP model or its image encoder here.' },
} as const;
export type FileKind = keyof typeof expected;

type Look = {
  /** The kind that loaders ask for, where it is one. */
  readonly kind?: FileKind;
  /** Continues "The file X ...". */
  readonly what: string;
  /** Where such a file belongs, as a sentence. */
  readonly home?: string;
  readonly keys: readonly RegExp[];
};

function folder(name: string): string {
  return `Put this file into the folder "${name}".`;
}

const loadUnet = 'Put this file into the folder "diffusion_models" and load it with "Load Diffusion Model".';

/** What files look like by the names of their tensors. The first that fits wins: what is more special comes first. */
const looks: readonly Look[] = [
  {
    kind: 'lora',
    what: 'is a LoRA',
    home: folder('loras'),
    keys: [/[._]lora_(up|down|A|B|mid)\b/, /\.lora\.(up|down)\./, /\.(hada_w1_a|lokr_w1|lokr_w1_a)$/, /lora_linear_layer/],
  },
  {
    what: 'is a ControlNet for many kinds of pictures in one ("union"), which Weft does not know yet',
    keys: [/^(control_model\.)?(task_embedding$|control_add_embedding\.|transformer_layes\.)/],
  },
  { what: 'is a Control-LoRA, a ControlNet as a change to its checkpoint, which Weft does not know yet', keys: [/^lora_controlnet$/] },
  { what: 'is a ControlNet stored as a difference to its checkpoint, which Weft does not know yet', keys: [/^difference$/] },
  { what: 'is a ControlNet-LLLite, which Weft does not know yet', keys: [/^lllite_/] },
  {
    what: 'is a T2I-Adapter, which Weft does not know yet',
    keys: [/^(adapter\.)?body\.\d+\.(resnets\.\d+\.)?block1\./],
  },
  {
    kind: 'controlnet',
    what: 'is a ControlNet',
    home: folder('controlnet'),
    keys: [/^(control_model\.)?input_hint_block\./, /^controlnet_cond_embedding\./],
  },
  { what: 'is an IP-Adapter, which Weft does not know yet', keys: [/^(ip_adapter|image_proj)\./] },
  {
    kind: 'embedding',
    what: 'is a textual inversion',
    home: 'Put this file into the folder "embeddings" and write "embedding:name" in a prompt.',
    keys: [/^emb_params$/, /^string_to_param/, /^clip_[lg]$/],
  },
  { kind: 'hypernetwork', what: 'is a hypernetwork', home: folder('hypernetworks'), keys: [/^(320|640|768|1024|1280)\.[01]\./] },
  { what: 'looks like a Flux model, a family that Weft does not know yet', keys: [/(^|\.)double_blocks\.0\./] },
  { what: 'looks like a Stable Diffusion 3 model, a family that Weft does not know yet', keys: [/(^|\.)joint_blocks\.0\./] },
  {
    what: 'looks like a Stable Cascade model, a family that Weft does not know yet',
    keys: [/(^|\.)clip_txt_mapper\./, /(^|\.)clip_mapper\./],
  },
  { kind: 'checkpoint', what: 'is a checkpoint', home: folder('checkpoints'), keys: [/^model\.diffusion_model\.input_blocks\./] },
  {
    kind: 'unet',
    what: 'holds a U-Net alone, without text encoder and VAE',
    home: loadUnet,
    keys: [/^(diffusion_model\.)?input_blocks\.0\.0\.weight$/],
  },
  {
    kind: 'unet',
    what: "holds a U-Net alone, under the names of the diffusers library's folders",
    home: loadUnet,
    keys: [/^(unet\.)?down_blocks\.0\.(resnets|attentions)\./],
  },
  {
    kind: 'vae',
    what: "is a VAE under the names of the diffusers library's folders",
    home: folder('vae'),
    keys: [/^(encoder|decoder)\.(down|up)_blocks\.0\.resnets\./],
  },
  {
    kind: 'vae',
    what: 'is a VAE alone',
    home: 'Put this file into the folder "vae" and load it with "Load VAE".',
    keys: [/^(first_stage_model\.)?decoder\.conv_in\.weight$/],
  },
  {
    kind: 'upscaler',
    what: 'is an upscaler',
    home: folder('upscale_models'),
    keys: [/^((params_ema|params|state_dict|module)\.)*(model\.1\.sub\.0|RRDB_trunk\.0|body\.0)\./],
  },
  {
    kind: 'upscaler',
    what: 'is an upscaler made of transformers (such as SwinIR, HAT or DAT)',
    home: folder('upscale_models'),
    keys: [/^((params_ema|params|state_dict|module)\.)*layers\.0\.(residual_group|blocks\.0\.attn\.attns)\b/],
  },
  { kind: 'clip_vision', what: 'is an image encoder (CLIP vision)', home: folder('clip_vision'), keys: [/^(vision_model|visual)\./] },
  {
    kind: 'text_encoder',
    what: 'is a text encoder alone',
    home: 'Put this file into the folder "text_encoders" and load it with "Load CLIP".',
    keys: [/^((text_model\.)?(embeddings|encoder\.layers\.0)\.|transformer\.resblocks\.|encoder\.block\.0\.layer\.)/],
  },
  {
    what: 'is a transformer for images or video of a family that Weft does not know yet',
    keys: [/(^|\.)(transformer_blocks|layers|blocks)\.0\..*(adaLN|attn|attention|modulation)/],
  },
];

/** Whether a file looks like `kind` by the names of its tensors. */
export function looksLike(keys: Iterable<string>, kind: FileKind): boolean {
  return lookOf([...keys])?.kind === kind;
}

/**
 * The error for a file that cannot be what a loader asks for: it says what the file looks like by the names of its tensors,
 * what was expected, and where the file belongs.
 */
export function wrongKind(name: string, keys: Iterable<string>, kind: FileKind): ProblemError {
  const all = [...keys];
  const { what, choose } = expected[kind];
  const look = lookOf(all);
  if (look === undefined) {
    return new ProblemError({ what: `The file "${name}" holds no model that Weft knows; ${what} was expected.`, fix: choose });
  }
  if (look.kind === kind) {
    return new ProblemError({ what: `The file "${name}" ${look.what}, but of a build that Weft cannot read.`, fix: choose });
  }
  return new ProblemError({
    what: `The file "${name}" ${look.what}; ${what} was expected.`,
    fix: look.home === undefined ? choose : `${look.home} ${choose}`,
  });
}

function lookOf(keys: readonly string[]): Look | undefined {
  return looks.find((look) => look.keys.some((pattern) => keys.some((key) => pattern.test(key))));
}
