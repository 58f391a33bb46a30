"""The reference recipe's generator in PyTorch, as in the reference implementation of Isola et al. 2017."""

import torch
from torch import nn


def unet(depth, filters):
    """Nested blocks from the bottleneck outwards."""
    width = [filters * min(2**i, 8) for i in range(depth)]

    class Level(nn.Module):
        def __init__(self, i, inner):
            super().__init__()
            last = i == depth - 1
            inside = width[i - 1] if i else 3
            down = [nn.Conv2d(inside, width[i], 4, 2, 1, bias=False)]
            if 0 < i < depth - 1:
                down.append(nn.BatchNorm2d(width[i]))
            down.append(nn.ReLU() if last else nn.LeakyReLU(0.2))
            up = [nn.ConvTranspose2d(width[i] * (1 if last else 2), inside, 4, 2, 1, bias=i == 0)]
            if i:
                up.append(nn.BatchNorm2d(inside))
                # depth - 5 of the inner blocks, at most three, have dropout.
                if i > depth - 1 - min(max(depth - 5, 0), 3):
                    up.append(nn.Dropout(0.5))
            self.down, self.inner, self.up = nn.Sequential(*down), inner, nn.Sequential(*up)

        def forward(self, x):
            h = self.down(x)
            if self.inner is not None:
                h = torch.relu(torch.cat([self.inner(h), h], 1))
            return self.up(h)

    net = None
    for i in reversed(range(depth)):
        net = Level(i, net)
    return nn.Sequential(net, nn.Tanh())
