"""Pictures of trainings: loss and accuracy, epoch by epoch."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mimika.figures.labels import settle
from mimika.figures.lines import draw_accuracy, draw_loss, foot, growth, is_softened, label_ends, mark_growth
from mimika.figures.style import (
    ACCENT,
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALL_SIZE,
    TEXT_SIZE,
    fitted,
    new_figure,
    percent_axis,
    say,
    styled,
    tip,
)
from mimika.figures.wording import percent, readable
from mimika.language import ENGLISH, Texts
from mimika.metrics import spread as spread_of
from mimika.record import EpochRow, Record
from mimika.wording import points


@styled
def curves(record: Record, verdict: str) -> Figure:
    """Loss and accuracy of one run against the epoch, with the kept epoch and the fit check's verdict."""
    figure, (left, right) = new_figure(PAGE_WIDTH, 3.5, 1, 2)
    draw_loss(left, record)
    draw_accuracy(right, record)
    for panel, what in ((left, "Loss: mean cross entropy, nats"), (right, "Accuracy")):
        panel.set_title(what, loc="left", fontsize=TEXT_SIZE)
        panel.set_xlabel("epoch")
        mark_growth(panel, record)
    last, scores = record.epochs[-1], record.scores
    say(
        figure,
        f"{readable(record.name)} {verdict}: {record.kept_epoch} with {percent(scores.validation_accuracy)};"
        f" {_ahead(scores.gap)}",
        _curves_note(record),
    )
    # With their heading the axes have the height in which labels lie apart.
    settle(figure)
    label_ends(left, last.epoch, last.train_loss, last.validation_loss)
    label_ends(right, last.epoch, last.train_accuracy, last.validation_accuracy)
    return figure


@styled
def curve_grid(
    records: Mapping[str, Record],
    verdicts: Mapping[str, str],
    texts: Texts = ENGLISH,
    *,
    means: Mapping[str, tuple[float, float]] | None = None,
) -> Figure:
    """The accuracies of several runs, a panel each on one scale, under the names they are given by.

    `verdicts` says by the same names what the fit check found; `means` has the validation accuracy and the gap to head
    the picture with where each run stands for a network with several: without them it is headed with the runs' own.
    There must be one run at least.
    """
    figure, panels = _panels([f"{readable(name)}: {verdicts[name]}" for name in records], texts)
    for record, panel in zip(records.values(), panels, strict=True):
        draw_accuracy(panel, record, texts)
    _share_scale(panels, [row for record in records.values() for row in record.epochs])
    told = means or {name: (run.scores.validation_accuracy, run.scores.gap) for name, run in records.items()}
    best = max(told, key=lambda name: told[name][0])
    reached = {"name": readable(best), "accuracy": percent(told[best][0])}
    gaps = [gap for _, gap in told.values()]
    if len(records) == 1:
        title = (
            texts.tell("curves.title.one.more", **reached, gap=gaps[0])
            if gaps[0] >= 0
            else texts.tell("curves.title.one.less", **reached, gap=gaps[0])
        )
    else:
        title = texts.tell("curves.title", **reached, least=min(gaps), most=max(gaps))
    say(figure, title, texts.tell("curves.note"))
    return figure


@styled
def seeds(runs: Mapping[str, Sequence[Record]], texts: Texts = ENGLISH) -> Figure:
    """Trainings of one network with several seeds, laid on one another: a panel a network, on one scale.

    Mean and band end where the first run of a network stopped; beyond, each run goes on as a thin line.
    """
    figure, panels = _panels([readable(name) for name in runs], texts)
    for (name, records), panel in zip(runs.items(), panels, strict=True):
        _draw_runs(panel, name, records, texts)
    _share_scale(panels, [row for records in runs.values() for record in records for row in record.epochs])
    reached = {name: [record.scores.validation_accuracy for record in of] for name, of in runs.items()}
    apart = {name: max(of) - min(of) for name, of in reached.items()}
    most, least = (choose(apart, key=lambda name: apart[name]) for choose in (max, min))
    alone = all(len({_made_by(record) for record in of}) == 1 for of in runs.values())
    what = texts.tell("seeds.alone") if alone else texts.tell("seeds.and_others")
    if len(runs) == 1:
        mean, deviation = percent(float(np.mean(reached[most]))), spread_of(reached[most])
        spread = "" if deviation is None else texts.tell("seeds.mean", accuracy=mean, spread=deviation)
        ended = {"seeds": len(reached[most]), "name": readable(most), "apart": apart[most], "mean": spread}
        title = texts.tell("seeds.title.one", **ended)
    elif most == least:
        title = texts.tell("seeds.title.alike", what=what, most=apart[most])
    else:
        moved = {"name": readable(most), "most": apart[most], "steadiest": readable(least), "least": apart[least]}
        title = texts.tell("seeds.title", what=what, **moved)
    say(figure, title, texts.tell("seeds.note"))
    return figure


def _draw_runs(axes: Axes, name: str, records: Sequence[Record], texts: Texts) -> None:
    """Runs of one network: thin lines, and as far as all of them go the mean in a band."""
    together = min(len(record.epochs) for record in records)
    epochs = range(1, together + 1)
    for field, color, dashes in (("train_accuracy", INK, (3, 2)), ("validation_accuracy", ACCENT, ())):
        lines = [[getattr(row, field) for row in record.epochs] for record in records]
        for line in lines:
            axes.plot(range(1, len(line) + 1), line, color=color, alpha=0.35, linewidth=0.7, dashes=dashes or (1, 0))
        shared = np.array([line[:together] for line in lines])
        axes.fill_between(epochs, shared.min(axis=0), shared.max(axis=0), color=color, alpha=0.2, linewidth=0)
        axes.plot(
            epochs,
            shared.mean(axis=0),
            color=color,
            alpha=1.0 if field == "validation_accuracy" else MUTED,
            linewidth=1.6,
            dashes=dashes or (1, 0),
            marker="." if together == 1 else "",
        )
    for record in records:
        accuracy = record.scores.validation_accuracy
        (dot,) = axes.plot(record.best_epoch, accuracy, "o", color=ACCENT, markersize=4.5, clip_on=False)
        told = {"name": name, "seed": record.recipe.seed, "epoch": record.best_epoch, "accuracy": percent(accuracy)}
        tip(dot, texts.tell("seeds.tip", **told))
    mean = float(np.mean([record.scores.validation_accuracy for record in records]))
    deviation = spread_of([record.scores.validation_accuracy for record in records])
    axes.annotate(
        f"{percent(mean)}{'' if deviation is None else f' ± {100 * deviation:.1f}'}, n = {len(records)}",
        (1, 0),
        (-2, 3),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=SMALL_SIZE,
        alpha=0.85,
    )
    percent_axis(axes.yaxis, 0.2)


def _panels(titles: Sequence[str], texts: Texts = ENGLISH) -> tuple[Figure, list[Axes]]:
    """A figure with a panel for each title, as high as the longest one needs."""
    columns = _across(len(titles))
    rows = math.ceil(len(titles) / columns)
    heads = [fitted(title, (PAGE_WIDTH * 72 - 36) / columns - 6, TEXT_SIZE) for title in titles]
    deepest = max(head.count("\n") for head in heads)
    figure, axes = new_figure(
        PAGE_WIDTH, 1.0 + (1.65 + 0.16 * deepest) * rows, rows, columns, share_x=True, share_y=True
    )
    for position, (panel, head) in enumerate(zip(axes, heads, strict=False)):
        panel.set_title(head, loc="left", fontsize=TEXT_SIZE)
        if position + columns >= len(heads):  # the lowest of its column
            panel.set_xlabel(texts.tell("curves.epoch"))
            panel.tick_params(labelbottom=True)
    for empty in axes[len(heads) :]:
        empty.set_axis_off()
    return figure, axes[: len(heads)]


def _across(panels: int) -> int:
    """How many panels stand beside one another."""
    return 4 if panels in (4, 7, 8) else min(3, panels)


def _share_scale(panels: Sequence[Axes], rows: Sequence[EpochRow]) -> None:
    """One scale for all panels, on which every row has room."""
    panels[0].set_xlim(0.5, max(2, *(row.epoch for row in rows)) + 0.5)
    panels[0].set_ylim(foot(value for row in rows for value in (row.train_accuracy, row.validation_accuracy)), 1.0)


def _made_by(record: Record) -> tuple[str, str, str | None]:
    """What beside the seed may move a run."""
    machine = record.machine
    return machine.device, machine.precision, machine.commit


def _curves_note(record: Record) -> str:
    """What the lines are, by what the recipe has."""
    recipe = record.recipe
    parts = {"augmented": recipe.augmentation is not None, "with dropout": recipe.architecture.dropout > 0}
    there = [part for part, present in parts.items() if present]
    ran = f"train as it ran{', ' if there else ''}{' and '.join(there)}"
    ring = ("", ", without it", ", without either")[len(there)]
    between = (
        "Train loss is against softened targets: compare directions, not heights. Shaded: what lies between accuracies."
        if is_softened(record)
        else "Shaded: what lies between, orange where validation loss has passed its lowest."
    )
    grown = f" Upright lines: the faces grow, from {recipe.sizes[0][0]} px." if growth(record) else ""
    return f"Dashed: {ran}. Solid: validation. {between} Ring: train again with the kept weights{ring}.{grown}"


def _ahead(gap: float) -> str:
    """How train compares with validation."""
    return f"on train {points(abs(gap))} {'more' if gap >= 0 else 'less'}"
