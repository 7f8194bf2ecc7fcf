"""The picture of a network: how it is built, layer by layer."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mimika.data.faces import SIDE
from mimika.figures.blocks import EXTRAS, Column, columns_of, draw_block
from mimika.figures.style import (
    ACCENT,
    INK,
    PAGE_WIDTH,
    SMALL_SIZE,
    say,
    styled,
)
from mimika.figures.wording import amount, percent
from mimika.language import ENGLISH, Texts
from mimika.models.layers import layers
from mimika.recipe import AnyArchitecture, Architecture


@styled
def drawing(architecture: AnyArchitecture, texts: Texts = ENGLISH) -> Figure:
    """The network from the face to the seven emotions: one block per layer, below each its sizes and parameters.

    A block is as high as its side and as deep as it has channels.
    """
    plan = layers(architecture)
    columns = columns_of(plan, texts)
    rows = _rows(columns, architecture.dropout, texts)
    height_points = 17 * len(rows) + 194
    width_points = PAGE_WIDTH * 72
    figure = Figure((PAGE_WIDTH, height_points / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width_points)
    axes.set_ylim(0, height_points)
    left = 92.0
    step = (width_points - left - 4) / len(columns)
    middle, foot = 17 * len(rows) + 82, 17 * len(rows)
    for number, column in enumerate(columns):
        x = left + step * (number + 0.5)
        draw_block(axes, column, x, middle, step)
        axes.text(
            x, foot + 14, column.head, ha="center", va="center", fontsize=SMALL_SIZE if step > 46 else SMALL_SIZE - 1
        )
    for number, (title, color, cells) in enumerate(rows):
        y = foot - 17 * (number + 0.5)
        axes.plot([4, width_points - 4], [y + 8.5, y + 8.5], color=INK, alpha=0.14, linewidth=0.7)
        if color:
            axes.add_patch(Rectangle((4, y - 3.5), 7, 7, facecolor=color, linewidth=0))
        axes.text(15 if color else 4, y, title, va="center", fontsize=SMALL_SIZE, alpha=0.85)
        for column_number, cell in enumerate(cells):
            axes.text(left + step * (column_number + 0.5), y, cell, ha="center", va="center", fontsize=SMALL_SIZE - 0.5)
    whole = sum(layer.parameters for layer in plan)
    largest = max(plan, key=lambda layer: layer.parameters)
    say(
        figure,
        texts.tell(
            "drawing.title",
            parameters=amount(whole),
            share=percent(largest.parameters / whole, 0),
            layer=texts.layer(largest.name),
            costs=amount(sum(layer.multiply_adds for layer in plan)),
        ),
        _kernels(architecture, texts),
    )
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
