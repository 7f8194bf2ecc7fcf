"""The picture of a study: stage by stage, every network at its accuracy, a line from each base to the winner."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mimika.figures.labels import settle, spread, units_per_point
from mimika.figures.style import (
    ACCENT,
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
from mimika.figures.wording import percent, readable, wrapped
from mimika.language import ENGLISH, Texts
from mimika.wording import listed

SIZE: Final = 11.5
"""Type is large for the width: a phone shows this picture at half of its size."""

LINE: Final = 1.2 * SIZE
"""Points (1/72 inch) from one line of type to the next."""

FIGURE: Final = 1.25 * (SIZE + 4)
"""Points that a winner's figure is high."""

DOTS: Final = 34.0
"""Points of a column across which its dots are spread; names follow on the right."""


@dataclass(frozen=True, kw_only=True)
class PathPoint:
    """One network of a stage; shares from 0 to 1. `reference` is what another study reports for it."""

    name: str
    accuracy: float
    interval: tuple[float, float]
    winner: bool = False
    reference: float | None = None


@dataclass(frozen=True, kw_only=True)
class PathStage:
    """One stage and its networks, in the order in which they are tried; one of them wins at most.

    Attributes:
        base: the network that the stage starts from; a first stage has none.
        reference: the network that another study chose in this stage, if it has one.
    """

    title: str
    points: tuple[PathPoint, ...]
    base: str = ""
    reference: str = ""

    def __post_init__(self) -> None:
        winners = [point.name for point in self.points if point.winner]
        if len(winners) > 1:
            raise ValueError(f"{self.title}: {listed(winners)} win, but a stage has one winner at most.")

    @property
    def winner(self) -> PathPoint | None:
        """The network that wins the stage, once there is one."""
        return next((point for point in self.points if point.winner), None)


@styled
def path(stages: Sequence[PathStage], texts: Texts = ENGLISH) -> Figure:
    """The way of a study: stages as columns, networks as dots with 95 % intervals, bases joined to winners.

    `stages` holds at least one stage, each at least one network.
    """
    figure, (axes,) = new_figure(max(6.0, 1.9 * len(stages)), 5.4)
    every = [point for stage in stages for point in stage.points]
    references = [point.reference for point in every if point.reference is not None]
    low, high = accuracy_window([*(point.accuracy for point in every), *references])
    axes.set_xlim(0, len(stages))
    axes.set_ylim(low, high)
    axes.grid(False, axis="x")
    percent_axis(axes.yaxis, readable_step(high - low))
    axes.tick_params(labelsize=SIZE)
    axes.xaxis.tick_top()
    _head(axes, range(len(stages)), stages, texts)
    for number in range(1, len(stages)):
        axes.axvline(number, color=INK, alpha=0.14, linewidth=0.7, zorder=0.5)
    note = texts.tell("path.note")
    if references:
        note += texts.tell("path.note.reference")
    if sum(bool(stage.reference) for stage in stages) > 1:
        note += texts.tell("path.note.reference.winners")
    if any(value < low for value in [*(point.accuracy for point in every), *references]):
        note += texts.tell("path.note.below")
    settle(figure)
    columns = _columns(axes, stages, texts)
    # Many names in one stage make the picture higher: title, winner and half of the rest of the axis come on top.
    tallest = max(sum(map(_height, column.names)) for column in columns)
    figure.set_figheight(max(5.4, (tallest + 230) / 72))
    say(figure, _title(stages, texts), note, SIZE - 1.5)
    settle(figure)
    _head(axes, [column.left for column in columns], stages, texts)
    _make_room(axes, columns)
    _draw(axes, columns, texts)
    return figure


def _head(axes: Axes, places: Iterable[float], stages: Sequence[PathStage], texts: Texts) -> None:
    """Write the titles of the stages over their columns."""
    titles = [texts.tell("path.stage", stage=stage.title) for stage in stages]
    axes.set_xticks(list(places), titles, ha="left", fontsize=SIZE + 1, fontweight="bold")


@dataclass(frozen=True, kw_only=True)
class _Column:
    """Where a stage stands: its left and right edge, its dots, and where on the right of them the names start."""

    stage: PathStage
    left: float
    right: float
    xs: Sequence[float]
    names_x: float
    winner_name: str
    names: Sequence[str]
    """Of the networks in their order; empty for the winner, whose name stands elsewhere."""

    @property
    def winner(self) -> PathPoint | None:
        """The stage's winner, once there is one."""
        return self.stage.winner

    @property
    def top(self) -> float:
        """Where the highest interval ends."""
        return max(point.interval[1] for point in self.stage.points)

    def place(self, name: str) -> tuple[float, PathPoint] | None:
        """Where a network of the stage stands across the axes, and the network."""
        places = zip(self.xs, self.stage.points, strict=True)
        return next(((x, point) for x, point in places if point.name == name), None)


def _columns(axes: Axes, stages: Sequence[PathStage], texts: Texts) -> list[_Column]:
    """Lay out the stages across the settled axes; a network is named by what it adds to its stage's base."""
    across = units_per_point(axes)[0]
    columns: list[_Column] = []
    before = ""
    for number, stage in enumerate(stages):
        gap = min(10.0, DOTS / max(1, len(stage.points) - 1))
        xs = [number + (10 + gap * place) * across for place in range(len(stage.points))]
        names_x = xs[-1] + 12 * across
        letters = max(9, int((number + 1 - names_x) / across / (0.56 * SIZE)))
        winner = stage.winner
        columns.append(
            _Column(
                stage=stage,
                left=number + 5 * across,
                right=number + 1.0,
                xs=xs,
                names_x=names_x,
                winner_name=wrapped(
                    _short(winner.name, stage, before, texts) if stage.base == before else readable(winner.name),
                    int(0.95 / across / (0.56 * SIZE)),
                )
                if winner
                else "",
                names=[
                    ""
                    if point is winner
                    else wrapped(f"{100 * point.accuracy:.1f} {_short(point.name, stage, before, texts)}", letters)
                    for point in stage.points
                ],
            )
        )
        before = winner.name if winner else before
    return columns


def _height(name: str) -> float:
    """Points (1/72 inch) that a name is high."""
    return LINE * (name.count("\n") + 1) if name else 0.0


def _make_room(axes: Axes, columns: Sequence[_Column]) -> None:
    """Move the ends of the axis apart until the names fit: the winners' above their dots, the others' below."""
    low, high = axes.get_ylim()
    whole = (high - low) / units_per_point(axes)[1]
    # What one end gains takes from the other: the second pass settles it.
    for _ in range(2):
        for column in columns:
            above = 5 + (_height(column.winner_name) + FIGURE if column.winner else 0.0)
            high = max(high, (column.top * whole - above * low) / (whole - above))
        for column in columns:
            below = min(sum(_height(text) for *_, text in _labels(column, low)) + 8, 0.85 * whole)
            ceiling = _ceiling(column, columns)
            if ceiling is not None:
                low = min(low, (ceiling * whole - below * high) / (whole - below))
    axes.set_ylim(max(0.0, low), high)


def _labels(column: _Column, low: float) -> list[tuple[float, float, str]]:
    """What stands on the right of a column's dots, from the lowest up: the accuracy, the place across and the text.

    That are all networks but the winner, and the figures of the other study that lie below the axis.
    """
    labels = []
    for x, point, name in zip(column.xs, column.stage.points, column.names, strict=True):
        if name:
            labels.append((point.accuracy, x, name))
        if point.reference is not None and point.reference < low:
            labels.append((point.reference, x, f"▽ {100 * point.reference:.1f}"))
    return sorted(labels)


def _ceiling(column: _Column, columns: Sequence[_Column]) -> float | None:
    """What this column's names stay below: its winner, and every line that passes on the right of the dots."""
    heights = [column.winner.accuracy] if column.winner else []
    for xs, ys in _lines(columns):
        heights += [float(np.interp(x, xs, ys)) for x in (column.names_x, column.right) if xs[0] <= x <= xs[1]]
    return min(heights, default=None)


def _lines(columns: Sequence[_Column]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The xs and the ys of each stage's line: from its base, where that was tried last before, to its winner."""
    lines = []
    for number, column in enumerate(columns):
        start = next(filter(None, (one.place(column.stage.base) for one in (*columns[:number][::-1], column))), None)
        end = column.place(column.winner.name) if column.winner else None
        if start and end:
            lines.append(((start[0], end[0]), (start[1].accuracy, end[1].accuracy)))
    return lines


def _reference_way(columns: Sequence[_Column]) -> list[tuple[float, float]]:
    """Where the choices of the other study stand; a stage without one parts the line."""
    places = [column.place(column.stage.reference) for column in columns]
    return [
        (place[0], place[1].reference) if place and place[1].reference is not None else (math.nan, math.nan)
        for place in places
    ]


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


def _draw(axes: Axes, columns: Sequence[_Column], texts: Texts) -> None:
    """Dots, lines and names; the figure is settled, so a point of type is known in units of the axes."""
    up = units_per_point(axes)[1]
    foot = axes.get_ylim()[0] + 8 * up
    for column in columns:
        for x, point in zip(column.xs, column.stage.points, strict=True):
            _draw_point(axes, x, point, foot, texts)
        _name_winner(axes, column)
        ceiling = _ceiling(column, columns)
        _name_others(axes, column, axes.get_ylim()[1] if ceiling is None else ceiling - 5 * up)
    for xs, ys in _lines(columns):
        axes.plot(xs, ys, color=ACCENT, linewidth=2.6, zorder=2.5)
    axes.plot(*np.transpose(_reference_way(columns)), color=INK, alpha=0.45, linewidth=1.1, linestyle=":", zorder=1.4)


def _draw_point(axes: Axes, x: float, point: PathPoint, foot: float, texts: Texts) -> None:
    """A network's dot and interval, and the diamond of the other study; at the foot what lies below the axis."""
    low, color = axes.get_ylim()[0], ACCENT if point.winner else INK
    if point.reference is not None:
        beyond = point.reference < low
        (mark,) = axes.plot(
            x,
            foot if beyond else point.reference,
            "v" if beyond else "D",
            color="none",
            markersize=5,
            markeredgecolor=INK,
            alpha=0.55,
            markeredgewidth=1,
            zorder=2,
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


def _name_winner(axes: Axes, column: _Column) -> None:
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
        bbox=_BEHIND,
        zorder=2.6,
    )
    axes.text(
        column.left,
        lowest + _height(column.winner_name) * up,
        percent(column.winner.accuracy),
        fontsize=SIZE + 4,
        fontweight="bold",
        color=ACCENT,
        va="bottom",
        bbox=_BEHIND,
        zorder=2.6,
    )


def _name_others(axes: Axes, column: _Column, ceiling: float) -> None:
    """Write a column's labels on the right of the dots, none on another and all below the ceiling."""
    across, up = units_per_point(axes)
    low = axes.get_ylim()[0]
    labels = _labels(column, low)
    heights = [max(value, low + 8 * up) for value, _, _ in labels]
    places = spread(heights, [_height(text) * up for *_, text in labels], low - 4 * up, ceiling)
    for (_, x, text), own, y in zip(labels, heights, places, strict=True):
        axes.plot([x, column.names_x], [own, y], color=INK, alpha=0.25, linewidth=0.7, zorder=1)
        axes.text(
            column.names_x + 2 * across, y, text, fontsize=SIZE, va="center", linespacing=1.1, bbox=_BEHIND, zorder=1.6
        )


_BEHIND: Final = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}
"""Hides the lines that pass behind a name."""


def _short(name: str, stage: PathStage, before: str, texts: Texts) -> str:
    """A network's name by what it adds to its stage's base; in full where it does not build on it."""
    if stage.base and name == stage.base == before:
        return texts.tell("path.before")
    if stage.base and name.startswith(f"{stage.base}+"):
        added = name.removeprefix(f"{stage.base}+").replace("_", "\u00a0")
        return " ".join(f"+{part}" for part in added.split("+"))
    return readable(name)
