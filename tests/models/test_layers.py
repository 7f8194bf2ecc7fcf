"""A network laid out without PyTorch is the one that PyTorch builds, figure by figure."""

import pytest
import torch
from torch import nn

from mimika.data.faces import SIDE
from mimika.models.blocks import ChannelAttention
from mimika.models.build import build
from mimika.models.cnn import FaceCNN
from mimika.models.layers import channels, hidden_units, layer_of, layers, multiply_adds, parameters
from mimika.models.zoo import ZOO
from mimika.recipe import Architecture, ResidualArchitecture
from mimika.recipes import read_recipe
from mimika.training.scoring import gradient_norms
from tests.records import weights_of
from tests.training.runs import small_faces

EVERYTHING = {"batch_norm": True, "dropout": 0.5, "attention": True, "skip": True}
ARCHITECTURES = {
    **{f"{name}, narrow": ZOO[name].changed({"architecture.width": 0.25}).architecture for name in ZOO},
    "everything, narrowest": Architecture(width=0.01, **EVERYTHING),
    "everything, an odd width": Architecture(depth=7, width=0.3, **EVERYTHING),
    "everything, two convolutions": Architecture(depth=2, width=0.25, **EVERYTHING),
    "residual": ResidualArchitecture(stem=8, stages=(16, 24, 40), dropout=0.1),
    "residual without attention": ResidualArchitecture(stem=16, stages=(16,), attention=False),
    "residual of several blocks": ResidualArchitecture(stem=8, stages=(8, 16), blocks=2, kernel=5),
}
KINDS = {
    nn.BatchNorm2d: "batch_norm",
    ChannelAttention: "attention",
    nn.MaxPool2d: "pooling",
    nn.Flatten: "flatten",
    nn.Linear: "linear",
    nn.Dropout: "dropout",
}


def watched(architecture: Architecture | ResidualArchitecture) -> list[tuple[str, tuple[int, ...], int, int]]:
    """Kind, output shape, parameters and multiply-adds of each layer that a face passes, in the order of the plan."""
    network = build(architecture).eval()
    seen = []

    def look(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        shape = tuple(output.shape[1:])
        costs = 0
        if isinstance(module, nn.Conv2d):
            costs = module.weight.numel() * shape[1] * shape[2]
            kind = "skip" if module.kernel_size == (1, 1) else "convolution"
        else:
            kind = next(kind for one, kind in KINDS.items() if isinstance(module, one))
        if isinstance(module, nn.Linear):
            costs = module.weight.numel()
        elif isinstance(module, nn.BatchNorm2d):
            costs = output.numel()  # a scale and a shift a value
        elif isinstance(module, ChannelAttention):
            costs = module.squeeze.weight.numel() + module.excite.weight.numel() + output.numel()
        seen.append((kind, shape, sum(weight.numel() for weight in module.parameters()), costs))

    inside = {id(part) for one in network.modules() if isinstance(one, ChannelAttention) for part in one.children()}
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, *KINDS)) and id(module) not in inside:
            module.register_forward_hook(look)
    with torch.inference_mode():
        network(torch.zeros(1, 1, SIDE, SIDE))
    return seen


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
def test_the_plan_is_the_network_layer_by_layer(architecture):
    plan = [
        (layer.kind, layer.output, layer.parameters, layer.multiply_adds)
        for layer in layers(architecture)
        if layer.kind != "mean"  # no module of its own
    ]
    assert plan == watched(architecture)


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
def test_weights_with_a_gradient_are_known_by_the_layers_of_the_plan(architecture):
    weights = list(gradient_norms(build(architecture), small_faces()))
    learning = {"convolution", "attention", "skip", "linear"}
    assert list(dict.fromkeys(layer_of(one, architecture) for one in weights)) == [
        layer.name for layer in layers(architecture) if layer.kind in learning
    ]
    if isinstance(architecture, Architecture):
        assert weights == weights_of(architecture), "the records that other tests read name them so, too"


@pytest.mark.parametrize("name", ZOO)
def test_the_parameters_at_full_width_are_those_of_the_network(name):
    with torch.device("meta"):
        network = FaceCNN(ZOO[name].architecture)
    assert parameters(ZOO[name].architecture) == sum(weight.numel() for weight in network.parameters())


def test_the_reference_figures_come_out():
    counts = {name: parameters(recipe.architecture) for name, recipe in ZOO.items()}
    assert counts["cnn5+batch_norm+attention+skip"] == 11_294_053
    assert counts["cnn5+batch_norm+attention"] - counts["cnn5+batch_norm"] == 44_702
    assert counts["cnn5"] == counts["cnn5+dropout"] == counts["cnn5+augmentation"]


def test_the_sums_are_those_of_the_layers():
    plan = layers(Architecture(width=0.25, **EVERYTHING))
    assert parameters(Architecture(width=0.25, **EVERYTHING)) == sum(layer.parameters for layer in plan)
    assert multiply_adds(Architecture(width=0.25, **EVERYTHING)) == sum(layer.multiply_adds for layer in plan)


def test_a_small_network_costs_what_a_hand_counts():
    one = Architecture(depth=1)
    assert parameters(one) == (9 * 32 + 32) + (32 * 24 * 24 * 512 + 512) + (512 * 128 + 128) + (128 * 7 + 7)
    assert multiply_adds(one) == 9 * 32 * 48 * 48 + 32 * 24 * 24 * 512 + 512 * 128 + 128 * 7


def test_three_poolings_take_a_face_from_48_to_6_pixels():
    for depth, side in {1: 24, 2: 12, 3: 6, 5: 6, 7: 6}.items():
        (flat,) = (layer for layer in layers(Architecture(depth=depth)) if layer.kind == "flatten")
        assert flat.output == (channels(Architecture(depth=depth))[-1] * side * side,)


def test_the_small_network_keeps_within_its_limits():
    small = read_recipe("small").architecture
    assert parameters(small) <= 1_500_000
    assert multiply_adds(small) <= 65_000_000


def test_every_layer_has_a_name_of_its_own():
    names = [layer.name for layer in layers(Architecture(depth=7, **EVERYTHING))]
    assert len(names) == len(set(names))
    assert names[:5] == ["convolution 1", "batch_norm 1", "attention 1", "skip 1", "pooling 1"]


def test_narrow_widths_are_multiples_of_eight():
    assert channels(Architecture(width=0.25)) == (8, 16, 32, 64, 128)
    assert hidden_units(Architecture(width=0.25)) == (128, 32)
    assert channels(Architecture(width=0.01)) == (8,) * 5
    assert hidden_units(Architecture()) == (512, 128)
