"""`FaceResNet`: a residual network that takes faces of any size, beyond the reference's family."""

from collections import OrderedDict
from itertools import pairwise

import torch
from torch import Tensor, nn

from mimika.emotions import EMOTIONS
from mimika.models.blocks import ChannelAttention
from mimika.recipe import ResidualArchitecture


class ResidualBlock(nn.Module):
    """Two convolutions with batch norm and channel attention, and the input led around them.

    He et al. 2016, https://arxiv.org/abs/1512.03385, with the attention of Hu et al. 2018 before the sum. The input is
    projected where the number of channels changes. Shapes: (n, before, h, w) in, (n, after, h, w) out.
    """

    def __init__(self, before: int, after: int, *, kernel: int, attention: bool) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, kernel_size=kernel, padding=kernel // 2, bias=False)
        self.first_norm = nn.BatchNorm2d(after)
        self.second = nn.Conv2d(after, after, kernel_size=3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(after)
        self.attention = ChannelAttention(after) if attention else nn.Identity()
        self.skip = nn.Conv2d(before, after, kernel_size=1, bias=False) if before != after else nn.Identity()
        self.skip_norm = nn.BatchNorm2d(after) if before != after else nn.Identity()

    def forward(self, maps: Tensor) -> Tensor:
        """The sum of what the convolutions find and the input, after ReLU."""
        found = torch.relu(self.first_norm(self.first(maps)))
        found = self.attention(self.second_norm(self.second(found)))
        return torch.relu(found + self.skip_norm(self.skip(maps)))


class FaceResNet(nn.Module):
    """Stem at full resolution, stages of 2×2 max pooling and residual blocks, mean over the maps, head.

    Takes prepared faces, float (n, 1, h, w) of any size that the poolings leave something of, and gives logits (n, 7)
    in the order of `EMOTIONS`.
    """

    def __init__(self, architecture: ResidualArchitecture) -> None:
        super().__init__()
        features: dict[str, nn.Module] = {
            "stem": nn.Conv2d(1, architecture.stem, architecture.kernel, padding=architecture.kernel // 2, bias=False),
            "stem_norm": nn.BatchNorm2d(architecture.stem),
            "stem_relu": nn.ReLU(),
        }
        widths = (architecture.stem, *architecture.stages)
        for number, (before, after) in enumerate(pairwise(widths), start=1):
            features[f"pool{number}"] = nn.MaxPool2d(2)
            for place in range(architecture.blocks):
                features[f"stage{number}" if place == 0 else f"stage{number}_{place + 1}"] = ResidualBlock(
                    before if place == 0 else after,
                    after,
                    kernel=architecture.kernel,
                    attention=architecture.attention,
                )
        self.features = nn.Sequential(OrderedDict(features))
        self.dropout = nn.Dropout(architecture.dropout) if architecture.dropout else nn.Identity()
        self.linear = nn.Linear(widths[-1], len(EMOTIONS))

    def forward(self, faces: Tensor) -> Tensor:
        """Logits (n, 7) of prepared faces (n, 1, h, w)."""
        logits: Tensor = self.linear(self.dropout(self.features(faces).mean(dim=(2, 3))))
        return logits
