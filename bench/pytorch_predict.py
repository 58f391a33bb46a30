"""The generator of a recipe on a folder of images in PyTorch: the peer of `npm run bench -- predict`.

The forward pass alone, and with Pillow decoding and writing PNG in between, one image after the other. Random weights;
dropout and batch statistics stay on, as the paper has it. Prints one line of JSON.
"""

import argparse
import json
import resource
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from pytorch_unet import unet


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    generator = unet(args.depth, args.filters)
    files = sorted(Path(args.folder).iterdir())
    forward = []
    with torch.inference_mode(), tempfile.TemporaryDirectory() as out:
        for i, file in enumerate([files[0]] * 3 + files):
            # The first ones warm up.
            if i == 3:
                start = time.perf_counter()
            pixels = np.array(Image.open(file).convert("RGB"))
            x = torch.from_numpy(pixels).permute(2, 0, 1)[None].float().div_(127.5).sub_(1)
            began = time.perf_counter()
            y = generator(x)
            if i >= 3:
                forward.append((time.perf_counter() - began) * 1e3)
            y = y[0].add_(1).mul_(127.5).round_().clamp_(0, 255).byte().permute(1, 2, 0).numpy()
            Image.fromarray(y).save(Path(out) / f"{file.stem}.png")
        seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "version": torch.__version__,
                "forwardMs": statistics.median(forward),
                "imageMs": seconds * 1e3 / len(files),
                "peakRssMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


main()
