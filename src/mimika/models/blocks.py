"""What networks are made of, each with its paper."""

import torch
from torch import Tensor, nn

from mimika.models.layers import squeezed
from mimika.recipe import Architecture


class ChannelAttention(nn.Module):
    """Squeeze-and-excitation: weigh each channel by what all channels hold on average.

    Hu, Shen & Sun 2018, https://arxiv.org/abs/1709.01507. Shapes: (n, channels, h, w) in and out.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, squeezed(channels))
        self.excite = nn.Linear(squeezed(channels), channels)

    def forward(self, maps: Tensor) -> Tensor:
        """The maps, each channel scaled by its weight between 0 and 1."""
        weights = torch.sigmoid(self.excite(torch.relu(self.squeeze(maps.mean(dim=(2, 3))))))
        return maps * weights[:, :, None, None]


class ConvolutionBlock(nn.Module):
    """A 3×3 convolution with what the architecture adds to it, then ReLU; height and width stay.

    Batch norm (Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167) and channel attention act on the convolution's
    output; the skip connection (He et al. 2016, https://arxiv.org/abs/1512.03385) leads the input around all of them
    through a 1×1 projection, as blocks change the number of channels.
    """

    def __init__(self, before: int, after: int, architecture: Architecture) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(before, after, kernel_size=3, padding=1)
        self.norm = nn.BatchNorm2d(after) if architecture.batch_norm else nn.Identity()
        self.attention = ChannelAttention(after) if architecture.attention else nn.Identity()
        self.skip = nn.Conv2d(before, after, kernel_size=1) if architecture.skip else None

    def forward(self, maps: Tensor) -> Tensor:
        """(n, before, h, w) → (n, after, h, w)."""
        found: Tensor = self.attention(self.norm(self.convolution(maps)))
        if self.skip is not None:
            found = found + self.skip(maps)
        return torch.relu(found)
