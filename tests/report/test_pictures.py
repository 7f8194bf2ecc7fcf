"""The study's pictures for the page."""

import numpy as np

from mimika.emotions import EMOTIONS
from mimika.record import Predictions
from mimika.report.pictures import judging
from tests.records import make_predictions, make_record


def test_the_confusion_of_a_network_without_mistakes_names_none():
    drawn = make_predictions(faces=70)
    perfect = Predictions(
        probabilities=np.eye(len(EMOTIONS), dtype=np.float16)[drawn.emotions],
        emotions=drawn.emotions,
        twins=drawn.twins,
    )
    confused, *_ = judging(make_record(predictions=perfect), perfect)
    assert "No emotion is taken for another" in confused.svg
