"""`FaceCNN`: the network that an `Architecture` describes."""

from collections import OrderedDict
from itertools import pairwise

from torch import Tensor, nn

from mimika.data.faces import SIDE
from mimika.emotions import EMOTIONS
from mimika.models.blocks import ConvolutionBlock
from mimika.models.layers import POOLED, channels, hidden_units
from mimika.recipe import Architecture


class FaceCNN(nn.Module):
    """Convolutions, then the head flatten → 512 → 128 → 7.

    Takes prepared faces, float (n, 1, 48, 48), and gives logits (n, 7) in the order of `EMOTIONS`. Dropout follows each
    hidden layer of the head, as in VGG (Simonyan & Zisserman 2015, https://arxiv.org/abs/1409.1556).
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        widths = channels(architecture)
        features: dict[str, nn.Module] = {}
        for number, (before, after) in enumerate(pairwise((1, *widths)), start=1):
            features[f"block{number}"] = ConvolutionBlock(before, after, architecture)
            if number <= POOLED:
                features[f"pool{number}"] = nn.MaxPool2d(2)
        self.features = nn.Sequential(OrderedDict(features))

        side = SIDE // 2 ** min(POOLED, architecture.depth)
        units = (widths[-1] * side * side, *hidden_units(architecture))
        head: dict[str, nn.Module] = {"flatten": nn.Flatten()}
        for number, (before, after) in enumerate(pairwise(units), start=1):
            head[f"linear{number}"] = nn.Linear(before, after)
            head[f"relu{number}"] = nn.ReLU()
            if architecture.dropout:
                head[f"dropout{number}"] = nn.Dropout(architecture.dropout)
        head[f"linear{len(units)}"] = nn.Linear(units[-1], len(EMOTIONS))
        self.head = nn.Sequential(OrderedDict(head))

    def forward(self, faces: Tensor) -> Tensor:
        """Logits (n, 7) of prepared faces (n, 1, 48, 48)."""
        logits: Tensor = self.head(self.features(faces))
        return logits
