import numpy as np
import pytest
import torch

from mimika.models.build import build
from mimika.recipe import Architecture, ResidualArchitecture
from mimika.training.embedding import embed
from mimika.training.scoring import probabilities
from tests.training.runs import small_faces


@pytest.mark.parametrize(
    ("architecture", "units", "last"),
    [
        (Architecture(depth=1, width=0.125, attention=True, dropout=0.5), 16, "head.linear3"),
        (ResidualArchitecture(stem=8, stages=(16, 24), dropout=0.5), 24, "linear"),
    ],
)
def test_what_is_embedded_is_what_the_last_layer_answers_from(architecture, units, last):
    network, faces = build(architecture), small_faces(0, 9)
    found = embed(network, faces)
    assert (found.shape, found.dtype) == ((9, units), np.float32)
    with torch.inference_mode():
        answers = network.get_submodule(last)(torch.from_numpy(found)).softmax(dim=1).numpy()
    assert answers == pytest.approx(probabilities(network, faces), abs=1e-5)


def test_no_faces_are_no_rows_and_the_network_is_left_as_it_was():
    network = build(Architecture(depth=1, width=0.125))
    assert embed(network, small_faces(7, 0).of("validation")).shape == (0, 16)
    assert not any(module._forward_pre_hooks for module in network.modules())
