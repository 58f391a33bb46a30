"""Writes reference.json: what the pix2pix reference's networks make of known weights, in PyTorch.

python test/import/reference.py > test/import/reference.json

The modules are named as in the reference implementation (junyanz/pytorch-CycleGAN-and-pix2pix). Weights and inputs follow
a formula that the test repeats, so that only shapes and outputs need to be kept.
"""

import json
import math

import torch
from torch import nn


class Block(nn.Module):
    """One level of the U-Net: down, the levels inside it, up; its input is handed on beside what it makes of it."""

    def __init__(self, outer, inner, inside=None, source=None, norm=nn.BatchNorm2d):
        super().__init__()
        self.outermost = source is not None
        bias = norm is nn.InstanceNorm2d
        down = nn.Conv2d(source or outer, inner, 4, 2, 1, bias=bias)
        wide = inner if inside is None else 2 * inner
        if self.outermost:
            parts = [down, inside, nn.ReLU(True), nn.ConvTranspose2d(wide, outer, 4, 2, 1), nn.Tanh()]
        else:
            up = [nn.ReLU(True), nn.ConvTranspose2d(wide, outer, 4, 2, 1, bias=bias), norm(outer)]
            parts = [nn.LeakyReLU(0.2, True), down, *([] if inside is None else [norm(inner), inside]), *up]
        self.model = nn.Sequential(*parts)

    def forward(self, x):
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


class Unet(nn.Module):
    def __init__(self, depth, filters, norm):
        super().__init__()
        width = [filters * min(2**i, 8) for i in range(depth)]
        block = None
        for i in reversed(range(1, depth)):
            block = Block(width[i - 1], width[i], block, norm=norm)
        self.model = Block(3, filters, block, source=3, norm=norm)

    def forward(self, x):
        return self.model(x)


class Patches(nn.Module):
    def __init__(self, filters, layers, norm):
        super().__init__()
        bias = norm is nn.InstanceNorm2d
        parts, before = [nn.Conv2d(6, filters, 4, 2, 1), nn.LeakyReLU(0.2)], filters
        for i in range(1, layers + 1):
            width = filters * min(2**i, 8)
            stride = 2 if i < layers else 1
            parts += [nn.Conv2d(before, width, 4, stride, 1, bias=bias), norm(width), nn.LeakyReLU(0.2)]
            before = width
        self.model = nn.Sequential(*parts, nn.Conv2d(before, 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


class Pixels(nn.Module):
    def __init__(self, filters, norm):
        super().__init__()
        bias = norm is nn.InstanceNorm2d
        self.net = nn.Sequential(
            nn.Conv2d(6, filters, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(filters, 2 * filters, 1, bias=bias),
            norm(2 * filters),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * filters, 1, 1, bias=bias),
        )

    def forward(self, x):
        return self.net(x)


class Residual(nn.Module):
    def __init__(self, width, norm):
        super().__init__()
        bias = norm is nn.InstanceNorm2d
        half = lambda: [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias), norm(width)]
        self.conv_block = nn.Sequential(*half(), nn.ReLU(True), *half())

    def forward(self, x):
        return x + self.conv_block(x)


class Resnet(nn.Module):
    def __init__(self, blocks, filters, norm):
        super().__init__()
        bias = norm is nn.InstanceNorm2d
        parts = [nn.ReflectionPad2d(3), nn.Conv2d(3, filters, 7, bias=bias), norm(filters), nn.ReLU(True)]
        for i in range(2):
            width = filters * 2**i
            parts += [nn.Conv2d(width, 2 * width, 3, 2, 1, bias=bias), norm(2 * width), nn.ReLU(True)]
        parts += [Residual(4 * filters, norm) for _ in range(blocks)]
        for i in reversed(range(2)):
            width = filters * 2**i
            up = nn.ConvTranspose2d(2 * width, width, 3, 2, 1, output_padding=1, bias=bias)
            parts += [up, norm(width), nn.ReLU(True)]
        self.model = nn.Sequential(*parts, nn.ReflectionPad2d(3), nn.Conv2d(filters, 3, 7), nn.Tanh())

    def forward(self, x):
        return self.model(x)


def wave(count, phase, size=1.0):
    return torch.tensor([size * math.sin(0.7 * i + phase) for i in range(count)], dtype=torch.float64).float()


def fill(net):
    """Every array by its place in the state_dict."""
    state = net.state_dict()
    for place, (name, array) in enumerate(state.items()):
        if name.endswith("num_batches_tracked"):
            array.fill_(7)
            continue
        values = wave(array.numel(), place, 0.3)
        if array.dim() == 1 and name.endswith(("weight", "running_var")):
            values = values + 1
        array.copy_(values.reshape(array.shape))
    return {name: list(array.shape) for name, array in state.items()}


def numbers(tensor):
    """Some of the values, in our order: height, width, channels."""
    values = tensor[0].permute(1, 2, 0).reshape(-1)
    step = max(1, values.numel() // 200)
    return [float(f"{v:.8g}") for v in values[::step].tolist()]


def describe(net, size, channels):
    shapes = fill(net)
    x = wave(size * size * channels, 1).reshape(1, size, size, channels).permute(0, 3, 1, 2).contiguous()
    made = {}
    with torch.no_grad():
        # Statistics of the running kind come first: a pass in training moves them.
        made["running"] = numbers(net.eval()(x))
        made["batch"] = numbers(net.train()(x))
    return {"shapes": shapes, "size": size, **made}


batch, instance = nn.BatchNorm2d, nn.InstanceNorm2d
print(
    json.dumps(
        {
            "unet-batch": describe(Unet(5, 2, batch), 32, 3),
            "unet-instance": describe(Unet(3, 3, instance), 32, 3),
            "resnet-instance": describe(Resnet(2, 2, instance), 16, 3),
            "patch-34": describe(Patches(3, 2, batch), 32, 6),
            "patch-70-instance": describe(Patches(2, 3, instance), 48, 6),
            "pixel": describe(Pixels(4, batch), 8, 6),
        }
    )
)
