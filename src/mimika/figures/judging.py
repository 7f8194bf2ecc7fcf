"""Pictures of how a network judges: what it confuses, what it finds, how sure it is."""

import math
from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mimika.emotions import COLORS, EMOTIONS
from mimika.figures.style import (
    ACCENT,
    INK,
    MUTED,
    PAGE_WIDTH,
    PAPER,
    SMALL_SIZE,
    TEXT_SIZE,
    new_figure,
    percent_axis,
    say,
    styled,
    tip,
)
from mimika.figures.wording import percent
from mimika.language import ENGLISH, Texts
from mimika.metrics import FAIRLY_SURE, FEWEST_FACES, by_recall, wilson_interval
from mimika.metrics import precision as precision_of
from mimika.metrics import recall as recall_of
from mimika.metrics import reliability as reliability_bins

Table = npt.NDArray[np.int64]
"""Counts (7, 7): row the label, column the prediction."""


@styled
def confusion(table: Table, texts: Texts = ENGLISH) -> Figure:
    """What each emotion was taken for: the share of its row, written and as color, and below it the count.

    It is headed with the emotion that is most often taken for one certain other, of those with faces enough.
    """
    figure, (axes,) = new_figure(PAGE_WIDTH, 5.3)
    totals = table.sum(axis=1)
    names = [texts.name_of(emotion) for emotion in EMOTIONS]
    for row, given in enumerate(names):
        for column, taken in enumerate(names):
            count, share = int(table[row, column]), float(table[row, column] / max(1, totals[row]))
            cell = Rectangle((column - 0.48, row - 0.47), 0.96, 0.94, linewidth=0)
            # Never so opaque that ink on it could not be read, on light ground and on dark.
            cell.set_facecolor(to_rgba(ACCENT, 0.75 * share**0.65))
            told = {"given": given, "taken": taken, "count": count, "total": int(totals[row]), "share": percent(share)}
            axes.add_patch(tip(cell, texts.tell("confusion.tip", **told)))
            axes.annotate(
                percent(share, 0) if totals[row] else "–",
                (column, row),
                (0, -1),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=TEXT_SIZE + 1,
                fontweight="bold" if row == column else "normal",
                alpha=1.0 if count else 0.4,
            )
            axes.annotate(
                f"{count:,}",
                (column, row),
                (0, -3),
                textcoords="offset points",
                ha="center",
                va="top",
                fontsize=SMALL_SIZE,
                alpha=0.8 if count else 0.4,
            )
    axes.set_xlim(-0.5, len(EMOTIONS) - 0.5)
    axes.set_ylim(len(EMOTIONS) - 0.5, -0.5)
    axes.grid(False)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), [f"{name}\n{total:,}" for name, total in zip(names, totals, strict=True)])
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel(texts.tell("confusion.predicted"), loc="left")
    axes.annotate(
        texts.tell("confusion.given"),
        (0, 1),
        (-4, 5),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=SMALL_SIZE,
    )
    axes.tick_params(labelsize=TEXT_SIZE)
    say(figure, _most_mistaken(table, texts), texts.tell("confusion.note"))
    return figure


def _most_mistaken(table: Table, texts: Texts) -> str:
    totals = table.sum(axis=1)
    if table.trace() == totals.sum():
        return texts.tell("confusion.title.none")
    if totals.max() < FEWEST_FACES:
        return texts.tell("confusion.title.few", fewest=FEWEST_FACES)
    shares = table / np.maximum(1, totals)[:, None]
    np.fill_diagonal(shares, 0.0)
    shares[totals < FEWEST_FACES] = 0.0
    given, taken = divmod(int(shares.argmax()), len(EMOTIONS))
    if not shares[given, taken]:
        return texts.tell("confusion.title.only_few", fewest=FEWEST_FACES)
    return texts.tell(
        "confusion.title",
        share=percent(shares[given, taken]),
        total=int(totals[given]),
        given=texts.name_of(EMOTIONS[given]),
        taken=texts.name_of(EMOTIONS[taken]),
    )


@styled
def recall_bars(table: Table, texts: Texts = ENGLISH) -> Figure:
    """Of each emotion, the share found (bar) and the share of what is called it that is right (diamond).

    What an emotion without faces or without answers would have is written as a dash. There is one face at least.
    """
    figure, (axes,) = new_figure(PAGE_WIDTH, 3.4)
    recall, precision = recall_of(table), precision_of(table)
    faces, answers = (dict(zip(EMOTIONS, table.sum(axis=axis).tolist(), strict=True)) for axis in (1, 0))
    for row, emotion in enumerate(EMOTIONS):
        found, right = recall[emotion], precision[emotion]
        written = percent(found) if faces[emotion] else "–", percent(right) if answers[emotion] else "–"
        (bar,) = axes.barh(row, found, height=0.7, color=COLORS[emotion])
        told = {"emotion": texts.name_of(emotion), "recall": written[0], "precision": written[1]}
        tip(bar, texts.tell("recall.tip", **told))
        if answers[emotion]:
            axes.plot(
                right, row, "D", color=INK, markersize=6.5, markeredgecolor=PAPER, markeredgewidth=1.2, clip_on=False
            )
        _write_beside(axes, row, written, va="center")
    heads = texts.tell("recall.recall"), texts.tell("recall.precision")
    _write_beside(axes, -0.75, heads, va="bottom", alpha=0.8)
    axes.set_yticks(range(len(EMOTIONS)), [texts.name_of(emotion) for emotion in EMOTIONS])
    axes.set_ylim(len(EMOTIONS) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", labelsize=TEXT_SIZE)
    percent_axis(axes.xaxis, 0.2)
    say(figure, _best_found(recall, faces, texts), texts.tell("recall.note"))
    return figure


def _best_found(recall: Mapping[str, float], faces: Mapping[str, int], texts: Texts) -> str:
    """Which emotion is found best and which worst, of those with faces enough."""
    told = by_recall(recall, faces)
    if len(told) < 3:
        return texts.tell("recall.title.few", fewest=FEWEST_FACES)
    least, best = told[0], told[-1]
    return texts.tell(
        "recall.title",
        best=texts.name_of(best),
        found=percent(recall[best]),
        best_faces=faces[best],
        least=texts.name_of(least),
        missed=percent(recall[least]),
        least_faces=faces[least],
    )


_RECALL_EDGES: Final = (46, 104)
"""Points on the right of the bars at which the figures of recall and precision end."""


def _write_beside(
    axes: Axes, row: float, written: tuple[str, str], *, va: Literal["center", "bottom"], alpha: float | None = None
) -> None:
    """Write what belongs to recall and to precision into their columns on the right of the bars."""
    for text, edge in zip(written, _RECALL_EDGES, strict=True):
        axes.annotate(
            text,
            (1, row),
            (edge, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va=va,
            fontsize=SMALL_SIZE,
            alpha=alpha,
        )


@styled
def reliability(
    probabilities: npt.NDArray[np.floating[Any]], emotions: npt.NDArray[np.integer[Any]], texts: Texts = ENGLISH
) -> Figure:
    """How often the network is right when it is so sure: probabilities (n, 7) against labels (n,)."""
    bins = reliability_bins(probabilities, emotions, bins=10)
    n = len(emotions)
    figure, (above, below) = new_figure(5.2, 5.2, 2, 1, share_x=True, heights=(4, 1))
    above.plot([0, 1], [0, 1], color=INK, alpha=MUTED, linestyle="--", dashes=(3, 2), linewidth=1.2)
    above.plot([sure for sure, _, _ in bins], [right for _, right, _ in bins], color=ACCENT, linewidth=1.4)
    for sure, right, count in bins:
        low, high = wilson_interval(right, count)
        above.plot([sure, sure], [low, high], color=ACCENT, alpha=0.5, linewidth=3, clip_on=False)
        (dot,) = above.plot(sure, right, "o", color=ACCENT, markersize=7, markeredgecolor=PAPER, clip_on=False)
        tip(
            dot,
            texts.tell(
                "reliability.tip",
                count=count,
                sure=percent(sure),
                right=percent(right),
                low=percent(low),
                high=percent(high),
            ),
        )
    edge = min(0.9, *(math.floor(10 * sure) / 10 for sure, _, _ in bins))
    places = [min(0.95, math.floor(10 * sure) / 10 + 0.05) for sure, _, _ in bins]
    below.bar(places, [count / n for _, _, count in bins], width=0.09, color=INK, alpha=0.35)
    for panel in (above, below):
        panel.tick_params(axis="x", pad=7)
        panel.set_xlim(edge, 1)
        percent_axis(panel.xaxis, 0.1)
    above.set_ylim(-0.04 + min(edge, *(wilson_interval(right, count)[0] for _, right, count in bins)), 1.0)
    percent_axis(above.yaxis, 0.2)
    percent_axis(below.yaxis)
    above.set_title(texts.tell("reliability.right"), loc="left", fontsize=TEXT_SIZE)
    below.set_title(texts.tell("reliability.faces"), loc="left", fontsize=TEXT_SIZE)
    below.set_xlabel(texts.tell("reliability.probability"))
    confidence = sum(sure * count for sure, _, count in bins) / n
    accuracy = sum(right * count for _, right, count in bins) / n
    apart = confidence - accuracy
    if abs(apart) <= FAIRLY_SURE:
        title = texts.tell("reliability.title.fair")
    elif apart > 0:
        title = texts.tell("reliability.title.surer", apart=apart)
    else:
        title = texts.tell("reliability.title.less_sure", apart=apart)
    say(figure, title, texts.tell("reliability.note", faces=n))
    return figure


@styled
def confused_pairs(table: Table, most: int = 8, texts: Texts = ENGLISH) -> Figure:
    """The pairs of emotions that are taken for one another, both ways, the most frequent first."""
    pairs = [
        (first, second, int(table[first, second]), int(table[second, first]))
        for first in range(len(EMOTIONS))
        for second in range(first + 1, len(EMOTIONS))
    ]
    shown = sorted((pair for pair in pairs if pair[2] + pair[3]), key=lambda pair: -(pair[2] + pair[3]))[:most]
    mistaken = int(table.sum() - table.trace())
    names = [texts.name_of(emotion) for emotion in EMOTIONS]
    figure, (axes,) = new_figure(PAGE_WIDTH, 1.0 + 0.36 * max(1, len(shown)))
    if not shown:
        axes.set_axis_off()
        say(figure, texts.tell("pairs.none"))
        return figure
    for row, (first, second, one_way, other_way) in enumerate(shown):
        for start, count, given, taken in ((0, one_way, first, second), (one_way, other_way, second, first)):
            (bar,) = axes.barh(row, count, left=start, height=0.7, color=COLORS[EMOTIONS[given]])
            tip(bar, texts.tell("pairs.tip", given=names[given], taken=names[taken], count=count))
        axes.annotate(
            texts.tell(
                "pairs.pair",
                together=one_way + other_way,
                first=names[first],
                second=names[second],
                there=one_way,
                back=other_way,
            ),
            (one_way + other_way, row),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL_SIZE,
        )
    axes.set_yticks(range(len(shown)), [f"{names[first]}, {names[second]}" for first, second, _, _ in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    first, second, one_way, other_way = shown[0]
    axes.set_xlim(0, 1.75 * max(1, one_way + other_way))
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", labelsize=TEXT_SIZE)
    axes.set_xlabel(texts.tell("pairs.faces"))
    together = one_way + other_way
    told = {
        "first": names[first],
        "second": names[second],
        "together": together,
        "mistakes": mistaken,
        "share": percent(together / mistaken),
    }
    say(figure, texts.tell("pairs.title", **told), texts.tell("pairs.note"))
    return figure
