"""Where everything on the picture of a study stands: its columns, dots, names and lines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes

from mimika.figures.labels import units_per_point
from mimika.figures.wording import readable, wrapped
from mimika.language import Texts
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


@dataclass(frozen=True, kw_only=True)
class Column:
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


def columns_of(axes: Axes, stages: Sequence[PathStage], texts: Texts) -> list[Column]:
    """Lay out the stages across the settled axes; a network is named by what it adds to its stage's base."""
    across = units_per_point(axes)[0]
    columns: list[Column] = []
    before = ""
    for number, stage in enumerate(stages):
        gap = min(10.0, DOTS / max(1, len(stage.points) - 1))
        xs = [number + (10 + gap * place) * across for place in range(len(stage.points))]
        names_x = xs[-1] + 12 * across
        letters = max(9, int((number + 1 - names_x) / across / (0.56 * SIZE)))
        winner = stage.winner
        columns.append(
            Column(
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


def height_of(name: str) -> float:
    """Points (1/72 inch) that a name is high."""
    return LINE * (name.count("\n") + 1) if name else 0.0


def make_room(axes: Axes, columns: Sequence[Column]) -> None:
    """Move the ends of the axis apart until the names fit: the winners' above their dots, the others' below."""
    low, high = axes.get_ylim()
    whole = (high - low) / units_per_point(axes)[1]
    # What one end gains takes from the other: the second pass settles it.
    for _ in range(2):
        for column in columns:
            above = 5 + (height_of(column.winner_name) + FIGURE if column.winner else 0.0)
            high = max(high, (column.top * whole - above * low) / (whole - above))
        for column in columns:
            below = min(sum(height_of(text) for *_, text in labels_of(column, low)) + 8, 0.85 * whole)
            ceiling = ceiling_of(column, columns)
            if ceiling is not None:
                low = min(low, (ceiling * whole - below * high) / (whole - below))
    axes.set_ylim(max(0.0, low), high)


def labels_of(column: Column, low: float) -> list[tuple[float, float, str]]:
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


def ceiling_of(column: Column, columns: Sequence[Column]) -> float | None:
    """What this column's names stay below: its winner, and every line that passes on the right of the dots."""
    heights = [column.winner.accuracy] if column.winner else []
    for xs, ys in lines_of(columns):
        heights += [float(np.interp(x, xs, ys)) for x in (column.names_x, column.right) if xs[0] <= x <= xs[1]]
    return min(heights, default=None)


def lines_of(columns: Sequence[Column]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The xs and the ys of each stage's line: from its base, where that was tried last before, to its winner."""
    lines = []
    for number, column in enumerate(columns):
        start = next(filter(None, (one.place(column.stage.base) for one in (*columns[:number][::-1], column))), None)
        end = column.place(column.winner.name) if column.winner else None
        if start and end:
            lines.append(((start[0], end[0]), (start[1].accuracy, end[1].accuracy)))
    return lines


def reference_way(columns: Sequence[Column]) -> list[tuple[float, float]]:
    """Where the choices of the other study stand; a stage without one parts the line."""
    places = [column.place(column.stage.reference) for column in columns]
    return [
        (place[0], place[1].reference) if place and place[1].reference is not None else (math.nan, math.nan)
        for place in places
    ]


def _short(name: str, stage: PathStage, before: str, texts: Texts) -> str:
    """A network's name by what it adds to its stage's base; in full where it does not build on it."""
    if stage.base and name == stage.base == before:
        return texts.tell("path.before")
    if stage.base and name.startswith(f"{stage.base}+"):
        added = name.removeprefix(f"{stage.base}+").replace("_", "\u00a0")
        return " ".join(f"+{part}" for part in added.split("+"))
    return readable(name)
