"""The layers of a network as blocks: as high as their side, as deep as they have channels."""

from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, Polygon, Rectangle

from mimika.data.faces import SIDE
from mimika.emotions import EMOTIONS
from mimika.figures.style import ACCENT, EMOTION_COLORS, INK, PAPER, SECOND
from mimika.models.layers import Layer

EXTRAS: Final = (
    ("batch_norm", "batch norm", "#009E73"),
    ("attention", "attention", "#a05fc4"),
    ("skip", "skip", SECOND),
)
"""What can belong to a convolution: kind of layer, title, color."""


@dataclass(frozen=True)
class Column:
    """One step of the network: a convolution or a linear layer, with what belongs to it."""

    head: str
    main: Layer | None
    extras: dict[str, Layer]


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
    if "skip" in column.extras:
        top = low + height + up + 2
        reach = max(wide / 2 + 4, 0.4 * step)
        axes.add_patch(
            FancyArrowPatch(
                (x - reach, top),
                (x + reach, top),
                connectionstyle="arc3,rad=-0.4",
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
