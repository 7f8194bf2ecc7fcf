"""Tables of a study: a stage's ranking, the reference beside it, emotions, runs; and the ranking as plain lines."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from mimika.emotions import EMOTIONS
from mimika.language import ENGLISH, Texts
from mimika.record import Record
from mimika.report.blocks import Cell, Column, Row, Table, aligned
from mimika.report.reading import Reading, read_stage
from mimika.report.reference import DIFFERS_FROM, Difference, Figure
from mimika.study.choose import Standing
from mimika.study.study import StageOutcome
from mimika.wording import interval, magnitude, percent, plain, signed, span

_NONE: Final = Cell(text="–")


def ranking(readings: Sequence[Reading], missing: Sequence[str], texts: Texts = ENGLISH) -> Table:
    """A stage's networks in their order; ties are marked, and networks not finished stand last, without figures."""
    seeds = len(readings[0].records) if readings else 1
    validation = (
        texts.tell("column.validation.n", faces=readings[0].faces) if readings else texts.tell("column.validation")
    )
    columns = (
        Column(key="network", title=texts.tell("column.network")),
        Column(key="changes", title=texts.tell("column.changes")),
        Column(key="accuracy", title=validation, numeric=True),
        Column(key="interval", title="95 %", numeric=True),
        Column(key="without_twins", title=texts.tell("column.without_twins"), numeric=True),
        Column(key="gap", title=texts.tell("column.gap"), numeric=True),
        Column(key="best_epoch", title=texts.tell("column.best_epoch"), numeric=True),
        Column(key="parameters", title=texts.tell("column.parameters"), numeric=True),
        Column(key="multiply_adds", title=texts.tell("column.multiply_adds"), numeric=True),
        Column(key="seconds", title=texts.tell("column.time"), numeric=True),
        Column(key="verdict", title=texts.tell("column.verdict")),
        Column(key="standing", title=texts.tell("column.standing")),
    )
    rows = [Row(cells=_ranked(reading, texts), mark=mark(reading.standing)) for reading in readings]
    for name in missing:
        head = [Cell(text=f"`{name}`", value=name), Cell(text=texts.tell("cell.unfinished"), value="not finished")]
        rows.append(Row(cells=[*head, *[Cell(text="")] * (len(columns) - len(head))]))
    return Table(
        caption=texts.tell("ranking.caption", seeds=texts.tell("ranking.seeds", seeds=seeds) if seeds > 1 else ""),
        columns=columns,
        rows=rows,
        legend=texts.tell("ranking.legend"),
    )


def reference_table(known: Sequence[tuple[Reading, Figure, Difference]], texts: Texts = ENGLISH) -> Table:
    """Our figures beside the reference's."""
    rows = [
        Row(
            cells=[
                Cell(text=f"`{reading.name}`", value=reading.name),
                share_cell(reading.candidate.accuracy),
                share_cell(figure.validation),
                Cell(text=signed(difference.difference), value=difference.difference),
                share_cell(DIFFERS_FROM * difference.standard_error),
                Cell(
                    text=texts.tell("cell.differs") if difference.differs else texts.tell("cell.agrees"),
                    value=difference.differs,
                ),
                share_cell(reading.train_accuracy),
                _NONE if figure.train is None else share_cell(figure.train),
            ]
        )
        for reading, figure, difference in known
    ]
    return Table(
        caption=texts.tell("reference.caption"),
        columns=(
            Column(key="network", title=texts.tell("column.network")),
            Column(key="accuracy", title=texts.tell("column.ours"), numeric=True),
            Column(key="reference", title=texts.tell("column.reference"), numeric=True),
            Column(key="difference", title=texts.tell("column.difference"), numeric=True),
            Column(key="three_standard_errors", title=texts.tell("column.three_errors"), numeric=True),
            Column(key="differs", title=""),
            Column(key="train_accuracy", title=texts.tell("column.train_ours"), numeric=True),
            Column(key="reference_train", title=texts.tell("column.train_reference"), numeric=True),
        ),
        rows=rows,
    )


def emotion_table(
    faces: Mapping[str, int],
    recall: Mapping[str, float],
    precision: Mapping[str, float] | None = None,
    answers: Mapping[str, int] | None = None,
    *,
    texts: Texts = ENGLISH,
) -> Table:
    """How many faces an emotion has, how many of them are found and, if known, how often its name is right.

    `answers` counts the faces that were given each name: without any, there is no precision.
    """
    unsaid = {emotion for emotion, count in (answers or {}).items() if count == 0}
    columns = [
        Column(key="emotion", title=texts.tell("column.emotion")),
        Column(key="faces", title=texts.tell("column.faces"), numeric=True),
        Column(key="recall", title=texts.tell("column.recall"), numeric=True),
    ]
    if precision is not None:
        columns.append(Column(key="precision", title=texts.tell("column.precision"), numeric=True))
    return Table(
        caption=texts.tell("emotions.caption") if precision is None else texts.tell("emotions.caption.precision"),
        columns=columns,
        rows=[
            Row(
                cells=[
                    Cell(text=texts.tell("cell.emotion", emotion=emotion), value=emotion),
                    Cell(text=f"{faces[emotion]:,}", value=faces[emotion]),
                    share_cell(recall[emotion]) if faces[emotion] else _NONE,
                    *([] if precision is None else [_NONE if emotion in unsaid else share_cell(precision[emotion])]),
                ]
            )
            for emotion in EMOTIONS
        ],
        folded=precision is not None,
    )


def confusion_table(table: npt.NDArray[np.integer[Any]] | Sequence[Sequence[int]], texts: Texts = ENGLISH) -> Table:
    """Counts (7, 7): a row the label, a column the answer."""
    return Table(
        caption=texts.tell("confusion.caption"),
        columns=[
            Column(key="label", title=texts.tell("column.label")),
            *[Column(key=emotion, title=texts.name_of(emotion), numeric=True) for emotion in EMOTIONS],
        ],
        rows=[
            Row(
                cells=[
                    Cell(text=texts.name_of(label), value=label),
                    *[Cell(text=f"{int(count):,}", value=int(count)) for count in counts],
                ]
            )
            for label, counts in zip(EMOTIONS, table, strict=True)
        ],
        folded=True,
    )


def runs_table(runs: Sequence[tuple[str, Record]], unused: int, texts: Texts = ENGLISH) -> Table:
    """Every run with what identifies it, and a link to its mirror in W&B where that is online.

    `unused` says how many of them the page tells nothing of.
    """
    return Table(
        caption=texts.tell("runs.caption.unused", runs=unused) if unused else texts.tell("runs.caption"),
        columns=(
            Column(key="network", title=texts.tell("column.network")),
            Column(key="seed", title=texts.tell("column.seed"), numeric=True),
            Column(key="accuracy", title=texts.tell("column.validation.percent"), numeric=True),
            Column(key="finished", title=texts.tell("column.finished")),
            Column(key="seconds", title=texts.tell("column.time"), numeric=True),
            Column(key="device", title=texts.tell("column.device")),
            Column(key="fingerprint", title=texts.tell("column.fingerprint")),
            Column(key="tracked_at", title="W&B"),
        ),
        rows=[
            Row(
                cells=[
                    Cell(text=f"`{name}`", value=name),
                    Cell(text=str(record.recipe.seed), value=record.recipe.seed),
                    share_cell(record.scores.validation_accuracy),
                    Cell(text=f"{record.finished:%Y-%m-%d %H:%M}", value=record.finished.isoformat()),
                    _time(record.seconds, texts),
                    Cell(text=record.machine.device, value=record.machine.device),
                    Cell(text=f"`{record.recipe.fingerprint}`", value=record.recipe.fingerprint),
                    _tracked(record.tracked_at, texts),
                ]
            )
            for name, record in runs
        ],
        folded=True,
    )


def ranking_lines(outcomes: Sequence[StageOutcome]) -> list[str]:
    """A study's ranking as plain lines for a terminal: per stage its question, then a line a network.

    Columns stand under each other over all stages; networks that are not finished are named as such.
    """
    grid: list[list[str]] = []
    heads: dict[int, str] = {}
    for outcome in outcomes:
        heads[len(grid)] = f"{outcome.stage.name} · {outcome.stage.question}"
        grid += [_line(reading) for reading in read_stage(outcome)]
        grid += [[name, "not finished", "", "", "", "", "", ""] for name in outcome.missing]
    lines = aligned(grid, [False, True, False, True, True, True, False, False]) if grid else []
    told: list[str] = []
    for position, line in enumerate(lines):
        if position in heads:
            told += [*([""] if told else []), heads[position]]
        told.append(f"  {line}")
    return told


def standing_text(standing: Standing, texts: Texts = ENGLISH) -> str:
    """How a network stands to the first: with the adjusted p-value, and *tie* where that is too large to part them."""
    if standing.p_value is None:
        return texts.tell("cell.first")
    if standing.ties:
        return texts.tell("cell.tie", p=standing.p_value)
    return texts.tell("cell.chance", p=standing.p_value)


def _line(reading: Reading) -> list[str]:
    candidate = reading.candidate
    spread = "" if candidate.spread is None else f"± {100 * candidate.spread:.1f}"
    epochs = span([len(record.epochs) for record in reading.records])
    return [
        reading.name,
        percent(candidate.accuracy),
        spread,
        f"gap {plain(reading.gap):>4}",
        f"{epochs} epoch{'' if epochs == '1' else 's'}",
        magnitude(candidate.parameters),
        reading.told_verdict(ENGLISH),
        "winner" if reading.standing.wins else "tie" if reading.standing.ties else "",
    ]


def _ranked(reading: Reading, texts: Texts) -> list[Cell]:
    candidate = reading.candidate
    spread = "" if candidate.spread is None else f" ± {100 * candidate.spread:.1f}"
    best = [record.best_epoch for record in reading.records]
    epochs = [len(record.epochs) for record in reading.records]
    name = f"**`{reading.name}`**" if reading.standing.wins else f"`{reading.name}`"
    accuracy = f"{100 * candidate.accuracy:.1f}{spread}"
    return [
        Cell(text=name, value=reading.name),
        Cell(
            text=texts.tell("cell.base") if reading.is_base else ", ".join(reading.changes) or "–",
            value=", ".join(reading.changes),
        ),
        Cell(text=f"**{accuracy}**" if reading.standing.wins else accuracy, value=candidate.accuracy),
        Cell(text=interval(candidate.interval), value=candidate.interval),
        share_cell(candidate.accuracy_without_twins),
        Cell(text=plain(reading.gap), value=reading.gap),
        Cell(text=texts.tell("cell.epochs", best=best, last=epochs), value=float(np.mean(best))),
        Cell(text=magnitude(candidate.parameters), value=candidate.parameters),
        Cell(text=magnitude(reading.multiply_adds), value=reading.multiply_adds),
        _time(reading.seconds, texts),
        Cell(text=reading.told_verdict(texts), value=str(reading.verdict)),
        Cell(text=standing_text(reading.standing, texts), value=reading.standing.place),
    ]


def mark(standing: Standing) -> Literal["", "winner", "tie"]:
    """How a row is marked for how its network stands."""
    return "winner" if standing.wins else "tie" if standing.ties else ""


def share_cell(share: float) -> Cell:
    """A share in percent, without the sign."""
    return Cell(text=f"{100 * share:.1f}", value=share)


def _time(seconds: float, texts: Texts) -> Cell:
    return Cell(text=texts.tell("cell.time", seconds=seconds), value=seconds)


def _tracked(address: str | None, texts: Texts) -> Cell:
    return Cell(text=texts.tell("cell.run") if address else "", value=address, link=address)
