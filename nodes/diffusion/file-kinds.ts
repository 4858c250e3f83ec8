import { ProblemError } from '../problem.ts';

/** What a model file turns out to be by the names of its tensors, where something else was expected. */
type Kind = {
  /** Continues "The file X ...". */
  readonly what: string;
  readonly fix: string;
  readonly keys: readonly RegExp[];
};

const wholeCheckpoint = 'Choose a whole Stable Diffusion 1.x, 2.x or SDXL checkpoint as one .safetensors file.';

/** The first that fits wins: what is more special comes first. */
const kinds: readonly Kind[] = [
  {
    what: 'is a LoRA, not a whole checkpoint',
    fix: 'Put it into the folder "loras" and choose the checkpoint that it was made for here.',
    keys: [/[._]lora_(up|down|A|B|mid)\b/, /\.lora\.(up|down)\./, /\.(hada_w1_a|lokr_w1|lokr_w1_a)$/, /lora_linear_layer/],
  },
  {
    what: 'is a ControlNet, not a whole checkpoint',
    fix: 'Put it into the folder "controlnet" and choose a checkpoint here.',
    keys: [/^(control_model\.)?input_hint_block\./, /^controlnet_cond_embedding\./],
  },
  {
    what: 'is a textual inversion, not a whole checkpoint',
    fix: 'Put it into the folder "embeddings" and write "embedding:name" in a prompt.',
    keys: [/^emb_params$/, /^string_to_param/, /^clip_[lg]$/],
  },
  { what: 'looks like a Flux model, a family that Weft does not know yet', fix: wholeCheckpoint, keys: [/(^|\.)double_blocks\.0\./] },
  {
    what: 'looks like a Stable Diffusion 3 model, a family that Weft does not know yet',
    fix: wholeCheckpoint,
    keys: [/(^|\.)joint_blocks\.0\./],
  },
  {
    what: 'looks like a Stable Cascade model, a family that Weft does not know yet',
    fix: wholeCheckpoint,
    keys: [/(^|\.)clip_txt_mapper\./, /(^|\.)clip_mapper\./],
  },
  {
    what: 'holds a U-Net alone, without text encoder and VAE',
    fix: wholeCheckpoint,
    keys: [/^input_blocks\.0\.0\.weight$/],
  },
  {
    what: 'is a transformer for images or video of a family that Weft does not know yet',
    fix: wholeCheckpoint,
    keys: [/(^|\.)(transformer_blocks|layers|blocks)\.0\..*(adaLN|attn|attention|modulation)/],
  },
  {
    what: "holds a U-Net under the names of the diffusers library's folders",
    fix: 'Choose the single-file version of the model.',
    keys: [/^(unet\.)?down_blocks\.0\.(resnets|attentions)\./],
  },
  {
    what: "is a VAE under the names of the diffusers library's folders",
    fix: 'Choose the single-file version of the VAE (its names begin with "encoder.down.").',
    keys: [/^(encoder|decoder)\.(down|up)_blocks\.0\.resnets\./],
  },
  {
    what: 'is a VAE alone, not a whole checkpoint',
    fix: 'Put it into the folder "vae", load it with "Load VAE", and choose a checkpoint here.',
    keys: [/^(first_stage_model\.)?decoder\.conv_in\.weight$/],
  },
  {
    what: 'is an upscaler, not a whole checkpoint',
    fix: 'Put it into the folder "upscale_models".',
    keys: [/^(model\.1\.sub\.0|RRDB_trunk\.0|body\.0)\./],
  },
  {
    what: 'is an image encoder (CLIP vision), not a whole checkpoint',
    fix: 'Put it into the folder "clip_vision".',
    keys: [/^(vision_model|visual)\./],
  },
  {
    what: 'is a text encoder alone, not a whole checkpoint',
    fix: wholeCheckpoint,
    keys: [/^(text_model\.|transformer\.resblocks\.|encoder\.block\.0\.layer\.)/],
  },
];

/** The error for a file that is no checkpoint: it says what the file looks like instead. */
export function notACheckpoint(name: string, keys: Iterable<string>): ProblemError {
  const all = [...keys];
  const kind = kinds.find((candidate) => candidate.keys.some((pattern) => all.some((key) => pattern.test(key))));
  if (kind !== undefined) return new ProblemError({ what: `The file "${name}" ${kind.what}.`, fix: kind.fix });
  return new ProblemError({
    what: `The file "${name}" holds no model of a family that Weft knows.`,
    fix: wholeCheckpoint,
  });
}
