"""Where labels go so that none lies on another."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def spread(
    positions: Sequence[float], sizes: Sequence[float], low: float = -math.inf, high: float = math.inf
) -> list[float]:
    """Centres moved as little as needed for things of these sizes not to overlap, in the order of the positions.

    Nothing reaches below `low`, and nothing above `high` while there is room.

    >>> spread([1.0, 1.2, 5.0], [1.0, 1.0, 1.0])
    [0.6, 1.6, 5.0]
    """
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    # Things that touch form a run, which lies where its members move least on average; runs that then touch are joined.
    runs: list[list[int]] = []
    feet: list[float] = []
    for index in order:
        run, foot = [index], _foot([index], positions, sizes, low, high)
        while runs and feet[-1] + sum(sizes[member] for member in runs[-1]) > foot:
            run = [*runs.pop(), *run]
            feet.pop()
            foot = _foot(run, positions, sizes, low, high)
        runs.append(run)
        feet.append(foot)
    placed = [0.0] * len(positions)
    for run, foot in zip(runs, feet, strict=True):
        below = foot
        for index in run:
            placed[index] = round(below + sizes[index] / 2, 9)
            below += sizes[index]
    return placed


def _foot(run: Sequence[int], positions: Sequence[float], sizes: Sequence[float], low: float, high: float) -> float:
    """Where a run of stacked things starts."""
    below, wishes = 0.0, 0.0
    for index in run:
        wishes += positions[index] - below - sizes[index] / 2
        below += sizes[index]
    return max(low, min(wishes / len(run), high - below))


def settle(figure: Figure) -> None:
    """Lay a figure out now, so that places on it can be measured."""
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()


def units_per_point(axes: Axes) -> tuple[float, float]:
    """How much of its linear x and y axis one point (1/72 inch) is; the figure is settled."""
    figure = axes.get_figure()
    assert figure is not None
    box = axes.get_window_extent()
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    return (right - left) / box.width * figure.dpi / 72, (high - low) / box.height * figure.dpi / 72
