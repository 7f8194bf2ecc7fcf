"""A network and what surrounds it as an ONNX graph."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn

from mimika.data.faces import SIDE
from mimika.data.prepare import prepare
from mimika.predict.network import INPUT, OUTPUT, NetworkCard


class Deployed(nn.Module):
    """Preparation, network, temperature and softmax in one: faces uint8 (n, 48, 48) to probabilities (n, 7)."""

    def __init__(self, network: nn.Module, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, faces: Tensor) -> Tensor:
        """Calibrated probabilities float32 (n, 7) of gray faces uint8 (n, 48, 48)."""
        logits: Tensor = self.network(prepare(faces.float().unsqueeze(1)))
        return (logits / self.temperature).softmax(dim=1)


def write_graph(network: nn.Module, temperature: float, path: Path) -> None:
    """Write a network in evaluation mode, with all that surrounds it, as ONNX for any number of faces."""
    from onnx_ir.passes.common import ClearMetadataAndDocStringPass

    # Two faces: a batch of one would be taken for a constant.
    example = (torch.zeros(2, SIDE, SIDE, dtype=torch.uint8),)
    with _quiet_exporter():
        program = torch.onnx.export(
            Deployed(network, temperature).eval(),
            example,
            dynamo=True,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes=({0: torch.export.Dim("faces")},),
            opset_version=20,  # what the oldest onnxruntime that mimika takes can read
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    # The exporter notes for each node which line of which file on this machine it stems from.
    ClearMetadataAndDocStringPass()(program.model)
    program.save(path, external_data=False)


def describe(path: Path, card: NetworkCard) -> None:
    """Write a card into the metadata of an ONNX file, in the place of what stands there."""
    import onnx

    model = onnx.load(path)
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, card.to_metadata())
    onnx.save(model, path)


@contextmanager
def _quiet_exporter() -> Iterator[None]:
    """Without the exporter's remarks that torchvision is missing and that torch uses an older pytree of its own."""
    logger = logging.getLogger("torch.onnx._internal.exporter._registration")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*LeafSpec.*", category=FutureWarning)
            yield
    finally:
        logger.setLevel(level)
