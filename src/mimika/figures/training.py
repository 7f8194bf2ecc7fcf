"""Pictures of trainings: loss and accuracy, epoch by epoch."""

import math
from collections.abc import Iterable, Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mimika.figures.labels import settle, spread, units_per_point
from mimika.figures.style import (
    ACCENT,
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALL_SIZE,
    TEXT_SIZE,
    new_figure,
    percent_axis,
    say,
    styled,
    tip,
)
from mimika.figures.wording import percent, readable, wrapped
from mimika.record import Record
from mimika.wording import gap, points


@styled
def curves(record: Record) -> Figure:
    """Loss and accuracy of one run against the epoch, with the epoch whose weights were kept."""
    figure, (left, right) = new_figure(PAGE_WIDTH, 3.5, 1, 2)
    _draw_loss(left, record)
    _draw_accuracy(right, record)
    for panel, what in ((left, "Loss: mean cross entropy, nats"), (right, "Accuracy")):
        panel.set_title(what, loc="left", fontsize=TEXT_SIZE)
        panel.set_xlabel("epoch")
    for panel in (left, right):
        panel.set_xlim(0.5, max(2, len(record.epochs)) + 0.5)
    last, scores = record.epochs[-1], record.scores
    settle(figure)
    _label_ends(left, last.epoch, last.train_loss, last.validation_loss)
    _label_ends(right, last.epoch, last.train_accuracy, last.validation_accuracy)
    say(
        figure,
        f"{readable(record.name)}: best at epoch {record.best_epoch} of {len(record.epochs)} with"
        f" {percent(scores.validation_accuracy)}; {_ahead(scores.gap)}",
        "Dashed: train as it ran, augmented and with dropout. Solid: validation. Shaded: the gap between them."
        " Ring: train again with the kept weights, without either.",
    )
    return figure


@styled
def curve_grid(records: Mapping[str, Record]) -> Figure:
    """The accuracies of several runs, a panel each on one scale, under the names they are given by."""
    columns = 4 if len(records) in (4, 7, 8) else min(3, len(records))
    rows = math.ceil(len(records) / columns)
    names = {name: wrapped(readable(name), 88 // columns) for name in records}
    deepest = max(name.count("\n") for name in names.values())
    figure, axes = new_figure(
        PAGE_WIDTH, 1.0 + (1.65 + 0.16 * deepest) * rows, rows, columns, share_x=True, share_y=True
    )
    for position, (panel, (name, record)) in enumerate(zip(axes, records.items(), strict=False)):
        _draw_accuracy(panel, record)
        panel.set_title(names[name], loc="left", fontsize=TEXT_SIZE)
        if position >= columns * (rows - 1):
            panel.set_xlabel("epoch")
    for empty in axes[len(records) :]:
        empty.set_axis_off()
    every = [value for r in records.values() for e in r.epochs for value in (e.train_accuracy, e.validation_accuracy)]
    axes[0].set_xlim(0.5, max(2, *(len(record.epochs) for record in records.values())) + 0.5)
    axes[0].set_ylim(_foot(every), 1.0)
    best = max(records, key=lambda name: records[name].scores.validation_accuracy)
    reached = percent(records[best].scores.validation_accuracy)
    gaps = [record.scores.gap for record in records.values()]
    if len(records) == 1:
        title = f"{readable(best)} reaches {reached}, {_ahead(gaps[0])}"
    else:
        least = gap(min(gaps)).split()[0]
        title = f"{readable(best)} reaches most, {reached}; gaps to train from {least} to {gap(max(gaps))}"
    say(
        figure,
        title,
        "Accuracy. Dashed: train as it ran. Solid: validation. Shaded: the gap. Dot: the kept epoch. Ring: train, with"
        " its weights.",
    )
    return figure


def _ahead(gap: float) -> str:
    """How train compares with validation."""
    return f"on train {points(abs(gap))} {'more' if gap >= 0 else 'less'}"


def _foot(accuracies: Iterable[float]) -> float:
    """Where an accuracy axis starts that has room for a figure below the lowest line."""
    return max(0.0, math.floor(20 * min(accuracies)) / 20 - 0.1)


def _draw_loss(axes: Axes, record: Record) -> None:
    epochs = [row.epoch for row in record.epochs]
    train = [row.train_loss for row in record.epochs]
    validation = [row.validation_loss for row in record.epochs]
    _draw_pair(axes, epochs, train, validation)
    best = record.epochs[record.best_epoch - 1]
    axes.axvline(best.epoch, color=ACCENT, linewidth=1, alpha=0.6)
    axes.plot(best.epoch, best.validation_loss, "o", color=ACCENT, markersize=6)
    axes.set_ylim(0, 1.08 * max([loss for loss in (*train, *validation) if math.isfinite(loss)], default=1.0))


def _draw_accuracy(axes: Axes, record: Record) -> None:
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
    tip(ring, f"{record.name}: {percent(scores.train_accuracy)} on train, with the kept weights")
    (dot,) = axes.plot(best.epoch, scores.validation_accuracy, "o", color=ACCENT, markersize=6)
    tip(dot, f"{record.name}, epoch {best.epoch}: {percent(scores.validation_accuracy)} on validation")
    axes.annotate(
        percent(scores.validation_accuracy),
        (best.epoch, scores.validation_accuracy),
        (0, -8),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=SMALL_SIZE,
        fontweight="bold",
    )
    percent_axis(axes.yaxis, 0.2)
    axes.set_ylim(_foot([*train, *validation]), 1.0)


def _draw_pair(axes: Axes, epochs: list[int], train: list[float], validation: list[float]) -> None:
    """Both lines and what lies between; a single epoch is two points."""
    alone = "." if len(epochs) == 1 else ""
    axes.fill_between(epochs, train, validation, color=INK, alpha=0.08, linewidth=0)
    axes.plot(epochs, train, color=INK, alpha=MUTED, linestyle="--", dashes=(3, 2), marker=alone, linewidth=1.4)
    axes.plot(epochs, validation, color=ACCENT, marker=alone)
    axes.set_xlim(0.5, max(epochs[-1], 2) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))


def _label_ends(axes: Axes, epoch: int, train: float, validation: float) -> None:
    """Name the lines on the right of where they end, one above the other; the figure is settled."""
    low, high = axes.get_ylim()
    line = 1.2 * SMALL_SIZE * units_per_point(axes)[1]
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
