"""Draws the documentation's pictures from what `make study` leaves: `python docs/pictures/draw.py study`."""

import sys
from pathlib import Path

from mimika.data.drawn import draw_faces
from mimika.figures import data, judging, networks, training
from mimika.figures.style import save
from mimika.metrics import confusion
from mimika.report.findings import Findings
from mimika.report.pictures import cost_figure, path_figure

HERE = Path(__file__).parent


def draw_all(study: Path) -> None:
    """The faces, the way of the study, one stage's curves, the chosen network, what it confuses, and what all cost."""
    findings = Findings.load(study)
    chosen = findings.chosen
    assert chosen is not None
    answers = findings.ledger.predictions(chosen.best)
    table = confusion(answers.emotions, answers.probabilities.argmax(axis=1))
    stage = {reading.name: reading for reading in findings.stages[1]}
    figures = {
        "faces.png": data.face_sheet(draw_faces(700)),
        "path.svg": path_figure(findings.outcomes, findings.stages),
        "curves.svg": training.curve_grid(
            {name: reading.typical for name, reading in stage.items()},
            {name: reading.verdict for name, reading in stage.items()},
        ),
        "network.svg": networks.drawing(chosen.candidate.recipe.architecture),
        "confusion.svg": judging.confusion(table),
        "cost.svg": cost_figure(findings.networks, findings.standings),
    }
    for name, figure in figures.items():
        save(figure, HERE / name)


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]))
