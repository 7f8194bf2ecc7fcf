"""Muon does to each kind of weight what it says."""

import copy

import pytest
import torch

from mimika.models.build import build
from mimika.recipes import read_recipe
from mimika.training.muon import Muon, orthogonal
from mimika.training.task import FaceTask

NETWORK = build(read_recipe("small").architecture)
MATRICES = {name for name, weight in NETWORK.named_parameters() if weight.ndim == 4} - {"features.stem.weight"}


def stepped(weight_decay=0.0):
    """Weights by name after one step with seeded gradients."""
    network = copy.deepcopy(NETWORK)
    for name, gradient in gradients().items():
        network.get_parameter(name).grad = gradient
    weights = list(network.parameters())
    decaying = {"params": [weight for weight in weights if weight.ndim > 1], "weight_decay": weight_decay}
    still = {"params": [weight for weight in weights if weight.ndim <= 1], "weight_decay": 0.0}
    Muon([decaying, still], 0.02).step()
    return {name: weight.detach() for name, weight in network.named_parameters()}


def gradients():
    drawn = torch.Generator().manual_seed(0)
    return {name: torch.randn(weight.shape, generator=drawn) for name, weight in NETWORK.named_parameters()}


def test_convolutions_move_along_orthogonal_matrices_and_the_rest_along_the_gradient():
    after = stepped()
    assert len(MATRICES) == 9
    for name, gradient in gradients().items():
        move = NETWORK.get_parameter(name).detach() - after[name]
        if name in MATRICES:
            rows, columns = move.flatten(1).shape
            values = torch.linalg.svdvals(move.flatten(1)) / (0.02 * max(1, rows / columns) ** 0.5)
            assert 0.5 < values.min() <= values.max() < 1.3
            assert torch.sum(move * gradient) > 0
        else:
            # Nesterov's first step: the gradient and 0.9 of a momentum that is the gradient, at thrice the rate.
            torch.testing.assert_close(move, 0.06 * 1.9 * gradient, rtol=1e-3, atol=1e-5)


def test_weights_decay_alike_and_biases_and_norms_do_not():
    plain, decayed = stepped(), stepped(weight_decay=0.5)
    for name, weight in NETWORK.named_parameters():
        taken = 0.02 * 0.5 * weight.detach() if weight.ndim > 1 else torch.zeros_like(weight)
        torch.testing.assert_close(plain[name] - decayed[name], taken, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("shape", [(8, 4, 3, 3), (16, 4, 1, 1), (6, 40)])
def test_an_orthogonal_step_has_singular_values_near_one(shape):
    found = orthogonal(torch.randn(shape, generator=torch.Generator().manual_seed(0)))
    values = torch.linalg.svdvals(found.flatten(1)) / max(1, shape[0] / found.flatten(1).shape[1]) ** 0.5
    assert found.shape == shape
    assert 0.6 < values.min() <= values.max() < 1.3


def test_a_recipe_chooses_it():
    task = FaceTask(read_recipe("small").changed({"optimizer": "muon", "learning_rate": 0.02, "weight_decay": 0.015}))
    task.trainer = type("Trainer", (), {"estimated_stepping_batches": 10})()  # type: ignore[assignment]
    optimizer = task.configure_optimizers()["optimizer"]
    assert isinstance(optimizer, Muon)
    every = [weight for group in optimizer.param_groups for weight in group["params"]]
    assert len(every) == len({id(weight) for weight in every}) == len(list(task.network.parameters()))
