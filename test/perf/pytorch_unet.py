"""Run by pytorch-unet.ts where PyTorch is installed: steps of a U-Net of SD1.5's size in float32, with PyTorch's own fused attention.
Prints the seconds of each step, after a first one, of both halves of the guidance at 64x64 latents (a batch of 2) as JSON. Written for comparison only.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

CHANNELS, HEADS, CONTEXT, GROUPS = 320, 8, 768, 32


def norm(channels, eps=1e-5):
    return nn.GroupNorm(GROUPS, channels, eps=eps)


class Residual(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.first = nn.Sequential(norm(before), nn.SiLU(), nn.Conv2d(before, after, 3, padding=1))
        self.shift = nn.Sequential(nn.SiLU(), nn.Linear(4 * CHANNELS, after))
        self.second = nn.Sequential(norm(after), nn.SiLU(), nn.Conv2d(after, after, 3, padding=1))
        self.skip = nn.Identity() if before == after else nn.Conv2d(before, after, 1)

    def forward(self, x, time_embedding, _):
        h = self.first(x) + self.shift(time_embedding)[:, :, None, None]
        return self.skip(x) + self.second(h)


class Attention(nn.Module):
    def __init__(self, width, context):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(size, width, bias=False) for size in (width, context, context))
        self.out = nn.Linear(width, width)

    def forward(self, x, context):
        heads = [y.unflatten(-1, (HEADS, -1)).transpose(1, 2) for y in (self.query(x), self.key(context), self.value(context))]
        return self.out(F.scaled_dot_product_attention(*heads).transpose(1, 2).flatten(2))


class Transformer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm, self.enter, self.leave = norm(width, 1e-6), nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own, self.text = Attention(width, width), Attention(width, CONTEXT)
        self.gate, self.narrow = nn.Linear(width, 8 * width), nn.Linear(4 * width, width)

    def forward(self, x, _, context):
        h = self.enter(self.norm(x)).flatten(2).transpose(1, 2)
        own = self.norms[0](h)
        h = h + self.own(own, own)
        h = h + self.text(self.norms[1](h), context)
        wide, gate = self.gate(self.norms[2](h)).chunk(2, dim=-1)
        h = h + self.narrow(wide * F.gelu(gate))
        return x + self.leave(h.transpose(1, 2).unflatten(2, x.shape[2:]))


class Resize(nn.Module):
    def __init__(self, width, up):
        super().__init__()
        self.up = up
        self.conv = nn.Conv2d(width, width, 3, stride=1 if up else 2, padding=1)

    def forward(self, x, *_):
        return self.conv(F.interpolate(x, scale_factor=2.0) if self.up else x)


class Unet(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [CHANNELS * factor for factor in (1, 2, 4, 4)]
        self.embed = nn.Sequential(nn.Linear(CHANNELS, 4 * CHANNELS), nn.SiLU(), nn.Linear(4 * CHANNELS, 4 * CHANNELS))
        self.enter = nn.Conv2d(4, CHANNELS, 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        width, skips = CHANNELS, [CHANNELS]
        for level, wide in enumerate(widths):
            for _ in range(2):
                self.down.append(nn.ModuleList([Residual(width, wide)] + ([Transformer(wide)] if level < 3 else [])))
                width = wide
                skips.append(width)
            if level < 3:
                self.down.append(nn.ModuleList([Resize(width, up=False)]))
                skips.append(width)
        self.middle = nn.ModuleList([Residual(width, width), Transformer(width), Residual(width, width)])
        for level, wide in reversed(list(enumerate(widths))):
            for part in range(3):
                layers = [Residual(width + skips.pop(), wide)] + ([Transformer(wide)] if level < 3 else [])
                width = wide
                self.up.append(nn.ModuleList(layers + ([Resize(width, up=True)] if level > 0 and part == 2 else [])))
        self.leave = nn.Sequential(norm(CHANNELS), nn.SiLU(), nn.Conv2d(CHANNELS, 4, 3, padding=1))

    def forward(self, x, sinusoid, context):
        embedding = self.embed(sinusoid)
        h = self.enter(x)
        skips = [h]
        for layers in self.down:
            for layer in layers:
                h = layer(h, embedding, context)
            skips.append(h)
        for layer in self.middle:
            h = layer(h, embedding, context)
        for layers in self.up:
            h = torch.cat([h, skips.pop()], dim=1)
            for layer in layers:
                h = layer(h, embedding, context)
        return self.leave(h)


torch.set_num_threads(int(sys.argv[1]))
unet = Unet().eval()
parameters = sum(parameter.numel() for parameter in unet.parameters())
inputs = (torch.full((2, 4, 64, 64), 0.5), torch.full((2, CHANNELS), 0.5), torch.full((2, 77, CONTEXT), 0.1))
seconds = []
with torch.no_grad():
    unet(*inputs)
    for _ in range(int(sys.argv[2])):
        start = time.perf_counter()
        unet(*inputs)
        seconds.append(time.perf_counter() - start)
print(json.dumps({"torch": torch.__version__, "parameters": parameters, "seconds": seconds}))
