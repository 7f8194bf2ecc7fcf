"""A network laid out layer by layer, without building it: sizes, parameters, multiply-adds.

`mimika models`, the pictures and the page read this, so they need no PyTorch; a test holds every figure against the
network that `cnn.py` builds.
"""

from dataclasses import dataclass
from typing import Final, Literal

from mimika.data.faces import SIDE
from mimika.emotions import EMOTIONS
from mimika.recipe import Architecture

WIDTHS: Final = (32, 64, 128, 256, 512, 512, 512)
"""Channels after each convolution, at width 1."""

HIDDEN: Final = (512, 128)
"""Units of the head's hidden layers, at width 1."""

POOLED: Final = 3
"""Each of the first so many convolutions is followed by a 2×2 max pooling: 48 → 24 → 12 → 6."""

REDUCTION: Final = 16
"""How much narrower the inside of a channel attention is than its channels."""

LayerKind = Literal["convolution", "batch_norm", "attention", "skip", "pooling", "flatten", "linear", "dropout"]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer: what it is, the shape it puts out (channels, height, width; or units), and what it costs a face."""

    name: str
    kind: LayerKind
    output: tuple[int, ...]
    parameters: int = 0
    multiply_adds: int = 0


def channels(architecture: Architecture) -> tuple[int, ...]:
    """Channels after each convolution."""
    return tuple(_scaled(width, architecture.width) for width in WIDTHS[: architecture.depth])


def hidden_units(architecture: Architecture) -> tuple[int, ...]:
    """Units of the head's hidden layers."""
    return tuple(_scaled(units, architecture.width) for units in HIDDEN)


def squeezed(channel_count: int) -> int:
    """Channels inside a channel attention."""
    return max(1, channel_count // REDUCTION)


def layers(architecture: Architecture) -> tuple[Layer, ...]:
    """Every layer that has parameters or changes a shape, from the face to the seven logits."""
    plan: list[Layer] = []
    before, side = 1, SIDE
    for number, width in enumerate(channels(architecture), start=1):
        area = side * side
        shape = (width, side, side)

        def add(
            kind: LayerKind, parameters: int, multiply_adds: int, number: int = number, shape: tuple[int, ...] = shape
        ) -> None:
            plan.append(
                Layer(
                    name=f"{kind} {number}", kind=kind, output=shape, parameters=parameters, multiply_adds=multiply_adds
                )
            )

        add("convolution", 9 * before * width + width, 9 * before * width * area)
        if architecture.batch_norm:
            add("batch_norm", 2 * width, width * area)
        if architecture.attention:
            inside = squeezed(width)
            add("attention", 2 * width * inside + inside + width, 2 * width * inside + width * area)
        if architecture.skip:
            add("skip", before * width + width, before * width * area)
        if number <= POOLED:
            side //= 2
            plan.append(Layer(name=f"pooling {number}", kind="pooling", output=(width, side, side)))
        before = width
    units = before * side * side
    plan.append(Layer(name="flatten", kind="flatten", output=(units,)))
    for number, after in enumerate((*hidden_units(architecture), len(EMOTIONS)), start=1):
        plan.append(
            Layer(
                name=f"linear {number}",
                kind="linear",
                output=(after,),
                parameters=units * after + after,
                multiply_adds=units * after,
            )
        )
        if architecture.dropout and number <= len(HIDDEN):
            plan.append(Layer(name=f"dropout {number}", kind="dropout", output=(after,)))
        units = after
    return tuple(plan)


def parameters(architecture: Architecture) -> int:
    """Weights that training changes."""
    return sum(layer.parameters for layer in layers(architecture))


def multiply_adds(architecture: Architecture) -> int:
    """Multiplications with an addition that one face costs."""
    return sum(layer.multiply_adds for layer in layers(architecture))


def _scaled(units: int, width: float) -> int:
    """A layer's units at another width: a multiple of eight, as matrix kernels like it, unless the width is one."""
    return units if width == 1.0 else max(8, round(units * width / 8) * 8)
