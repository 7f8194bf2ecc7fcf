"""The picture of a network: how it is built, layer by layer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Polygon, Rectangle

from mimika.data.faces import SIDE
from mimika.emotions import COLORS, EMOTIONS
from mimika.figures.style import (
    ACCENT,
    INK,
    PAGE_WIDTH,
    PAPER,
    SECOND,
    SMALL_SIZE,
    heading_inches,
    say,
    styled,
)
from mimika.figures.wording import amount, percent, readable
from mimika.language import ENGLISH, Texts
from mimika.models.layers import Layer, layers
from mimika.recipe import AnyArchitecture, Architecture, Recipe

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


@styled
def drawing(recipe: Recipe, texts: Texts = ENGLISH) -> Figure:
    """A recipe's network from the face to the seven emotions: a block per layer, below each its sizes and parameters.

    A block is as high as its side and as deep as it has channels.
    """
    architecture = recipe.architecture
    plan = layers(architecture)
    columns = columns_of(plan, texts)
    rows = _rows(columns, architecture.dropout, texts)
    whole = sum(layer.parameters for layer in plan)
    largest = max(plan, key=lambda layer: layer.parameters)
    title = texts.tell(
        "drawing.title",
        name=readable(recipe.name or recipe.fingerprint),
        parameters=amount(whole),
        share=percent(largest.parameters / whole, 0),
        layer=texts.layer(largest.name),
        costs=amount(sum(layer.multiply_adds for layer in plan)),
    )
    note = _kernels(architecture, texts)
    figure = Figure((PAGE_WIDTH, 1))
    height_points = 17 * len(rows) + 144 + 72 * heading_inches(figure, title, note)
    width_points = PAGE_WIDTH * 72
    figure.set_figheight(height_points / 72)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width_points)
    axes.set_ylim(0, height_points)
    left = 92.0
    step = (width_points - left - 4) / len(columns)
    middle, foot = 17 * len(rows) + 82, 17 * len(rows)
    for number, column in enumerate(columns):
        x = left + step * (number + 0.5)
        _draw_block(axes, column, x, middle, step)
        axes.text(
            x, foot + 14, column.head, ha="center", va="center", fontsize=SMALL_SIZE if step > 46 else SMALL_SIZE - 1
        )
    for number, (head, color, cells) in enumerate(rows):
        y = foot - 17 * (number + 0.5)
        axes.plot([4, width_points - 4], [y + 8.5, y + 8.5], color=INK, alpha=0.14, linewidth=0.7)
        if color:
            axes.add_patch(Rectangle((4, y - 3.5), 7, 7, facecolor=color, linewidth=0))
        axes.text(15 if color else 4, y, head, va="center", fontsize=SMALL_SIZE, alpha=0.85)
        for column_number, cell in enumerate(cells):
            axes.text(left + step * (column_number + 0.5), y, cell, ha="center", va="center", fontsize=SMALL_SIZE - 0.5)
    say(figure, title, note)
    return figure


def _kernels(architecture: AnyArchitecture, texts: Texts) -> str:
    """How large the kernels are, where they are not 3×3 as everywhere else."""
    if isinstance(architecture, Architecture) or architecture.kernel == 3:
        return ""
    return texts.tell("drawing.kernels", side=architecture.kernel)


def _rows(columns: Sequence[Column], dropout: float, texts: Texts) -> list[tuple[str, str, list[str]]]:
    """The table below the blocks: title, color of the mark, a cell a column; rows without content are left out."""
    channels, sides, weights, costs = ["1"], [str(SIDE)], [""], [""]
    for column in columns[1:]:
        assert column.main is not None
        channels.append(str(column.main.output[0]))
        pooled = column.extras.get("pooling")
        side = str(column.main.output[1]) if len(column.main.output) == 3 else ""
        sides.append(f"{side} → {pooled.output[1]}" if pooled else side)
        weights.append(amount(column.main.parameters))
        costs.append(amount(sum(layer.multiply_adds for layer in (column.main, *column.extras.values()))))
    rows = [
        (texts.tell("drawing.channels"), "", channels),
        (texts.tell("drawing.side"), "", sides),
        (texts.tell("drawing.weights"), ACCENT, weights),
        *(
            (texts.tell(key), color, [amount(c.extras[kind].parameters) if kind in c.extras else "" for c in columns])
            for kind, key, color in EXTRAS
        ),
        (
            texts.tell("drawing.dropout"),
            "",
            [f"{dropout:g}" if "dropout" in column.extras else "" for column in columns],
        ),
        (texts.tell("drawing.multiply_adds"), "", costs),
    ]
    return [row for row in rows if any(row[2])]


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


def _draw_block(axes: Axes, column: Column, x: float, middle: float, step: float) -> None:
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
        for number, color in enumerate(COLORS.values()):
            axes.add_patch(Circle((x, middle + 11 * (3 - number)), 4.2, facecolor=color, linewidth=0))
        return
    height = min(100.0, 92 * (units / 512) ** 0.5)
    axes.add_patch(Rectangle((x - 3.5, middle - height / 2), 7, height, facecolor=ACCENT, alpha=0.85, linewidth=0))
