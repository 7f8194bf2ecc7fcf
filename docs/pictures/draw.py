"""Draws the documentation's pictures from what `make study` leaves: `python docs/pictures/draw.py study`.

Those beside the records in docs/results are drawn with them.
"""

import sys
from pathlib import Path

from mimika.data.drawn import draw_faces
from mimika.figures import data, judging, networks, training
from mimika.figures.style import save
from mimika.metrics import confusion
from mimika.record import PREDICTIONS, RECORD, Predictions, Record
from mimika.report.findings import Findings
from mimika.report.pictures import cost_figure, curves_figure, path_figure
from mimika.training.fit import verdict_of

HERE = Path(__file__).parent


def draw_all(study: Path) -> None:
    """The faces, the way of the study, one stage's curves, the chosen network, what it confuses, and what all cost."""
    findings = Findings.load(study)
    chosen = findings.chosen
    assert chosen is not None
    answers = findings.ledger.predictions(chosen.candidate.best)
    table = confusion(answers.emotions, answers.answers)
    figures = {
        "faces.png": data.face_sheet(draw_faces(700)),
        "path.svg": path_figure(findings.outcomes, findings.stages),
        "curves.svg": curves_figure(findings.stages[1]),
        "network.svg": networks.drawing(chosen.candidate.recipe),
        "confusion.svg": judging.confusion(table),
        "cost.svg": cost_figure(findings.networks, findings.standings),
    }
    for name, figure in figures.items():
        save(figure, HERE / name)


def draw_studies(results: Path) -> None:
    """The path of each study that has one beside its ledger."""
    for path in results.glob("*/path.svg"):
        findings = Findings.load(path.parent)
        save(path_figure(findings.outcomes, findings.stages), path)


def draw_runs(results: Path) -> None:
    """What a training leaves beside its record, as far as it is kept: its curves, what it confuses."""
    for path in results.glob(f"*/{RECORD}"):
        record, answers = Record.load(path), Predictions.load(path.with_name(PREDICTIONS))
        figures = {
            "curves.png": training.curves(record, verdict_of(record)),
            "confusion.png": judging.confusion(confusion(answers.emotions, answers.answers)),
        }
        for name, figure in figures.items():
            if path.with_name(name).exists():
                save(figure, path.with_name(name))


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]))
    draw_studies(HERE.parent / "results")
    draw_runs(HERE.parent / "results")
