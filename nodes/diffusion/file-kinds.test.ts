import { describe, expect, it } from 'vitest';
import { wrongKind } from './file-kinds.ts';

describe('wrongKind', () => {
  it.each([
    [
      'lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight',
      'clip_vision',
      'is a LoRA; an image encoder (CLIP vision) was expected',
    ],
    ['lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight', 'clip_vision', 'the folder "loras"'],
    ['model.diffusion_model.input_blocks.0.0.weight', 'upscaler', 'is a checkpoint; an upscaler was expected'],
    ['params_ema.body.0.rdb1.conv1.weight', 'controlnet', 'is an upscaler; a ControlNet was expected'],
    ['vision_model.encoder.layers.0.self_attn.q_proj.weight', 'upscaler', 'is an image encoder'],
    ['text_model.encoder.layers.0.self_attn.q_proj.weight', 'lora', 'is a text encoder alone'],
    ['layers.0.attention.qkv.weight', 'unet', 'is a transformer for images or video'],
    ['ip_adapter.1.to_k_ip.weight', 'controlnet', 'is an IP-Adapter'],
    ['anything', 'hypernetwork', 'holds no model that Weft knows; a hypernetwork was expected'],
    ['RRDB_trunk.0.RDB1.conv1.weight', 'upscaler', 'is an upscaler, but of a build that Weft cannot read'],
  ] as const)('says of a file with %s where %s is expected: %s', (key, kind, sentence) => {
    const { problem } = wrongKind('some.safetensors', [key, 'other.weight'], kind);
    expect(`${problem.what} ${problem.fix}`).toContain(sentence);
    expect(problem.what).toContain('"some.safetensors"');
  });
});
