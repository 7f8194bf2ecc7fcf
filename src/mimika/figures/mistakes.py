"""The sheet of the faces that a network is surely wrong about."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from mimika.data.faces import SIDE
from mimika.emotions import EMOTIONS
from mimika.figures.style import (
    PAGE_WIDTH,
    PNG_PIXELS,
    say,
    show_gray,
    styled,
    write_below,
)
from mimika.figures.wording import percent


@styled
def mistakes(
    pixels: npt.NDArray[np.uint8],
    emotions: npt.NDArray[np.integer[Any]],
    probabilities: npt.NDArray[np.floating[Any]],
    most: int = 16,
) -> Figure:
    """The wrong answers that were given with the highest probability, the surest first.

    Args:
        pixels: uint8 (n, 48, 48).
        emotions: (n,), the given labels.
        probabilities: (n, 7).
        most: how many faces to show at most.
    """
    answers, sure = probabilities.argmax(axis=1), probabilities.max(axis=1).astype(np.float64)
    wrong = np.flatnonzero(answers != emotions)
    # Stable, so that ties of half-precision probabilities fall the same way everywhere.
    chosen = wrong[np.argsort(-sure[wrong], kind="stable")][:most]
    columns, scale = 4, 5
    rows = max(1, math.ceil(len(chosen) / columns))
    pitch, side, below, above = PAGE_WIDTH / columns, scale * SIDE / PNG_PIXELS, 0.36, 0.62
    figure = Figure((PAGE_WIDTH, above + rows * (side + below)))
    for position, index in enumerate(chosen.tolist()):
        # Placed by hand, so that a face pixel is exactly five pixels of a PNG.
        left = (position % columns + 0.5) * pitch - side / 2
        low = (rows - 1 - position // columns) * (side + below) + below
        panel = figure.add_axes(
            (left / PAGE_WIDTH, low / figure.get_figheight(), side / PAGE_WIDTH, side / figure.get_figheight())
        )
        panel.set_axis_off()
        show_gray(panel, pixels[index])
        given, taken = EMOTIONS[int(emotions[index])], EMOTIONS[int(answers[index])]
        write_below(panel, f"{given} → {taken} {_surely(sure[index])}")
    if len(chosen):
        surest = chosen[0]
        title = (
            f"Surest and wrong: {EMOTIONS[int(emotions[surest])]} taken for {EMOTIONS[int(answers[surest])]}"
            f" at {_surely(sure[surest])}"
        )
    else:
        title = "No mistake"
    say(
        figure,
        title,
        "Under each face: given → predicted, and the probability of the prediction." if len(chosen) else "",
    )
    return figure


def _surely(probability: float) -> str:
    """A probability in percent; a decimal where 100 % would be said of what is less."""
    return percent(probability, 1 if 0.995 <= probability < 1 else 0)
