"""A map of faces as a network sees them: near one another lie those that it can hardly tell apart."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mimika.emotions import COLORS, EMOTIONS
from mimika.figures.style import (
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALL_SIZE,
    TEXT_SIZE,
    new_figure,
    say,
    styled,
)
from mimika.figures.wording import percent, readable
from mimika.metrics import FEWEST_FACES
from mimika.wording import words

NEIGHBOURS: Final = 10

_BLOCK: Final = 512
"""Faces whose distances to all others are in memory at a time."""


@styled
def embedding(features: npt.NDArray[np.floating[Any]], emotions: npt.NDArray[np.integer[Any]], network: str) -> Figure:
    """Faces by their two main components of what the network hands to its last layer: all, then each emotion.

    The picture is flat, and the features are not; so what it is headed with is counted among all of them: how many of
    a face's ten nearest neighbours show its emotion, most and least, of the emotions with faces enough.

    Args:
        features: (n, units) of more than ten faces.
        emotions: (n,), the labels.
        network: what it is called.
    """
    places, shares = _projected(features)
    own = _own_neighbours(features, emotions)
    figure, axes = new_figure(PAGE_WIDTH, 4.9, 2, 4, share_x=True, share_y=True)
    order = np.random.default_rng(0).permutation(len(places))  # so that none lies on top because it came last
    colors = np.array(list(COLORS.values()))
    _scatter(axes[0], places[order], colors[emotions[order]], size=3.0, alpha=0.55)
    axes[0].set_title(f"all {len(places):,} faces", loc="left", fontsize=TEXT_SIZE)
    told: dict[str, float] = {}
    for number, (emotion, panel) in enumerate(zip(EMOTIONS, axes[1:], strict=True)):
        of = emotions == number
        _scatter(panel, places[~of], INK, size=1.5, alpha=0.1)
        _scatter(panel, places[of], COLORS[emotion], size=4.0, alpha=0.6)
        title = emotion
        if of.any():
            found = float(own[of].mean())
            title += f": {percent(found, 0)} ({percent(float((of.sum() - 1) / (len(of) - 1)), 0)})"
            if of.sum() >= FEWEST_FACES:
                told[emotion] = found
        panel.set_title(title, loc="left", fontsize=TEXT_SIZE)
        panel.annotate(
            f"n = {int(of.sum()):,}",
            (1, 0),
            (-2, 2),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=SMALL_SIZE,
            alpha=MUTED,
        )
    _mark_components(axes, shares)
    say(
        figure,
        f"{readable(network)}: {_most_and_least(told)}",
        "Faces by the two main components of what reaches the last layer. Percent: of the"
        f" {words(NEIGHBOURS)} nearest in all {features.shape[1]} dimensions, those of the same emotion; in"
        " brackets what chance would give.",
    )
    return figure


def _most_and_least(shares: Mapping[str, float]) -> str:
    """Which emotion's faces lie most among their own and which least, of those with faces enough."""
    if len(shares) < 2:
        return f"too few faces to say which lie among their own: fewer than {FEWEST_FACES} of most emotions"
    most, least = (choose(shares, key=lambda emotion: shares[emotion]) for choose in (max, min))
    return (
        f"around {most} faces {percent(shares[most], 0)} are {most}, around {least} faces {percent(shares[least], 0)}"
        f" are {least}"
    )


def _scatter(
    axes: Axes, places: npt.NDArray[np.float64], color: str | npt.NDArray[np.str_], *, size: float, alpha: float
) -> None:
    axes.scatter(places[:, 0], places[:, 1], s=size, c=color, alpha=alpha, linewidths=0)


def _mark_components(axes: list[Axes], told: npt.NDArray[np.float64]) -> None:
    """Say how much of the variance each direction has; its units mean nothing, so none are shown."""
    for panel in axes:
        panel.set_xticklabels([])
        panel.set_yticklabels([])
        panel.grid(False)
    for panel in axes[4:]:
        panel.set_xlabel(f"{percent(told[0], 0)} of the variance")
    for panel in axes[::4]:
        panel.set_ylabel(f"{percent(told[1], 0)} of the variance")


def _projected(features: npt.NDArray[np.floating[Any]]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The two main components (n, 2), and which share of the variance each has."""
    centred = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    variances, directions = np.linalg.eigh(centred.T @ centred)
    main = directions[:, ::-1][:, :2]
    main *= np.sign(main[np.abs(main).argmax(axis=0), range(2)])  # of the two ways to look at it always the same
    return centred @ main, variances[::-1][:2] / max(float(variances.sum()), 1e-12)


def _own_neighbours(
    features: npt.NDArray[np.floating[Any]], emotions: npt.NDArray[np.integer[Any]]
) -> npt.NDArray[np.float64]:
    """For each face, the share of its nearest neighbours (Euclidean, itself left out) that have its emotion (n,)."""
    known = features.astype(np.float32)
    squares = (known**2).sum(axis=1)
    shares = np.empty(len(known))
    for start in range(0, len(known), _BLOCK):
        some = slice(start, start + _BLOCK)
        distances = squares - 2 * known[some] @ known.T
        distances[np.arange(len(distances)), np.arange(len(known))[some]] = np.inf
        nearest = np.argpartition(distances, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        shares[some] = (emotions[nearest] == emotions[some, None]).mean(axis=1)
    return shares
