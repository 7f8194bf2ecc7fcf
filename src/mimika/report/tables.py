"""Tables of a study: a stage's ranking, the reference beside it, emotions, runs; and the ranking as plain lines."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from mimika.emotions import EMOTIONS
from mimika.record import Record
from mimika.report.blocks import Cell, Column, Row, Table, aligned
from mimika.report.reading import Reading, read_stage
from mimika.report.reference import compared, figure_for
from mimika.study.choose import Standing
from mimika.study.study import StageOutcome
from mimika.wording import duration, interval, magnitude, percent, probability, signed, span, words

_NONE: Final = Cell(text="–")


def ranking(readings: Sequence[Reading], missing: Sequence[str]) -> Table:
    """A stage's networks in their order; ties are marked, and networks not finished stand last, without figures."""
    seeds = len(readings[0].records) if readings else 1
    n = f", n = {readings[0].faces:,}" if readings else ""
    columns = (
        Column(key="network", title="Network"),
        Column(key="changes", title="Changes"),
        Column(key="accuracy", title=f"Validation{n}", numeric=True),
        Column(key="interval", title="95 %", numeric=True),
        Column(key="without_twins", title="Without twins", numeric=True),
        Column(key="gap", title="Gap", numeric=True),
        Column(key="best_epoch", title="Best epoch", numeric=True),
        Column(key="parameters", title="Parameters", numeric=True),
        Column(key="multiply_adds", title="Multiply-adds", numeric=True),
        Column(key="seconds", title="Time", numeric=True),
        Column(key="verdict", title="Fit check"),
        Column(key="standing", title="Against the first"),
    )
    rows = [Row(cells=_ranked(reading), mark=_mark(reading.standing)) for reading in readings]
    for name in missing:
        head = [Cell(text=f"`{name}`", value=name), Cell(text="not finished", value="not finished")]
        rows.append(Row(cells=[*head, *[Cell(text="")] * (len(columns) - len(head))]))
    return Table(
        caption="Accuracies and gaps in percent"
        + (f"; ± is the standard deviation over {words(seeds)} seeds" if seeds > 1 else "")
        + "; the gap is clean train accuracy less validation accuracy. A bar on the left joins the first and its ties.",
        columns=columns,
        rows=rows,
    )


def reference_table(stages: Sequence[Sequence[Reading]]) -> Table:
    """Our figures beside the reference's, a network once, in the order of the study."""
    rows: dict[str, Row] = {}
    for reading in (one for stage in stages for one in stage):
        figure = figure_for(reading.candidate.recipe)
        if figure is None or reading.name in rows:
            continue
        accuracy = reading.candidate.accuracy
        difference = compared(accuracy, reading.faces, figure)
        train = "–" if figure.train is None else f"{100 * figure.train:.1f}"
        rows[reading.name] = Row(
            cells=[
                Cell(text=f"`{reading.name}`", value=reading.name),
                _share(accuracy),
                _share(figure.validation),
                Cell(text=signed(difference.difference), value=difference.difference),
                Cell(text=f"{200 * difference.standard_error:.1f}", value=2 * difference.standard_error),
                Cell(text="differs" if difference.differs else "agrees", value=difference.differs),
                _share(reading.train_accuracy),
                Cell(text=train, value=figure.train),
            ]
        )
    return Table(
        caption="Network by network beside the reference, in percent; SE: the standard error of the difference.",
        columns=(
            Column(key="network", title="Network"),
            Column(key="accuracy", title="Ours", numeric=True),
            Column(key="reference", title="Reference", numeric=True),
            Column(key="difference", title="Difference", numeric=True),
            Column(key="two_standard_errors", title="2 SE", numeric=True),
            Column(key="differs", title=""),
            Column(key="train_accuracy", title="Train, ours", numeric=True),
            Column(key="reference_train", title="Train, reference", numeric=True),
        ),
        rows=list(rows.values()),
    )


def emotion_table(
    faces: Mapping[str, int],
    recall: Mapping[str, float],
    precision: Mapping[str, float] | None = None,
    answers: Mapping[str, int] | None = None,
) -> Table:
    """How many faces an emotion has, how many of them are found and, if known, how often its name is right.

    `answers` counts the faces that were given each name: without any, there is no precision.
    """
    unsaid = {emotion for emotion, count in (answers or {}).items() if count == 0}
    columns = [
        Column(key="emotion", title="Emotion"),
        Column(key="faces", title="Faces", numeric=True),
        Column(key="recall", title="Recall %", numeric=True),
    ]
    if precision is not None:
        columns.append(Column(key="precision", title="Precision %", numeric=True))
    return Table(
        caption="Per emotion: the share of its faces that are found (recall)"
        + ("" if precision is None else " and of the faces given its name that have it (precision)")
        + ".",
        columns=columns,
        rows=[
            Row(
                cells=[
                    Cell(text=emotion, value=emotion),
                    Cell(text=f"{faces[emotion]:,}", value=faces[emotion]),
                    _share(recall[emotion]),
                    *([] if precision is None else [_NONE if emotion in unsaid else _share(precision[emotion])]),
                ]
            )
            for emotion in EMOTIONS
        ],
        folded=precision is not None,
    )


def confusion_table(table: npt.NDArray[np.integer[Any]] | Sequence[Sequence[int]]) -> Table:
    """Counts (7, 7): a row the label, a column the answer."""
    return Table(
        caption="The confusion in counts: a row for each label, a column for each answer.",
        columns=[
            Column(key="label", title="Label"),
            *[Column(key=emotion, title=emotion, numeric=True) for emotion in EMOTIONS],
        ],
        rows=[
            Row(
                cells=[
                    Cell(text=label, value=label),
                    *[Cell(text=f"{int(count):,}", value=int(count)) for count in counts],
                ]
            )
            for label, counts in zip(EMOTIONS, table, strict=True)
        ],
        folded=True,
    )


def runs_table(runs: Sequence[tuple[str, Record]]) -> Table:
    """Every run with what identifies it, and a link to its mirror in W&B where that is online."""
    return Table(
        caption="Every run of the study, as the ledger has it.",
        columns=(
            Column(key="network", title="Network"),
            Column(key="seed", title="Seed", numeric=True),
            Column(key="accuracy", title="Validation %", numeric=True),
            Column(key="finished", title="Finished (UTC)"),
            Column(key="seconds", title="Time", numeric=True),
            Column(key="device", title="Device"),
            Column(key="fingerprint", title="Fingerprint"),
            Column(key="tracked_at", title="W&B"),
        ),
        rows=[
            Row(
                cells=[
                    Cell(text=f"`{name}`", value=name),
                    Cell(text=str(record.recipe.seed), value=record.recipe.seed),
                    _share(record.scores.validation_accuracy),
                    Cell(text=f"{record.finished:%Y-%m-%d %H:%M}", value=record.finished.isoformat()),
                    Cell(text=duration(record.seconds), value=record.seconds),
                    Cell(text=record.machine.device, value=record.machine.device),
                    Cell(text=f"`{record.recipe.fingerprint}`", value=record.recipe.fingerprint),
                    _tracked(record.tracked_at),
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


def standing_text(standing: Standing) -> str:
    """How a network stands to the first: with the adjusted p-value, and *tie* where that is too large to part them."""
    if standing.p_value is None:
        return "first"
    return f"{'tie, ' if standing.ties else ''}{probability(standing.p_value)}"


def _line(reading: Reading) -> list[str]:
    candidate = reading.candidate
    spread = "" if candidate.spread is None else f"± {100 * candidate.spread:.1f}"
    epochs = span([len(record.epochs) for record in reading.records])
    return [
        reading.name,
        percent(candidate.accuracy),
        spread,
        f"gap {100 * reading.gap:4.1f}",
        f"{epochs} epoch{'' if epochs == '1' else 's'}",
        magnitude(candidate.parameters),
        reading.verdict_text,
        "winner" if reading.standing.wins else "tie" if reading.standing.ties else "",
    ]


def _ranked(reading: Reading) -> list[Cell]:
    candidate = reading.candidate
    spread = "" if candidate.spread is None else f" ± {100 * candidate.spread:.1f}"
    best = [record.best_epoch for record in reading.records]
    epochs = [len(record.epochs) for record in reading.records]
    name = f"**`{reading.name}`**" if reading.standing.wins else f"`{reading.name}`"
    accuracy = f"{100 * candidate.accuracy:.1f}{spread}"
    return [
        Cell(text=name, value=reading.name),
        Cell(text=", ".join(reading.changes) or "the base", value=", ".join(reading.changes)),
        Cell(text=f"**{accuracy}**" if reading.standing.wins else accuracy, value=candidate.accuracy),
        Cell(text=interval(candidate.interval), value=candidate.interval[0]),
        _share(candidate.accuracy_without_twins),
        Cell(text=f"{100 * reading.gap:.1f}", value=reading.gap),
        Cell(text=f"{span(best)} of {span(epochs)}", value=float(np.mean(best))),
        Cell(text=magnitude(candidate.parameters), value=candidate.parameters),
        Cell(text=magnitude(reading.multiply_adds), value=reading.multiply_adds),
        Cell(text=duration(reading.seconds), value=reading.seconds),
        Cell(text=reading.verdict_text, value=str(reading.verdict)),
        Cell(text=standing_text(reading.standing), value=reading.standing.place),
    ]


def _mark(standing: Standing) -> Literal["", "winner", "tie"]:
    return "winner" if standing.wins else "tie" if standing.ties else ""


def _share(share: float) -> Cell:
    return Cell(text=f"{100 * share:.1f}", value=share)


def _tracked(address: str | None) -> Cell:
    online = address is not None and address.startswith(("https://", "http://"))
    return Cell(text="run" if online else "", value=address if online else None, link=address if online else None)
