"""The layers of a network as blocks: as high as their side, as deep as they have channels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, Polygon, Rectangle

from mimika.data.faces import SIDE
from mimika.emotions import EMOTIONS
from mimika.figures.style import ACCENT, EMOTION_COLORS, INK, PAPER, SECOND
from mimika.language import ENGLISH, Texts
from mimika.models.layers import Layer

EXTRAS: Final = (
    ("batch_norm", "drawing.batch_norm", "#009E73"),
    ("attention", "drawing.attention", "#a05fc4"),
    ("skip", "drawing.skip", SECOND),
)
"""What can belong to a convolution: kind of layer, the key of its title, color."""


@dataclass(frozen=True)
class Column:
    """One step of the network: a convolution or a linear layer, with what belongs to it; or a residual block.

    `skipped` is how many columns, up to this one, the input is led around.
    """

    head: str
    main: Layer | None
    extras: dict[str, Layer]
    skipped: int = 0


MOST_COLUMNS: Final = 11
"""What fits on a page beside one another: the face and the ten layers of the deepest plain network."""


def columns_of(plan: Sequence[Layer], texts: Texts = ENGLISH) -> list[Column]:
    """The layers gathered around the convolutions and linear layers, after the face itself.

    Where there would be too many, the two convolutions of a residual block are gathered too.
    """
    columns = [Column(texts.tell("drawing.face"), None, {})]
    for layer in plan:
        if layer.kind in ("convolution", "linear"):
            columns.append(Column(_head(layer, texts), layer, {}, skipped=2 if _ends_block(layer) else 0))
        elif layer.kind not in ("flatten", "mean"):
            # A residual block's projection has a norm of its own, which counts with that of the convolution.
            before = columns[-1]
            extras = {**before.extras, layer.kind: _together(before.extras.get(layer.kind), layer)}
            columns[-1] = replace(before, extras=extras, skipped=before.skipped or int(layer.kind == "skip"))
    return columns if len(columns) <= MOST_COLUMNS else _gathered(columns, texts)


def _head(layer: Layer, texts: Texts) -> str:
    kind, _, number = layer.name.partition(" ")
    if number == "stem" or not number:
        return texts.name_of(number or kind)
    if layer.kind == "convolution":
        return texts.tell("drawing.conv", number=number)
    return texts.layer(layer.name)


def _ends_block(layer: Layer) -> bool:
    """Whether a layer is the second convolution of a residual block, which the block's input is added to."""
    return layer.kind == "convolution" and layer.name.endswith("b")


def _gathered(columns: Sequence[Column], texts: Texts) -> list[Column]:
    """The columns with those of each residual block in one."""
    gathered: list[Column] = []
    for column in columns:
        if column.main is None or not _ends_block(column.main):
            gathered.append(column)
            continue
        first = gathered.pop()
        extras = dict(first.extras)
        for kind, layer in column.extras.items():
            extras[kind] = _together(extras.get(kind), layer)
        number = column.main.name.split()[-1].removesuffix("b")
        gathered.append(
            Column(texts.tell("drawing.block", number=number), _together(first.main, column.main), extras, skipped=1)
        )
    return gathered


def _together(first: Layer | None, second: Layer) -> Layer:
    """Two layers as one: the second, with the costs of both."""
    if first is None:
        return second
    return replace(
        second,
        parameters=first.parameters + second.parameters,
        multiply_adds=first.multiply_adds + second.multiply_adds,
    )


def draw_block(axes: Axes, column: Column, x: float, middle: float, step: float) -> None:
    """The block of one column around (x, middle), and behind it a slice for each layer that belongs to it."""
    shape = column.main.output if column.main else (1, SIDE, SIDE)
    if len(shape) == 1:
        _draw_units(axes, x, middle, shape[0])
        return
    height = 92 * shape[1] / SIDE
    slabs = [(min(0.85 * shape[0] ** 0.5, 0.4 * step), ACCENT if column.main else INK)]
    slabs += [(3.0, color) for kind, _, color in EXTRAS[:2] if kind in column.extras]
    across, up = 0.15 * height, 0.1 * height
    wide = sum(deep for deep, _ in slabs) + 1.5 * (len(slabs) - 1) + across
    left, low = x - wide / 2, middle - (height + up) / 2
    for deep, color in slabs:
        _draw_slab(axes, (left, low), (deep, height), (across, up), color)
        left += deep + 1.5
    if column.skipped:
        top = low + height + up + 2
        reach = max(wide / 2 + 4, 0.4 * step)
        axes.add_patch(
            FancyArrowPatch(
                (x - reach - (column.skipped - 1) * step, top),
                (x + reach, top),
                connectionstyle=f"arc3,rad={-0.4 / column.skipped}",
                arrowstyle="-|>",
                mutation_scale=7,
                color=SECOND,
                linewidth=1.6,
                shrinkA=0,
                shrinkB=0,
            )
        )


def _draw_slab(
    axes: Axes, corner: tuple[float, float], size: tuple[float, float], slant: tuple[float, float], color: str
) -> None:
    """A box seen from its front left: front, top and right side."""
    (x, y), (deep, height), (across, up) = corner, size, slant
    right, top = x + deep, y + height
    for corners, opacity in (
        ([(x, y), (right, y), (right, top), (x, top)], 0.9),
        ([(x, top), (right, top), (right + across, top + up), (x + across, top + up)], 0.45),
        ([(right, y), (right + across, y + up), (right + across, top + up), (right, top)], 0.65),
    ):
        # Paper below, so that what stands behind does not shine through.
        axes.add_patch(Polygon(corners, facecolor=PAPER, linewidth=0))
        axes.add_patch(Polygon(corners, facecolor=color, alpha=opacity, linewidth=0.6, edgecolor=PAPER))


def _draw_units(axes: Axes, x: float, middle: float, units: int) -> None:
    """A layer of units: a bar, or the seven emotions as dots in their colors."""
    if units == len(EMOTIONS):
        for number, color in enumerate(EMOTION_COLORS.values()):
            axes.add_patch(Circle((x, middle + 11 * (3 - number)), 4.2, facecolor=color, linewidth=0))
        return
    height = min(100.0, 92 * (units / 512) ** 0.5)
    axes.add_patch(Rectangle((x - 3.5, middle - height / 2), 7, height, facecolor=ACCENT, alpha=0.85, linewidth=0))
