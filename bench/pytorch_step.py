"""One pix2pix training step in PyTorch, of the same networks and losses as a recipe: the peer that `npm run bench` times.

U-Net and PatchGAN as in the PyTorch reference implementation of Isola et al. 2017 (batch norm, dropout 0.5),
Adam 2e-4 with beta1 0.5, cGAN + 100 L1, random images. On a GPU float32 is float32 unless --tf32 rounds it, and a step
ends when the GPU has computed it. Prints one line of JSON.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from pytorch_unet import unet
from torch import nn


def patchgan(strided, filters):
    layers, inside = [], 6
    for i in range(strided + 1):
        width = filters * min(2**i, 8)
        layers.append(nn.Conv2d(inside, width, 4, 2 if i < strided else 1, 1, bias=i == 0))
        if i:
            layers.append(nn.BatchNorm2d(width))
        layers.append(nn.LeakyReLU(0.2))
        inside = width
    return nn.Sequential(*layers, nn.Conv2d(inside, 1, 4, 1, 1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--strided", type=int, default=3)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--fused", action="store_true", help="Adam fused: PyTorch's fastest")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--tf32", action="store_true", help="multiply with the precision of TF32 (cuda)")
    parser.add_argument("--channels-last", action="store_true", help="images and filters as NHWC")
    parser.add_argument("--cudnn-benchmark", action="store_true", help="let cuDNN time its algorithms (cuda)")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = args.tf32
    torch.backends.cudnn.benchmark = args.cudnn_benchmark
    torch.manual_seed(1)
    layout = torch.channels_last if args.channels_last else torch.contiguous_format
    generator, critic = (
        net.to(args.device, memory_format=layout)
        for net in (unet(args.depth, args.filters), patchgan(args.strided, args.filters))
    )
    on_gpu = torch.device(args.device).type == "cuda"
    for p in [*generator.parameters(), *critic.parameters()]:
        if p.ndim == 4:
            nn.init.normal_(p, 0, 0.02)
    adam = {"lr": 2e-4, "betas": (0.5, 0.999), **({"fused": True} if args.fused else {})}
    adam_g = torch.optim.Adam(generator.parameters(), **adam)
    adam_d = torch.optim.Adam(critic.parameters(), **adam)
    bce, l1 = nn.BCEWithLogitsLoss(), nn.L1Loss()
    source, target = (
        (torch.rand(args.batch, 3, args.size, args.size) * 2 - 1).to(args.device, memory_format=layout)
        for _ in range(2)
    )

    def step():
        fake = generator(source)
        critic.requires_grad_(True)
        adam_d.zero_grad()
        of_fake = critic(torch.cat([source, fake.detach()], 1))
        of_real = critic(torch.cat([source, target], 1))
        (0.5 * (bce(of_fake, torch.zeros_like(of_fake)) + bce(of_real, torch.ones_like(of_real)))).backward()
        adam_d.step()
        critic.requires_grad_(False)
        adam_g.zero_grad()
        fooled = critic(torch.cat([source, fake], 1))
        (bce(fooled, torch.ones_like(fooled)) + 100 * l1(fake, target)).backward()
        adam_g.step()
        if on_gpu:
            torch.cuda.synchronize()

    for _ in range(args.warmup):
        step()
    times = []
    for _ in range(args.steps):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    print(
        json.dumps(
            {
                "version": torch.__version__,
                "device": torch.cuda.get_device_name() if on_gpu else "cpu",
                "ms": statistics.median(times),
                "peakRssMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
                "peakGpuMB": torch.cuda.max_memory_reserved() / 1e6 if on_gpu else 0,
                "parameters": sum(p.numel() for p in [*generator.parameters(), *critic.parameters()]),
            }
        )
    )


main()
