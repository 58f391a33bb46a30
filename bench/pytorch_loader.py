"""Images per second of torch's DataLoader with Pillow, doing what a recipe's loader does: the peer of `npm run bench -- data`.

Decodes a side-by-side pair, halves it, resizes both halves to the jitter size (bicubic), crops and mirrors both alike at
random, and stacks them as floats in [-1, 1]. Nothing is cached. Prints one line of JSON.
"""

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import PIL
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset


class Pairs(Dataset):
    def __init__(self, folder, size, jitter):
        self.files = sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in {".jpg", ".jpeg", ".png"})
        self.size, self.jitter = size, jitter

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        pair = Image.open(self.files[index]).convert("RGB")
        half = pair.width // 2
        left, top = (random.randint(0, self.jitter - self.size) for _ in range(2))
        mirror = random.random() < 0.5
        tensors = []
        for start in (0, half):
            image = pair.crop((start, 0, start + half, pair.height))
            image = image.resize((self.jitter, self.jitter), Image.Resampling.BICUBIC)
            image = image.crop((left, top, left + self.size, top + self.size))
            if mirror:
                image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            tensors.append(torch.from_numpy(np.array(image)).permute(2, 0, 1).float().div_(127.5).sub_(1))
        return tensors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--jitter", type=int, default=72)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--images", type=int, default=600)
    args = parser.parse_args()
    pairs = Pairs(args.folder, args.size, args.jitter)
    rates = {}
    for workers in (0, 2):
        loader = DataLoader(
            pairs, args.batch, shuffle=True, drop_last=True, num_workers=workers, persistent_workers=workers > 0
        )
        # Until the first batch the workers are being started.
        batches = iter(loader)
        next(batches)
        start, seen = time.perf_counter(), 0
        while seen < args.images:
            batch = next(batches, None)
            if batch is None:
                batches = iter(loader)
                continue
            seen += len(batch[0])
        rates[workers] = seen / (time.perf_counter() - start)
    print(json.dumps({"version": torch.__version__, "pillow": PIL.__version__, "imagesPerSecond": rates}))


main()
