"""The study's pictures for the page."""

from pathlib import Path

import numpy as np

from mimika.emotions import EMOTIONS
from mimika.record import Predictions
from mimika.report.findings import Findings
from mimika.report.pictures import judging, path_figure
from tests.records import make_predictions

STUDY = Path(__file__).parents[2] / "docs" / "results" / "reference-study"


def test_the_path_joins_bases_to_winners_and_the_references_own_choices():
    findings = Findings.load(STUDY)
    (axes,) = path_figure(findings.outcomes, findings.stages).axes
    (dotted,) = [line for line in axes.lines if line.get_linestyle() == ":"]
    assert list(dotted.get_ydata()) == [0.556, 0.624, 0.629]
    joined = [line for line in axes.lines if line.get_linewidth() == 2.6]
    reached = {reading.name: reading.candidate.accuracy for reading in findings.networks}
    steps = [(one.base.name, one.standings[0].candidate.name) for one in findings.outcomes if one.base]
    assert [list(line.get_ydata()) for line in joined] == [[reached[name] for name in step] for step in steps]
    assert [base for base, _ in steps] == ["cnn5", "cnn5+batch_norm"]
    dots = [line.get_gid().split(":")[1] for line in axes.lines if (line.get_gid() or "").endswith(")")]
    assert dots[:4] == [" cnn1", " cnn3", " cnn5", " cnn7"], "in the order in which they are tried"


def test_the_confusion_of_a_network_without_mistakes_names_none():
    drawn = make_predictions(faces=70)
    perfect = Predictions(
        probabilities=np.eye(len(EMOTIONS), dtype=np.float16)[drawn.emotions],
        emotions=drawn.emotions,
        twins=drawn.twins,
    )
    confused, *_ = judging(perfect)
    assert "No emotion is taken for another" in confused.svg
