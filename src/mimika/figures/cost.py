"""The picture of what networks cost for what they reach."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from mimika.figures.labels import settle, spread, units_per_point
from mimika.figures.style import (
    ACCENT,
    INK,
    MUTED,
    PAGE_WIDTH,
    PAPER,
    SECOND,
    SMALL_SIZE,
    TEXT_SIZE,
    accuracy_window,
    new_figure,
    percent_axis,
    readable_step,
    say,
    styled,
    tip,
)
from mimika.figures.wording import amount, percent, readable, round_amount, wrapped
from mimika.language import ENGLISH, Texts


@dataclass(frozen=True, kw_only=True)
class CostPoint:
    """What one network reaches and costs: accuracy and its 95 % interval from 0 to 1, seconds of one training.

    `ties`: a paired test does not tell it from the winner.
    """

    name: str
    accuracy: float
    interval: tuple[float, float]
    parameters: int
    multiply_adds: int
    seconds: float
    winner: bool = False
    ties: bool = False

    @property
    def costs(self) -> tuple[float, float, float]:
        """All that it costs, in the order of the panels."""
        return self.parameters, self.multiply_adds, self.seconds


@styled
def cost(points: Sequence[CostPoint], texts: Texts = ENGLISH) -> Figure:
    """Accuracy against parameters, multiply-adds and seconds of training, with the front in each.

    A network is on a front if none that costs as little reaches as much. The names stand once, on the right, at the
    heights of their networks. There must be one network at least.
    """
    names = [wrapped(f"{100 * point.accuracy:.1f} {readable(point.name)}", 24) for point in points]
    names_height = sum(map(_label_height, names)) / 72
    figure, axes = new_figure(PAGE_WIDTH, max(5.2, 1.7 + names_height), 1, 3, share_y=True)
    # A panel's last tick may be at its edge, and the next one's first, too.
    figure.set_layout_engine("constrained", w_pad=6 / 72)
    titles = (texts.tell("costs.parameters"), texts.tell("costs.multiply_adds"), texts.tell("costs.time"))
    measures = list(zip(titles, zip(*(point.costs for point in points), strict=True), strict=True))
    fronts = [_front([point.accuracy for point in points], costs) for _, costs in measures]
    low, high = accuracy_window((point.accuracy, point.interval) for point in points)
    axes[0].set_ylim(low, high)
    percent_axis(axes[0].yaxis, readable_step(high - low))
    # What lies below the window stands at its foot.
    heights = [max(point.accuracy, low + 0.005) for point in points]
    for number, (panel, (title, costs), front) in enumerate(zip(axes, measures, fronts, strict=True)):
        panel.set_xscale("log")
        panel.set_xlim(min(costs) / 1.6, max(costs) * 1.6)
        panel.set_title(title, loc="left", fontsize=TEXT_SIZE)
        _tick_costs(panel, texts, time=number == len(measures) - 1)
        _draw_points(panel, points=points, costs=costs, heights=heights, front=front, low=low, texts=texts)
    note = texts.tell("costs.note")
    if any(point.accuracy < low for point in points):
        note += texts.tell("costs.note.below")
    say(figure, _cost_title(points, texts), note)
    # The layout makes room for the widest name; where each goes is known only after it.
    longest = max((line for name in names for line in name.split("\n")), key=len)
    axes[-1].annotate(
        longest,
        (1, 0.5),
        (24, 0),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=SMALL_SIZE,
        fontweight="bold",
        alpha=0.0,
    )
    settle(figure)
    for text in list(axes[-1].texts):
        text.remove()
    figure.set_layout_engine("none")
    _name_points(axes[-1], points, names, heights)
    return figure


def _name_points(axes: Axes, points: Sequence[CostPoint], names: Sequence[str], heights: Sequence[float]) -> None:
    """Write the names on the right of the last panel, each tied to its height by a thin line."""
    up = units_per_point(axes)[1]
    sizes = [_label_height(name) * up for name in names]
    low, high = axes.get_ylim()
    for point, name, own, y in zip(points, names, heights, spread(heights, sizes, low - 8 * up, high), strict=True):
        axes.annotate(
            "",
            (1, own),
            (22, (y - own) / up),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            arrowprops={"arrowstyle": "-", "linewidth": 0.7, "color": INK, "alpha": 0.3, "shrinkA": 0, "shrinkB": 0},
            annotation_clip=False,
        )
        axes.annotate(
            name,
            (1, own),
            (25, (y - own) / up),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            fontsize=SMALL_SIZE,
            fontweight="bold" if point.winner else "normal",
            linespacing=1.05,
            annotation_clip=False,
        )


def _label_height(text: str) -> float:
    """Points (1/72 inch) that a name takes up."""
    return 1.15 * SMALL_SIZE * (text.count("\n") + 1) + 3


def _front(accuracies: Sequence[float], costs: Sequence[float]) -> list[int]:
    """The networks that none equals at the same cost or less, from cheap to dear."""
    front: list[int] = []
    for index in sorted(range(len(costs)), key=lambda i: (costs[i], -accuracies[i])):
        if not front or accuracies[index] > accuracies[front[-1]]:
            front.append(index)
    return front


def _draw_points(
    axes: Axes,
    *,
    points: Sequence[CostPoint],
    costs: Sequence[float],
    heights: Sequence[float],
    front: list[int],
    low: float,
    texts: Texts,
) -> None:
    axes.grid(False, axis="y")
    axes.plot([costs[i] for i in front], [heights[i] for i in front], color=ACCENT, linewidth=1.4)
    for index, (point, spent, height) in enumerate(zip(points, costs, heights, strict=True)):
        best = index in front
        axes.axhline(height, color=INK, alpha=0.14, linewidth=0.7)
        if best and point.accuracy >= low:
            axes.plot([spent, spent], point.interval, color=ACCENT, alpha=0.35, linewidth=2)
        (dot,) = axes.plot(
            spent,
            height,
            "o" if point.accuracy >= low else "v",
            color=ACCENT if best else INK,
            markersize=7,
            markeredgecolor=PAPER,
            alpha=1 if best else MUTED,
        )
        tip(
            dot,
            texts.tell(
                "costs.tip",
                name=point.name,
                accuracy=percent(point.accuracy),
                low=percent(point.interval[0]),
                high=percent(point.interval[1]),
                parameters=amount(point.parameters),
                costs=amount(point.multiply_adds),
                seconds=point.seconds,
            ),
        )
        if point.winner:
            axes.plot(spent, height, "o", color="none", markersize=12, markeredgecolor=SECOND, markeredgewidth=1.8)


def _tick_costs(axes: Axes, texts: Texts, *, time: bool) -> None:
    axes.xaxis.set_minor_locator(NullLocator())
    left, right = axes.get_xlim()
    chosen: list[float] = []
    for step in _TIMES if time else _AMOUNTS:
        # A narrow panel has room for three or four.
        if left <= step <= right and (not chosen or math.log(step / chosen[-1]) > 0.3 * math.log(right / left)):
            chosen.append(step)
    axes.set_xticks(chosen)
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda number, _: texts.tell("costs.duration", seconds=number) if time else round_amount(number))
    )


_AMOUNTS: Final = [digit * 10.0**power for power in range(1, 12) for digit in (1, 2, 5)]
_TIMES: Final = [
    *(1, 2, 5, 10, 20, 30),
    *(60 * minutes for minutes in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1440, 2880)),
]
"""Times that read well as ticks, in seconds: none is more than 2.5 times the one before, so one is on every axis."""


def _cost_title(points: Sequence[CostPoint], texts: Texts) -> str:
    """What the winner reaches, and whether a cheaper network reaches as much or is not to be told from it."""
    best = next((point for point in points if point.winner), None) or max(points, key=lambda point: point.accuracy)
    ties = [point for point in points if point.ties]
    equals = [point for point in points if point.accuracy >= best.accuracy]
    costs = (
        texts.tell("costs.fewer_parameters"),
        texts.tell("costs.fewer_multiply_adds"),
        texts.tell("costs.less_time"),
    )
    unequalled = [
        cost
        for place, cost in enumerate(costs)
        if all(one.costs[place] >= best.costs[place] for one in (*equals, *ties))
    ]
    reached = {"name": readable(best.name), "accuracy": percent(best.accuracy)}
    if len(unequalled) == len(costs):
        return texts.tell("costs.title.best", **reached)
    cheaper = [tie for tie in ties if _costs_less(tie, best)]
    beaten = all(any(one.costs[place] < best.costs[place] for one in equals) for place in range(len(costs)))
    if not (cheaper or unequalled or beaten):  # what is cheaper by some measure is dearer by another
        cheaper = [tie for tie in ties if any(own < theirs for own, theirs in zip(tie.costs, best.costs, strict=True))]
    if cheaper:
        cheapest = min(cheaper, key=lambda tie: (tie.multiply_adds, tie.parameters))
        return texts.tell("costs.title.tie", **reached, tie=readable(cheapest.name))
    if not unequalled:
        return texts.tell("costs.title.beaten", **reached)
    return texts.tell("costs.title.some", **reached, measures=texts.tell("costs.or").join(unequalled))


def _costs_less(one: CostPoint, other: CostPoint) -> bool:
    """Whether a network costs less than another by some measure, and more by none."""
    return one.costs != other.costs and all(own <= theirs for own, theirs in zip(one.costs, other.costs, strict=True))
