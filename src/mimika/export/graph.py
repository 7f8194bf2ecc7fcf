"""A network and what surrounds it as an ONNX graph."""

from importlib.metadata import version
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from mimika.data.faces import SIDE
from mimika.data.prepare import prepare
from mimika.predict.network import ABOUT, INPUT, OUTPUT, NetworkCard
from mimika.training.settings import quiet

MODEL_VERSION: Final = 1
"""Of what a file takes, gives and says in its metadata: to be raised where that changes."""


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
    # It remarks that torchvision is missing, and that torch uses an older pytree of its own.
    with quiet("torch.onnx._internal.exporter._registration", message=".*LeafSpec.*", category=FutureWarning):
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
    """Write what an ONNX file is, and a card into its metadata, in the place of what stands there."""
    import onnx

    model = onnx.load(path)
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, card.to_metadata())
    model.doc_string, model.model_version = ABOUT, MODEL_VERSION
    model.producer_name, model.producer_version = "mimika", version("mimika")
    onnx.save(model, path)
