"""The picture of a study: stage by stage, every network at its accuracy, a line from each base to the winner."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from mimika.figures.labels import settle, spread, units_per_point
from mimika.figures.path_layout import (
    LEADER,
    SIZE,
    Column,
    PathPoint,
    PathStage,
    ceiling_of,
    columns_of,
    height_of,
    labels_of,
    leader,
    lines_of,
    make_room,
    reference_way,
    title_of_stage,
)
from mimika.figures.style import (
    ACCENT,
    BEHIND,
    INK,
    MUTED,
    PAPER,
    accuracy_window,
    new_figure,
    percent_axis,
    readable_step,
    say,
    styled,
    tip,
)
from mimika.figures.wording import percent, readable
from mimika.language import ENGLISH, Texts


@styled
def path(stages: Sequence[PathStage], texts: Texts = ENGLISH) -> Figure:
    """The way of a study: stages as columns, networks as dots with 95 % intervals, bases joined to winners.

    `stages` holds at least one stage, each at least one network.
    """
    figure, (axes,) = new_figure(max(6.0, 1.9 * len(stages)), 5.4)
    every = [point for stage in stages for point in stage.points]
    references = [point.reference for point in every if point.reference is not None]
    low, high = accuracy_window(
        [*((point.accuracy, point.interval) for point in every), *((value, (value, value)) for value in references)]
    )
    axes.set_ylim(low, high)
    axes.grid(False, axis="x")
    percent_axis(axes.yaxis, readable_step(high - low))
    axes.tick_params(labelsize=SIZE)
    axes.xaxis.tick_top()
    _head(axes, [0] * len(stages), stages, texts)
    note = texts.tell("path.note")
    if any(stage.base for stage in stages):
        note += texts.tell("path.note.line")
    if references:
        note += texts.tell("path.note.reference")
    if sum(bool(stage.reference) for stage in stages) > 1:
        note += texts.tell("path.note.reference.winners")
    if any(value < low for value in [*(point.accuracy for point in every), *references]):
        note += texts.tell("path.note.below")
    settle(figure)
    width = axes.get_window_extent().width * 72 / figure.dpi
    columns = columns_of(stages, texts, width)
    whole = columns[-1].right
    figure.set_figwidth(figure.get_figwidth() + (whole - width) / 72)
    axes.set_xlim(0, whole)
    for column in columns[:-1]:
        axes.axvline(column.right, color=INK, alpha=0.14, linewidth=0.7, zorder=0.5)
    # Many names in one stage make the picture higher: title, winner and half of the rest of the axis come on top.
    tallest = max(sum(map(height_of, column.names)) for column in columns)
    figure.set_figheight(max(5.4, (tallest + 230) / 72))
    say(figure, _title(stages, texts), note, SIZE - 1.5)
    settle(figure)
    _head(axes, [column.left for column in columns], stages, texts)
    make_room(axes, columns)
    _draw(axes, columns, texts)
    return figure


def _head(axes: Axes, places: Iterable[float], stages: Sequence[PathStage], texts: Texts) -> None:
    """Write the titles of the stages over their columns."""
    titles = [title_of_stage(stage, texts) for stage in stages]
    axes.set_xticks(list(places), titles, ha="left", fontsize=SIZE + 1, fontweight="bold")


def _title(stages: Sequence[PathStage], texts: Texts) -> str:
    winners = [(stage, point) for stage in stages for point in stage.points if point.winner]
    if not winners:
        return texts.tell("path.title.none")
    if len(winners) == 1:
        stage, point = winners[0]
        return texts.tell(
            "path.title.one", name=readable(point.name), stage=stage.title, accuracy=percent(point.accuracy)
        )
    way = " → ".join(f"{100 * point.accuracy:.1f}" for _, point in winners)
    return texts.tell("path.title", way=way, name=readable(winners[-1][1].name))


def _draw(axes: Axes, columns: Sequence[Column], texts: Texts) -> None:
    """Dots, lines and names; the figure is settled, so a point of type is known in units of the axes."""
    up = units_per_point(axes)[1]
    foot = axes.get_ylim()[0] + 8 * up
    for column in columns:
        for x, point in zip(column.xs, column.stage.points, strict=True):
            _draw_point(axes, x, point, foot, texts)
        _name_winner(axes, column)
        ceiling = ceiling_of(column, columns)
        _name_others(axes, column, axes.get_ylim()[1] if ceiling is None else ceiling - 5 * up)
    for xs, ys in lines_of(columns):
        axes.plot(xs, ys, color=ACCENT, linewidth=2.6, zorder=2.5)
    axes.plot(*np.transpose(reference_way(columns)), color=INK, alpha=0.45, linewidth=1.1, linestyle=":", zorder=1.4)


def _draw_point(axes: Axes, x: float, point: PathPoint, foot: float, texts: Texts) -> None:
    """A network's dot and interval, and the diamond of the other study; at the foot what lies below the axis."""
    low, color = axes.get_ylim()[0], ACCENT if point.winner else INK
    if point.reference is not None:
        beyond = point.reference < low
        (mark,) = axes.plot(
            x,
            foot if beyond else point.reference,
            "v" if beyond else "D",
            color=PAPER,
            markersize=5,
            markeredgecolor=to_rgba(INK, 0.7),
            markeredgewidth=1,
            zorder=3.2,
        )
        tip(mark, texts.tell("path.tip.reference", name=point.name, accuracy=percent(point.reference)))
    below = point.accuracy < low
    if not below:
        axes.plot([x, x], point.interval, color=color, alpha=0.35, linewidth=2.4, zorder=2, solid_capstyle="butt")
    (dot,) = axes.plot(
        x,
        foot if below else point.accuracy,
        "v" if below else "o",
        color=color,
        zorder=3,
        markeredgecolor=PAPER,
        markeredgewidth=1.2,
        alpha=1 if point.winner else MUTED,
        markersize=11 if point.winner else 8,
    )
    tip(
        dot,
        texts.tell(
            "path.tip",
            name=point.name,
            accuracy=percent(point.accuracy),
            low=percent(point.interval[0]),
            high=percent(point.interval[1]),
        ),
    )


def _name_winner(axes: Axes, column: Column) -> None:
    """Write a winner's accuracy, the largest type of the picture, and below it the name, above all intervals."""
    if column.winner is None:
        return
    up = units_per_point(axes)[1]
    lowest = column.top + 5 * up
    axes.text(
        column.left,
        lowest,
        column.winner_name,
        fontsize=SIZE,
        va="bottom",
        linespacing=1.1,
        bbox=BEHIND,
        zorder=2.6,
    )
    axes.text(
        column.left,
        lowest + height_of(column.winner_name) * up,
        percent(column.winner.accuracy),
        fontsize=SIZE + 4,
        fontweight="bold",
        color=ACCENT,
        va="bottom",
        bbox=BEHIND,
        zorder=2.6,
    )


def _name_others(axes: Axes, column: Column, ceiling: float) -> None:
    """Write a column's labels on the right of the dots, none on another and all below the ceiling."""
    up = units_per_point(axes)[1]
    low = axes.get_ylim()[0]
    labels = labels_of(column, low)
    heights = [max(value, low + 8 * up) for value, _, _ in labels]
    places = spread(heights, [height_of(text) * up for *_, text in labels], low - 4 * up, ceiling)
    dots = [(x, point.accuracy / up) for x, point in zip(column.xs, column.stage.points, strict=True)]
    end, floor = column.names_x - 2, -math.inf
    for (_, x, text), own, y in zip(labels, heights, places, strict=True):
        turns = leader((x, own / up), (end, y / up), dots, floor)
        floor = turns[1] + 2  # from the lowest name up, so that no line meets the one before
        axes.plot(
            [x, end - LEADER / 2, end], [turn * up for turn in turns], color=INK, alpha=0.3, linewidth=0.7, zorder=1
        )
        axes.text(column.names_x, y, text, fontsize=SIZE, va="center", linespacing=1.1, bbox=BEHIND, zorder=1.6)
