"""Muon: an optimizer that turns the step of each convolution into nearly a rotation before it is taken."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import torch
from torch import Tensor
from torch.optim import Optimizer

MOMENTUM: Final = 0.9

REST: Final = 3.0
"""Learning rate of what is no matrix, as a multiple of the matrices': 0.06 beside the 0.02 that Muon is known for."""

_ITERATIONS: Final = 5
_COEFFICIENTS: Final = (3.4445, -4.7750, 2.0315)


class Muon(Optimizer):
    """Orthogonalized momentum for convolutions between channels, SGD with Nesterov momentum for all other weights.

    Jordan et al. 2024, https://kellerjordan.github.io/posts/muon. A convolution's weights (out, in, h, w) are a matrix
    of `out` rows; torch's own Muon refuses weights of more than two dimensions. Stem, attention, head, biases and norms
    are the rest. Weight decay is decoupled: a step takes `learning rate × weight decay` off each weight that decays,
    at the matrices' learning rate whichever group it is in.

    Args:
        groups: weights with their `weight_decay`, as torch's optimizers take them.
        learning_rate: of the matrices, whose steps have spectral norms near 1 times it, tall ones more (`orthogonal`);
            the rest has `REST` times as much.
    """

    def __init__(self, groups: Iterable[Mapping[str, Any]], learning_rate: float) -> None:
        super().__init__(
            list(_split(groups, learning_rate)), {"lr": learning_rate, "weight_decay": 0.0, "matrices": False}
        )

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]  # one for both
        """One step along the gradients, which the closure computes if there is one; returns what it returns."""
        loss: float | None = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            self._step(group)
        return loss

    def _step(self, group: Mapping[str, Any]) -> None:
        weights = [weight for weight in group["params"] if weight.grad is not None]
        if not weights:
            return
        gradients = [weight.grad for weight in weights]
        momenta = [self._momentum(weight) for weight in weights]
        torch._foreach_mul_(momenta, MOMENTUM)
        torch._foreach_add_(momenta, gradients)
        moves = torch._foreach_add(gradients, momenta, alpha=MOMENTUM)
        if group["matrices"]:
            moves = tuple(orthogonal(move) for move in moves)
        torch._foreach_mul_(weights, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_add_(weights, moves, alpha=-group["lr"])

    def _momentum(self, weight: Tensor) -> Tensor:
        state = self.state[weight]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(weight)
        momentum: Tensor = state["momentum"]
        return momentum


def _split(groups: Iterable[Mapping[str, Any]], learning_rate: float) -> Iterator[dict[str, Any]]:
    """Matrices and the rest of each group, each with its own learning rate and the same decay a step."""
    for group in groups:
        decay = group["weight_decay"]
        matrices = [weight for weight in group["params"] if _between_channels(weight)]
        others = [weight for weight in group["params"] if not _between_channels(weight)]
        if matrices:
            yield {"params": matrices, "matrices": True, "lr": learning_rate, "weight_decay": decay}
        yield {"params": others, "lr": learning_rate * REST, "weight_decay": decay / REST}


def _between_channels(weight: Tensor) -> bool:
    """Whether these are a convolution's weights, other than those of a first one on gray faces."""
    return weight.ndim == 4 and weight.shape[1] > 1


def orthogonal(step: Tensor) -> Tensor:
    """Nearly the nearest semi-orthogonal matrix to a step (out, ...), in its shape; taller ones are scaled up.

    Five Newton–Schulz iterations in bf16, whose coefficients bring singular values to between 0.7 and 1.2 rather than
    exactly to 1.
    """
    matrix = step.flatten(1).bfloat16()
    tall = matrix.shape[0] > matrix.shape[1]
    scale = math.sqrt(max(1.0, matrix.shape[0] / matrix.shape[1]))
    matrix = (matrix.T if tall else matrix) / (matrix.norm() + 1e-7)
    first, third, fifth = _COEFFICIENTS
    for _ in range(_ITERATIONS):
        product = matrix @ matrix.T
        product = torch.addmm(product, product, product, beta=third, alpha=fifth)
        matrix = torch.addmm(matrix, product, matrix, beta=first)
    return (matrix.T if tall else matrix).reshape(step.shape).to(step.dtype) * scale
