"""From a description to a network."""

import torch
from torch import nn

from mimika.models.cnn import FaceCNN
from mimika.models.residual import FaceResNet
from mimika.recipe import AnyArchitecture, Architecture


def build(architecture: AnyArchitecture) -> nn.Module:
    """A network with fresh weights: prepared faces (n, 1, 48, 48) in, logits (n, 7) out.

    Its weights are laid out channels last, for which convolutions are faster; answers are the same.
    """
    network = FaceCNN(architecture) if isinstance(architecture, Architecture) else FaceResNet(architecture)
    laid_out: nn.Module = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in stubs
    return laid_out
