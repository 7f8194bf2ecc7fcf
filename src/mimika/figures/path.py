"""The picture of a study: stage by stage, every network at its accuracy, the winners joined."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

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
    say,
    styled,
    tip,
)
from mimika.figures.wording import percent, readable, wrapped

SIZE: Final = 11.5
"""Type is large for the width: a phone shows this picture at half of its size."""

LINE: Final = 1.2 * SIZE
"""Points (1/72 inch) from one line of type to the next."""

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
    """One stage and its networks, in the order in which they are tried."""

    title: str
    points: tuple[PathPoint, ...]


@styled
def path(stages: Sequence[PathStage]) -> Figure:
    """The way of a study: stages as columns, networks as dots with 95 % intervals, the winners joined by a line.

    `stages` holds at least one stage, each at least one network.
    """
    figure, (axes,) = new_figure(6.3 if len(stages) <= 3 else 7.5, 5.4)
    every = [point for stage in stages for point in stage.points]
    references = [point.reference for point in every if point.reference is not None]
    low, high = accuracy_window([*(point.accuracy for point in every), *references])
    axes.set_xlim(0, len(stages))
    axes.set_ylim(low, high)
    axes.grid(False, axis="x")
    percent_axis(axes.yaxis, 0.05)
    axes.tick_params(labelsize=SIZE)
    axes.xaxis.tick_top()
    axes.set_xticks([number + 0.04 for number in range(len(stages))], [stage.title for stage in stages], ha="left")
    for label in axes.get_xticklabels():
        label.set(fontsize=SIZE + 1, fontweight="bold")
    for number in range(1, len(stages)):
        axes.axvline(number, color=INK, alpha=0.14, linewidth=0.7)
    note = "Dots: networks on validation, with 95\u00a0% intervals. Line: the winners."
    if references:
        note += " Diamonds: the reference study."
    if any(value < low for value in [*(point.accuracy for point in every), *references]):
        note += " Triangles lie below the axis."
    say(figure, _title(stages), note, SIZE - 1.5)
    settle(figure)
    _make_room(axes, stages)
    _draw(axes, stages)
    return figure


def _make_room(axes: Axes, stages: Sequence[PathStage]) -> None:
    """Raise the top of the axis until the names of all winners fit below it."""
    low, high = axes.get_ylim()
    points_high = (high - low) / units_per_point(axes)[1]
    for stage, before in zip(stages, _winners_before(stages), strict=True):
        for point in stage.points:
            needed = 5 + _name_height(_winner_name(point, before, stages)) if point.winner else 5
            high = max(high, (point.interval[1] * points_high - needed * low) / (points_high - needed))
    axes.set_ylim(low, high)


def _title(stages: Sequence[PathStage]) -> str:
    winners = [(stage, point) for stage in stages for point in stage.points if point.winner]
    if not winners:
        return "No stage has a winner yet"
    if len(winners) == 1:
        stage, point = winners[0]
        return f"{readable(point.name)} wins {stage.title} with {percent(point.accuracy)}"
    way = " → ".join(f"{100 * point.accuracy:.1f}" for _, point in winners)
    return f"{way}\u00a0%: {readable(winners[-1][1].name)}"


def _winners_before(stages: Sequence[PathStage]) -> list[str]:
    """For each stage, the winner it starts from; empty where there is none yet."""
    before = [""]
    for stage in stages:
        before.append(next((point.name for point in stage.points if point.winner), before[-1]))
    return before[:-1]


def _draw(axes: Axes, stages: Sequence[PathStage]) -> None:
    """Dots, lines and names; the figure is settled, so a point of type is known in units of the axes."""
    across, up = units_per_point(axes)
    foot = axes.get_ylim()[0] + 8 * up
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for number, (stage, before) in enumerate(zip(stages, _winners_before(stages), strict=True)):
        gap = min(10.0, DOTS / max(1, len(stage.points) - 1))
        xs = [number + (10 + gap * place) * across for place in range(len(stage.points))]
        for x, point in zip(xs, stage.points, strict=True):
            _draw_point(axes, x, point, foot)
            if point.winner:
                _name_winner(axes, number + 5 * across, point, before, stages)
                ours.append((x, point.accuracy))
                theirs.append((x, point.reference if point.reference is not None else math.nan))
        _name_others(axes, stage, xs, number + 1, before)
    axes.plot([x for x, _ in ours], [y for _, y in ours], color=ACCENT, linewidth=2.6, zorder=2.5)
    axes.plot([x for x, _ in theirs], [y for _, y in theirs], color=INK, alpha=0.4, linewidth=1.1, linestyle=":")


def _draw_point(axes: Axes, x: float, point: PathPoint, foot: float) -> None:
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
        tip(mark, f"{point.name} in the reference study: {percent(point.reference)}")
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
        f"{point.name}: {percent(point.accuracy)} ({percent(point.interval[0])} to {percent(point.interval[1])})",
    )


def _winner_name(point: PathPoint, before: str, stages: Sequence[PathStage]) -> str:
    """The name above a winner, in lines as long as its column allows."""
    return wrapped(_short(point.name, before), 20 if len(stages) <= 3 else 15)


def _name_height(name: str) -> float:
    """Points that a winner's name and the figure above it are high."""
    return LINE * (name.count("\n") + 1) + 1.25 * (SIZE + 4)


def _name_winner(axes: Axes, x: float, point: PathPoint, before: str, stages: Sequence[PathStage]) -> None:
    """Write a winner's accuracy, the largest type of the picture, and below it the name, above its interval."""
    up = units_per_point(axes)[1]
    name = _winner_name(point, before, stages)
    top = point.interval[1] + 5 * up
    axes.text(x, top, name, fontsize=SIZE, va="bottom", linespacing=1.1)
    axes.text(
        x,
        top + LINE * (name.count("\n") + 1) * up,
        percent(point.accuracy),
        fontsize=SIZE + 4,
        fontweight="bold",
        color=ACCENT,
        va="bottom",
    )


def _name_others(axes: Axes, stage: PathStage, xs: Sequence[float], right: float, before: str) -> None:
    """Name the other networks on the right of the dots, none on another and none on the line of the winners."""
    across, up = units_per_point(axes)
    low, high = axes.get_ylim()
    x = max(xs) + 12 * across
    letters = max(9, int((right - x) / across / (0.56 * SIZE)))
    winner = next((point for point in stage.points if point.winner), None)
    # The line leaves the winner to the right: names of lesser networks stay below it, of better ones above.
    sides: list[tuple[float, float, Callable[[PathPoint], bool]]] = [
        (
            low - 4 * up,
            winner.accuracy - 5 * up if winner else high,
            lambda p: not winner or p.accuracy <= winner.accuracy,
        ),
        (
            winner.accuracy + 5 * up if winner else low,
            high,
            lambda p: winner is not None and p.accuracy > winner.accuracy,
        ),
    ]
    for bottom, top, belongs in sides:
        group = [(dot, p) for dot, p in zip(xs, stage.points, strict=True) if not p.winner and belongs(p)]
        texts = [wrapped(f"{100 * p.accuracy:.1f} {_short(p.name, before)}", letters) for _, p in group]
        heights = [max(p.accuracy, low + 8 * up) for _, p in group]
        sizes = [LINE * (text.count("\n") + 1) * up for text in texts]
        for (dot, _), text, own, y in zip(group, texts, heights, spread(heights, sizes, bottom, top), strict=True):
            axes.plot([dot, x], [own, y], color=INK, alpha=0.25, linewidth=0.7, zorder=1)
            axes.text(x + 2 * across, y, text, fontsize=SIZE, va="center", linespacing=1.1, bbox=_BEHIND)


_BEHIND: Final = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}
"""Hides the lines that pass behind a name."""


def _short(name: str, before: str) -> str:
    """A network's name by what it adds to the winner before; in full where it does not build on it."""
    if before and name == before:
        return "as before"
    if before and name.startswith(f"{before}+"):
        added = name.removeprefix(f"{before}+").replace("_", "\u00a0")
        return " ".join(f"+{part}" for part in added.split("+"))
    return readable(name)
