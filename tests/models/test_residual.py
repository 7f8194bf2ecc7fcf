"""The residual family, which the zoo does not hold: any size of face, every weight learning."""

import pytest
import torch
from torch import nn

from mimika.models.build import build
from mimika.recipe import ResidualArchitecture

SMALL = ResidualArchitecture(stem=8, stages=(16, 24), dropout=0.1)
DEEP = ResidualArchitecture(stem=8, stages=(8, 16), blocks=2, kernel=5)


@pytest.mark.parametrize("architecture", [SMALL, DEEP])
@pytest.mark.parametrize("side", [24, 32, 40, 48])
def test_faces_of_any_size_get_seven_logits_each(side, architecture):
    logits = build(architecture).eval()(torch.randn(2, 1, side, side))
    assert logits.shape == (2, 7)
    assert logits.isfinite().all()


@pytest.mark.parametrize("architecture", [SMALL, DEEP])
def test_every_weight_gets_a_gradient(architecture):
    # A unit that ReLU happens to silence learns nothing in one drawing of the weights, but not in all of them.
    silent: set[str] | None = None
    for seed in range(6):
        torch.manual_seed(seed)
        network = build(architecture).train()
        nn.functional.cross_entropy(network(torch.randn(14, 1, 48, 48)), torch.arange(14) % 7).backward()
        still = {name for name, weight in network.named_parameters() if weight.grad is None or not weight.grad.any()}
        silent = still if silent is None else silent & still
    assert silent == set()


def test_a_block_is_its_projection_when_its_convolutions_find_nothing():
    block = build(SMALL).features.stage1.eval()
    nn.init.zeros_(block.second_norm.weight)
    maps = torch.randn(2, 8, 12, 12)
    assert torch.allclose(block(maps), torch.relu(block.skip_norm(block.skip(maps))), atol=1e-6)


def test_the_input_is_projected_only_where_channels_change():
    features = build(DEEP).features
    projected = [
        name for name, block in features.named_children() if isinstance(getattr(block, "skip", None), nn.Conv2d)
    ]
    assert projected == ["stage2"]
    assert [name for name in dict(features.named_children()) if name.startswith("stage")] == [
        "stage1",
        "stage1_2",
        "stage2",
        "stage2_2",
    ]
