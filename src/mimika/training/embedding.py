"""What a network makes of faces before it answers: the numbers that reach its last layer."""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from mimika.data.faces import Faces
from mimika.training.batches import EVALUATION_BATCH, Batches, as_input, as_tensors
from mimika.training.scoring import exactly


def embed(network: nn.Module, faces: Faces, device: torch.device | str = "cpu") -> npt.NDArray[np.float32]:
    """What each face has become where a network's last linear layer takes it up, in evaluation mode.

    Args:
        network: one of `models.build`, whose last linear layer gives the logits.
        faces: n of them.
        device: where to compute.

    Returns:
        Float32 (n, units): 128 units in the reference's family at width 1.
    """
    network = network.eval().to(device)
    last = [module for module in network.modules() if isinstance(module, nn.Linear)][-1]
    found: list[Tensor] = []
    watching = last.register_forward_pre_hook(lambda _, taken: found.append(taken[0].float().cpu()))
    try:
        with torch.inference_mode(), exactly():
            for batch in Batches(as_tensors(faces, device), EVALUATION_BATCH):
                network(as_input(batch.pixels))
    finally:
        watching.remove()
    return torch.cat(found).numpy() if found else np.empty((0, last.in_features), np.float32)
