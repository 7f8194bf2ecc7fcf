"""Where everything on the picture of a study stands: its columns, dots, names and lines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes

from mimika.figures.labels import units_per_point
from mimika.figures.style import fitted, width_of
from mimika.figures.wording import readable
from mimika.language import Texts

SIZE: Final = 11.5
"""Type is large for the width: a phone shows this picture at half of its size."""

LINE: Final = 1.2 * SIZE
"""Points (1/72 inch) from one line of type to the next."""

FIGURE: Final = 1.25 * (SIZE + 4)
"""Points that a winner's figure is high."""

DOTS: Final = 34.0
"""Points of a column across which its dots are spread; names follow on the right."""

LEADER: Final = 14.0
"""Points from the last dot of a column to its names."""

EDGE: Final = 5.0
"""Points between the edge of a column and what is written in it."""

CLEAR: Final = 6.0
"""Points from the middle of a dot at which a line does not seem to end on it."""


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

    @property
    def winner(self) -> PathPoint | None:
        """The network that wins the stage, once there is one."""
        return next((point for point in self.points if point.winner), None)


@dataclass(frozen=True, kw_only=True)
class Column:
    """Where a stage stands, in points: its text's and its right edge, its dots, and where right of them names start."""

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
        """Where the highest interval ends, or the highest diamond stands."""
        return max(max(point.interval[1], point.reference or 0.0) for point in self.stage.points)

    def place(self, name: str) -> tuple[float, PathPoint] | None:
        """Where a network of the stage stands across the axes, and the network."""
        places = zip(self.xs, self.stage.points, strict=True)
        return next(((x, point) for x, point in places if point.name == name), None)


def columns_of(stages: Sequence[PathStage], texts: Texts, width: float) -> list[Column]:
    """Lay out the stages across so many points, or more where a word would not fit into its column.

    A network is named by what it adds to its stage's base.
    """
    named: list[tuple[str, list[str]]] = []
    before = ""
    for stage in stages:
        winner, known = stage.winner, stage.base == before
        winner_name = (_short(winner.name, stage, before, texts) if known else readable(winner.name)) if winner else ""
        short = [_short(point.name, stage, before, texts) for point in stage.points]
        labels = [
            "" if point is winner else _label(point, name) for point, name in zip(stage.points, short, strict=True)
        ]
        named.append((winner_name, labels))
        before = winner.name if winner else before
    needs = [_least_width(stage, *names, texts) for stage, names in zip(stages, named, strict=True)]
    spare = max(0.0, width - sum(needs)) / len(stages)
    columns: list[Column] = []
    left = 0.0
    for stage, (winner_name, names), need in zip(stages, named, needs, strict=True):
        right = left + need + spare
        xs = [left + x for x in _dots(stage)]
        names_x = xs[-1] + LEADER
        columns.append(
            Column(
                stage=stage,
                left=left + EDGE,
                right=right,
                xs=xs,
                names_x=names_x,
                winner_name=fitted(winner_name, right - left - 2 * EDGE, SIZE),
                names=[fitted(name, right - names_x - EDGE, SIZE) for name in names],
            )
        )
        left = right
    return columns


def _dots(stage: PathStage) -> list[float]:
    """Points from a column's edge to each of its dots."""
    gap = min(10.0, DOTS / max(1, len(stage.points) - 1))
    return [10 + gap * place for place in range(len(stage.points))]


def _label(point: PathPoint, name: str) -> str:
    """What stands beside a dot; a short name is not broken from its figure."""
    return f"{100 * point.accuracy:.1f}{' ' if len(name) > 4 else chr(160)}{name}"


def _least_width(stage: PathStage, winner_name: str, names: Sequence[str], texts: Texts) -> float:
    """Points that a column needs for its title and for the longest word of its names."""
    title = width_of(title_of_stage(stage, texts), SIZE + 1, "bold")
    beside = [_dots(stage)[-1] + LEADER + width_of(word, SIZE) for name in names for word in name.split(" ")]
    return max(title + EDGE, *beside, *(EDGE + width_of(word, SIZE) for word in winner_name.split(" "))) + EDGE


def title_of_stage(stage: PathStage, texts: Texts) -> str:
    """What heads a stage's column."""
    return texts.tell("path.stage", stage=stage.title)


def leader(
    start: tuple[float, float],
    end: tuple[float, float],
    dots: Sequence[tuple[float, float]],
    floor: float = -math.inf,
) -> list[float]:
    """The heights at which a thin line leaves its dot, passes the last one and ends at its name; all in points.

    It stays level, or bends to stay off the other dots: below higher ones, above lower ones, as the names stand. It
    passes the last dot no lower than `floor`.
    """
    (x, own), turn = start, end[0] - LEADER / 2

    def clearance(height: float) -> float:
        passed = [(y - np.interp(at, (x, turn), (own, height))) * (1 if y > own else -1) for at, y in dots if at > x]
        return min([CLEAR, *passed])

    bends = sorted(range(-12, 13, 2), key=abs)
    heights = [own + bend for bend in bends if own + bend >= floor] or [floor]
    return [own, max(heights, key=clearance), end[1]]


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
