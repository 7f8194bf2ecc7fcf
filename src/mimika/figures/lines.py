"""The lines of one training in a panel: its loss, its accuracy, and what is to be seen in them."""

import math
from collections.abc import Iterable
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mimika.figures.labels import spread, units_per_point
from mimika.figures.style import ACCENT, BEHIND, INK, MUTED, SECOND, SMALL_SIZE, percent_axis, tip
from mimika.figures.wording import percent
from mimika.language import ENGLISH, Texts
from mimika.record import Record


def is_softened(record: Record) -> bool:
    """Whether the train loss is against other targets than the labels, and its height no validation loss's."""
    recipe = record.recipe
    return bool(recipe.label_smoothing or recipe.mixup or recipe.distillation)


def draw_loss(axes: Axes, record: Record) -> None:
    """Both losses, what lies between them where they can be compared, and the best epoch."""
    epochs = [row.epoch for row in record.epochs]
    train = [row.train_loss for row in record.epochs]
    validation = [row.validation_loss for row in record.epochs]
    comparable = not is_softened(record)
    _draw_pair(axes, epochs, train, validation, shaded=comparable)
    finite = [loss if math.isfinite(loss) else math.inf for loss in validation]
    lowest = finite.index(min(finite))
    if comparable:
        past = (epochs[lowest:], train[lowest:], validation[lowest:])
        axes.fill_between(*past, color=SECOND, alpha=0.12, linewidth=0, gid="overfitting")
    best = record.epochs[record.best_epoch - 1]
    axes.axvline(best.epoch, color=ACCENT, linewidth=1, alpha=0.6)
    axes.plot(best.epoch, best.validation_loss, "o", color=ACCENT, markersize=6, clip_on=False)
    axes.set_ylim(0, 1.08 * max([loss for loss in (*train, *validation) if math.isfinite(loss)], default=1.0))


def draw_accuracy(axes: Axes, record: Record, texts: Texts = ENGLISH) -> None:
    """Both accuracies by epoch, those of the kept weights, and the gap between all of them."""
    epochs = [row.epoch for row in record.epochs]
    train = [row.train_accuracy for row in record.epochs]
    validation = [row.validation_accuracy for row in record.epochs]
    _draw_pair(axes, epochs, train, validation)
    best, scores = record.epochs[record.best_epoch - 1], record.scores
    axes.axvline(best.epoch, color=ACCENT, linewidth=1, alpha=0.6)
    (ring,) = axes.plot(
        best.epoch,
        scores.train_accuracy,
        "o",
        color=INK,
        markerfacecolor="none",
        markersize=5,
        markeredgewidth=1.2,
        clip_on=False,
    )
    tip(ring, texts.tell("curves.tip.train", name=record.name, accuracy=percent(scores.train_accuracy)))
    (dot,) = axes.plot(best.epoch, scores.validation_accuracy, "o", color=ACCENT, markersize=6, clip_on=False)
    reached = percent(scores.validation_accuracy)
    tip(dot, texts.tell("curves.tip.validation", name=record.name, epoch=best.epoch, accuracy=reached))
    axes.annotate(
        reached,
        (best.epoch, scores.validation_accuracy),
        (0, -8),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=SMALL_SIZE,
        fontweight="bold",
        bbox=BEHIND,
    )
    percent_axis(axes.yaxis, 0.2)
    axes.set_ylim(foot([*train, *validation]), 1.0)


def _draw_pair(
    axes: Axes, epochs: list[int], train: list[float], validation: list[float], *, shaded: bool = True
) -> None:
    """Both lines and what lies between; a single epoch is two points."""
    alone = "." if len(epochs) == 1 else ""
    if shaded:
        axes.fill_between(epochs, train, validation, color=INK, alpha=0.08, linewidth=0)
    axes.plot(epochs, train, color=INK, alpha=MUTED, linestyle="--", dashes=(3, 2), marker=alone, linewidth=1.4)
    axes.plot(epochs, validation, color=ACCENT, marker=alone)
    axes.set_xlim(0.5, max(epochs[-1], 2) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))


def growth(record: Record) -> list[tuple[int, int]]:
    """After which epochs the faces grew, and to how many pixels, as far as the run went."""
    sides = [record.recipe.side_at(epoch) or 0 for epoch in range(len(record.epochs))]
    return [(epoch, after) for epoch, (before, after) in enumerate(pairwise(sides), start=1) if after != before]


def mark_growth(axes: Axes, record: Record) -> None:
    """Say where curves leap because the faces grew."""
    for epoch, side in growth(record):
        axes.axvline(epoch + 0.5, color=INK, alpha=0.4, linewidth=0.9)
        axes.annotate(
            f"{side} px",
            (epoch + 0.5, 0),
            (3, 3),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            va="bottom",
            fontsize=SMALL_SIZE,
            alpha=0.85,
        )


def label_ends(axes: Axes, epoch: int, train: float, validation: float) -> None:
    """Name the lines on the right of where they end, one above the other; the figure is settled."""
    low, high = axes.get_ylim()
    line = 1.4 * SMALL_SIZE * units_per_point(axes)[1]
    for name, y, color in zip(
        ("train", "validation"), spread((train, validation), (line, line), low, high), (INK, ACCENT), strict=True
    ):
        axes.annotate(
            name,
            (epoch, y),
            (6, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL_SIZE,
            color=color,
            annotation_clip=False,
        )


def foot(accuracies: Iterable[float]) -> float:
    """Where an accuracy axis starts that has room for a figure below the lowest line."""
    return max(0.0, math.floor(20 * min(accuracies)) / 20 - 0.1)
