"""Where a network looks: the parts of a face that its answers hang on, emotion by emotion."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mimika.data.faces import SIDE
from mimika.emotions import EMOTIONS
from mimika.figures.style import (
    ACCENT,
    INK,
    PAGE_WIDTH,
    PNG_PIXELS,
    SECOND,
    SMALL_SIZE,
    TEXT_SIZE,
    heading_inches,
    say,
    show_gray,
    styled,
    write_below,
)
from mimika.figures.wording import percent, readable

FaceMap = npt.NDArray[np.floating[Any]]
"""A number for each pixel of a face, (48, 48)."""

_STRONGEST: Final = 0.8
"""Opacity of the strongest color: the face below must stay visible."""


@styled
def looking(
    means: Mapping[str, FaceMap], maps: Mapping[str, FaceMap], counts: Mapping[str, int], network: str
) -> Figure:
    """The mean occlusion map of each emotion over its mean face, all on one scale.

    Args:
        means: gray from 0 to 255, by emotion.
        maps: how much of the emotion's probability covering each pixel costs, 1 being all of it; below 0 where the
            answer gets surer; for the same emotions.
        counts: how many faces each map is the mean of.
        network: what it is called.
    """
    columns, scale = 4, 6
    pitch, side, above, below = PAGE_WIDTH / columns, scale * SIDE / PNG_PIXELS, 0.22, 0.4
    title, figure = f"{readable(network)}: {_title(maps)}", Figure((PAGE_WIDTH, 1))
    head = heading_inches(figure, title, _NOTE)
    figure.set_figheight(head + 2 * (above + side + below))
    strongest = max((float(np.abs(one).max()) for one in maps.values()), default=0.0) or 1.0
    high, wide = figure.get_figheight(), figure.get_figwidth()
    for place in range(len(EMOTIONS) + 1):
        left = (place % columns + 0.5) * pitch - side / 2
        low = high - head - above - side - (place // columns) * (above + side + below)
        panel = figure.add_axes((left / wide, low / high, side / wide, side / high))
        panel.set_axis_off()
        if place == len(EMOTIONS):
            _draw_key(panel, strongest)
            continue
        emotion = EMOTIONS[place]
        if emotion in maps:
            show_gray(panel, np.clip(means[emotion], 0, 255).round().astype(np.uint8))
            panel.imshow(_tinted(maps[emotion], strongest), interpolation="none")
        told = f"up to {_points(maps[emotion].max())}\nn = {counts[emotion]:,}" if emotion in maps else "no face"
        panel.set_title(emotion, fontsize=TEXT_SIZE, pad=3)
        write_below(panel, told, gap=3, linespacing=1.1)
    say(figure, title, _NOTE)
    return figure


_NOTE: Final = (
    "How many points of an emotion's probability a face loses where a part of it is blurred: mean over faces that were"
    " answered right, on the mean of all faces of the emotion."
)


def _tinted(one: FaceMap, strongest: float) -> npt.NDArray[np.float64]:
    """A map as color (48, 48, 4): orange where covering costs, blue where it adds, clear where it does not matter."""
    tint = np.where((one > 0)[..., None], np.array(to_rgb(SECOND)), np.array(to_rgb(ACCENT)))
    return np.concatenate([tint, _STRONGEST * np.abs(one)[..., None] / strongest], axis=-1)


def _draw_key(axes: Axes, strongest: float) -> None:
    """What the colors mean, from the strongest that adds to the strongest that costs."""
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    steps = 9
    for step in range(steps):
        share = 1 - 2 * step / (steps - 1)
        place = (0.02, 0.87 - 0.095 * step)
        axes.add_patch(Rectangle(place, 0.13, 0.095, facecolor="#808080", linewidth=0))
        color = (*to_rgb(SECOND if share > 0 else ACCENT), _STRONGEST * abs(share))
        axes.add_patch(Rectangle(place, 0.13, 0.095, facecolor=color, linewidth=0))
    for y, text in (
        (0.91, f"{_points(strongest)} less\nwithout it"),
        (0.537, "no difference"),
        (0.157, f"{_points(strongest)} more\nwithout it"),
    ):
        axes.text(0.2, y, text, fontsize=SMALL_SIZE, va="center", color=INK, linespacing=1.1)


def _title(maps: Mapping[str, FaceMap]) -> str:
    """Which emotion is read most from the lower half of the face, and which from the upper."""
    lower = {emotion: share for emotion, one in maps.items() if (share := _lower_share(one)) is not None}
    if not lower:
        return "no part of a face matters to it alone"
    lowest, highest = (choose(lower, key=lambda emotion: lower[emotion]) for choose in (max, min))
    if lowest == highest:
        return f"{percent(lower[lowest], 0)} of what {lowest} is read from lies in the lower half of the face"
    return (
        f"{percent(lower[lowest], 0)} of what {lowest} is read from lies in the lower half of the face, of {highest}"
        f" {percent(lower[highest], 0)}"
    )


def _lower_share(one: FaceMap) -> float | None:
    """Which share of what covering costs lies in the lower half; None where covering costs nothing."""
    costs = np.clip(one, 0, None)
    whole = float(costs.sum())
    return float(costs[SIDE // 2 :].sum()) / whole if whole else None


def _points(share: float) -> str:
    """A share of probability in points, whole where it is not small."""
    number = 100 * max(0.0, float(share))
    return f"{number:.0f}\u00a0points" if number >= 1.95 else f"{number:.1f}\u00a0points"
