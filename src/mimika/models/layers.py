"""A network laid out layer by layer, without building it: sizes, parameters, multiply-adds.

`mimika models`, the pictures and the page read this, so they need no PyTorch; a test holds every figure against the
network that `cnn.py` builds.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from mimika.data.faces import SIDE
from mimika.emotions import EMOTIONS
from mimika.recipe import AnyArchitecture, Architecture, ResidualArchitecture

WIDTHS: Final = (32, 64, 128, 256, 512, 512, 512)
"""Channels after each convolution, at width 1."""

HIDDEN: Final = (512, 128)
"""Units of the head's hidden layers, at width 1."""

POOLED: Final = 3
"""Each of the first so many convolutions is followed by a 2×2 max pooling: 48 → 24 → 12 → 6."""

REDUCTION: Final = 16
"""How much narrower the inside of a channel attention is than its channels."""

LayerKind = Literal["convolution", "batch_norm", "attention", "skip", "pooling", "flatten", "mean", "linear", "dropout"]


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


def layers(architecture: AnyArchitecture) -> tuple[Layer, ...]:
    """Every layer that has parameters or changes a shape, from the face to the seven logits."""
    return tuple(_plain(architecture) if isinstance(architecture, Architecture) else _residual(architecture))


def parameters(architecture: AnyArchitecture) -> int:
    """Weights that training changes."""
    return sum(layer.parameters for layer in layers(architecture))


def multiply_adds(architecture: AnyArchitecture) -> int:
    """Multiplications with an addition that one face costs."""
    return sum(layer.multiply_adds for layer in layers(architecture))


def layer_of(weights: str, architecture: AnyArchitecture) -> str:
    """The layer that weights belong to, by the name under which a record has the norm of their gradient.

    >>> layer_of("block1.attention.squeeze", Architecture()), layer_of("linear3", Architecture())
    ('attention 1', 'linear 3')
    >>> layer_of("stage2_2.second", ResidualArchitecture(stages=(64, 128), blocks=2))
    'convolution 2.2b'
    """
    place, _, part = weights.partition(".")
    if place == "stem":
        return "convolution stem"
    if place.startswith("linear"):
        return f"linear {place.removeprefix('linear')}".rstrip()
    number = place.removeprefix("block").removeprefix("stage").replace("_", ".")
    if isinstance(architecture, ResidualArchitecture) and architecture.blocks > 1 and "." not in number:
        number += ".1"
    kind = part.partition(".")[0]
    kind, half = {"first": ("convolution", "a"), "second": ("convolution", "b")}.get(kind, (kind, ""))
    return f"{kind} {number}{half}"


def gradients_by_layer(norms: Mapping[str, float], architecture: AnyArchitecture) -> dict[str, float]:
    """The norm of the gradient in each layer, from those of its weights as a record has them."""
    found: dict[str, float] = {}
    for weights, norm in norms.items():
        layer = layer_of(weights, architecture)
        found[layer] = math.hypot(found.get(layer, 0.0), norm)
    return found


def _plain(architecture: Architecture) -> Iterator[Layer]:
    """The reference's family."""
    before, side = 1, SIDE
    for number, width in enumerate(channels(architecture), start=1):
        shape = (width, side, side)
        yield _convolution(str(number), before, shape, bias=True)
        if architecture.batch_norm:
            yield _batch_norm(str(number), shape)
        if architecture.attention:
            yield _attention(str(number), shape)
        if architecture.skip:
            yield _convolution(str(number), before, shape, kind="skip", kernel=1, bias=True)
        if number <= POOLED:
            side //= 2
            yield _pooling(str(number), (width, side, side))
        before = width
    units = before * side * side
    yield Layer(name="flatten", kind="flatten", output=(units,))
    for number, after in enumerate((*hidden_units(architecture), len(EMOTIONS)), start=1):
        yield _linear(f"linear {number}", units, after)
        if architecture.dropout and number <= len(HIDDEN):
            yield Layer(name=f"dropout {number}", kind="dropout", output=(after,))
        units = after


def _residual(architecture: ResidualArchitecture) -> Iterator[Layer]:
    """Stem, stages, mean, head; convolutions before a batch norm have no bias."""
    before, side = architecture.stem, SIDE
    yield _convolution("stem", 1, (before, side, side), kernel=architecture.kernel)
    yield _batch_norm("stem", (before, side, side))
    for number, width in enumerate(architecture.stages, start=1):
        side //= 2
        yield _pooling(str(number), (before, side, side))
        for place in range(1, architecture.blocks + 1):
            name = str(number) if architecture.blocks == 1 else f"{number}.{place}"
            yield from _residual_block(name, before, (width, side, side), architecture)
            before = width
    yield Layer(name="mean", kind="mean", output=(before,))
    if architecture.dropout:
        yield Layer(name="dropout", kind="dropout", output=(before,))
    yield _linear("linear", before, len(EMOTIONS))


def _residual_block(
    name: str, before: int, shape: tuple[int, int, int], architecture: ResidualArchitecture
) -> Iterator[Layer]:
    yield _convolution(f"{name}a", before, shape, kernel=architecture.kernel)
    yield _batch_norm(f"{name}a", shape)
    yield _convolution(f"{name}b", shape[0], shape)
    yield _batch_norm(f"{name}b", shape)
    if architecture.attention:
        yield _attention(name, shape)
    if before != shape[0]:
        yield _convolution(name, before, shape, kind="skip", kernel=1)
        yield _batch_norm(f"{name} skip", shape)


def _convolution(
    name: str,
    before: int,
    shape: tuple[int, int, int],
    *,
    kind: Literal["convolution", "skip"] = "convolution",
    kernel: int = 3,
    bias: bool = False,
) -> Layer:
    weights = kernel * kernel * before * shape[0]
    return Layer(
        name=f"{kind} {name}",
        kind=kind,
        output=shape,
        parameters=weights + bias * shape[0],
        multiply_adds=weights * shape[1] * shape[2],
    )


def _batch_norm(name: str, shape: tuple[int, int, int]) -> Layer:
    return Layer(
        name=f"batch_norm {name}",
        kind="batch_norm",
        output=shape,
        parameters=2 * shape[0],
        multiply_adds=math.prod(shape),
    )


def _attention(name: str, shape: tuple[int, int, int]) -> Layer:
    width, inside = shape[0], squeezed(shape[0])
    return Layer(
        name=f"attention {name}",
        kind="attention",
        output=shape,
        parameters=2 * width * inside + inside + width,
        multiply_adds=2 * width * inside + math.prod(shape),
    )


def _pooling(name: str, shape: tuple[int, int, int]) -> Layer:
    return Layer(name=f"pooling {name}", kind="pooling", output=shape)


def _linear(name: str, before: int, after: int) -> Layer:
    return Layer(
        name=name, kind="linear", output=(after,), parameters=before * after + after, multiply_adds=before * after
    )


def _scaled(units: int, width: float) -> int:
    """A layer's units at another width: a multiple of eight, as matrix kernels like it, unless the width is one."""
    return units if width == 1.0 else max(8, round(units * width / 8) * 8)
