"""Any runs side by side: each tested against the best of them on the same validation faces."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mimika.data.known import same_faces
from mimika.errors import RunError, require
from mimika.files import write_text
from mimika.language import ENGLISH
from mimika.recipes import names_apart
from mimika.record import Predictions, Record
from mimika.report import pictures
from mimika.report.blocks import Block, Cell, Column, Paragraph, Report, Row, Table
from mimika.report.html import to_html
from mimika.report.tables import mark, share_cell, standing_text
from mimika.study.choose import TIE_ABOVE, Candidate, rank
from mimika.training.fit import verdict_of
from mimika.wording import counted, duration, interval, listed, magnitude, percent, plain

_COLUMNS = (
    Column(key="run", title="Run"),
    Column(key="faces", title="n", numeric=True),
    Column(key="accuracy", title=ENGLISH.tell("column.validation.percent"), numeric=True),
    Column(key="interval", title="95 %", numeric=True),
    Column(key="without_twins", title=ENGLISH.tell("column.without_twins"), numeric=True),
    Column(key="gap", title=ENGLISH.tell("column.gap"), numeric=True),
    Column(key="epochs", title="Epochs", numeric=True),
    Column(key="parameters", title=ENGLISH.tell("column.parameters"), numeric=True),
    Column(key="multiply_adds", title=ENGLISH.tell("column.multiply_adds"), numeric=True),
    Column(key="seconds", title=ENGLISH.tell("column.time"), numeric=True),
    Column(key="verdict", title=ENGLISH.tell("column.verdict")),
    Column(key="p_value", title=ENGLISH.tell("column.standing"), numeric=True),
)


def compare_records(records: Sequence[Record], predictions: Sequence[Predictions]) -> Table:
    """One row per run, the highest validation accuracy first, each tested against that one.

    The tests are paired, and adjusted for all pairs of runs (Holm): the same faces say which one comes first. The table
    gives itself as aligned `lines()` and as plain `to_rows()`.

    Raises:
        RunError: when there are fewer than two runs, or they saw different faces.
    """
    _check_same_faces(records, predictions)
    candidates = [
        Candidate(
            recipe=record.recipe, records=(record,), correct=answers.correct.astype(np.float64), twins=answers.twins
        )
        for record, answers in zip(records, predictions, strict=True)
    ]
    labels = dict(zip(candidates, _names(records), strict=True))
    n = len(predictions[0].emotions)
    rows = []
    for standing in rank(candidates):
        candidate = standing.candidate
        (record,), label, limits = candidate.records, labels[candidate], candidate.interval
        verdict = verdict_of(record)
        rows.append(
            Row(
                cells=[
                    Cell(text=f"`{label}`", value=label),
                    Cell(text=f"{n:,}", value=n),
                    share_cell(candidate.accuracy),
                    Cell(text=interval(limits), value=limits),
                    share_cell(candidate.accuracy_without_twins),
                    Cell(text=plain(record.scores.gap), value=record.scores.gap),
                    Cell(text=str(len(record.epochs)), value=len(record.epochs)),
                    Cell(text=magnitude(record.parameters), value=record.parameters),
                    Cell(text=magnitude(record.multiply_adds), value=record.multiply_adds),
                    Cell(text=duration(record.seconds), value=record.seconds),
                    Cell(text=str(verdict), value=str(verdict)),
                    Cell(text=standing_text(standing), value=standing.p_value),
                ],
                mark=mark(standing),
            )
        )
    return Table(
        caption=f"{counted(len(records), 'run').capitalize()} on the same {n:,} validation faces; in percent.",
        columns=_COLUMNS,
        rows=rows,
        legend=ENGLISH.tell("ranking.legend"),
    )


def write_comparison(records: Sequence[Record], predictions: Sequence[Predictions], path: Path) -> Path:
    """Write the comparison with learning curves as one self-contained page, and return its path.

    Raises:
        RunError: as `compare_records`.
        ExtraMissing: when matplotlib is not installed.
    """
    require("matplotlib", "figures", "the page with its pictures")
    table = compare_records(records, predictions)
    rows = table.to_rows()
    ties = [f"`{row.cells[0].value}`" for row in table.rows if row.mark == "tie"]
    accuracy = rows[0]["accuracy"]
    assert isinstance(accuracy, float)
    tied = f" and ties with {listed(ties)}" if ties else ""
    runs = dict(zip(_names(records), records, strict=True))
    blocks: list[Block] = [
        table,
        Paragraph(
            text="Each run is tested against the first on the same faces, pair by pair: a bootstrap over the faces "
            "(an exact sign test where fewer than 25 of them differ), adjusted for all pairs of runs (Holm). "
            f"Above {TIE_ABOVE:.2f} it is a tie. One run is one seed: what another seed would change is not in these "
            "figures.",
            note=True,
        ),
        pictures.curves_of({str(row["run"]): runs[str(row["run"])] for row in rows}),
    ]
    report = Report(
        subject=f"{counted(len(records), 'run').capitalize()} compared",
        finding=f"`{rows[0]['run']}` comes first on validation: {percent(accuracy)}{tied}",
        opening=blocks,
        sections=(),
    )
    write_text(path, to_html(report))
    return path


def _check_same_faces(records: Sequence[Record], predictions: Sequence[Predictions]) -> None:
    if len(records) < 2:
        raise RunError(f"A comparison takes two runs or more, not {len(records)}.")
    labels = _names(records)
    for label, record, answers in zip(labels[1:], records[1:], predictions[1:], strict=True):
        if not same_faces(record.data, records[0].data):
            raise RunError(
                f"{labels[0]} and {label} saw different faces (data {records[0].data.checksum[:8]} and "
                f"{record.data.checksum[:8]}). Compare runs on the same data."
            )
        if not np.array_equal(answers.emotions, predictions[0].emotions):
            raise RunError(
                f"{labels[0]} and {label} were validated on different faces ({len(predictions[0].emotions):,} and "
                f"{len(answers.emotions):,}, or other labels). Compare runs on the same validation faces."
            )


def _names(records: Sequence[Record]) -> list[str]:
    return names_apart([record.recipe for record in records])
