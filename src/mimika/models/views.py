"""Views: a network that looks at each face more than once before it answers."""

import math

from torch import Tensor, nn


class WithFlip(nn.Module):
    """A network that answers a face by the mean of its probabilities for the face and for its mirror image.

    As Krizhevsky et al. 2012, https://papers.nips.cc/paper/4824, averaged over views at test time; twice the cost.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, faces: Tensor) -> Tensor:
        """Logarithms of the mean probabilities (n, 7), which are logits too, of prepared faces (n, 1, h, w)."""
        straight: Tensor = self.network(faces).log_softmax(dim=1)
        flipped: Tensor = self.network(faces.flip(-1)).log_softmax(dim=1)
        return straight.logaddexp(flipped) - math.log(2)
