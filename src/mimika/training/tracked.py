"""What of a run is mirrored to W&B, as plain values: config, epochs, summary, two tables. No wandb here.

Everything is taken from the record and its predictions, under the names that they have there, so that a mirror can be
held against the ledger number by number and be written again from it.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mimika.emotions import EMOTIONS
from mimika.metrics import confusion
from mimika.record import EpochRow, Predictions, Record
from mimika.training.fit import check_fit

EPOCH: Final = "epoch/"
"""What the names of an epoch's values begin with: `epoch/validation_accuracy` is one epoch's, `validation_accuracy` is
that of the weights that were kept."""

CONFUSION: Final = "confusion"
MISTAKES: Final = "mistakes"

MISTAKES_LISTED: Final = 16

Rows = list[list[Any]]


def epoch_values(row: EpochRow) -> dict[str, float]:
    """One epoch: losses, accuracies from 0 to 1, learning rate, gradient norm, seconds and faces per second."""
    return {EPOCH + name: value for name, value in row.model_dump(exclude={"epoch"}).items()}


def origin_values(record: Record) -> dict[str, Any]:
    """Where a run's figures come from: the faces it saw and the machine; with the recipe they are its config."""
    return record.model_dump(mode="json", include={"data", "machine"})


def summary_values(record: Record) -> dict[str, Any]:
    """What came out of a run: its scores, everything else that its record has measured, and what the fit check says."""
    fit = check_fit(record)
    measured = record.model_dump(
        mode="json", exclude={"recipe", "data", "machine", "epochs", "scores", "tracked_at"}, exclude_none=True
    )
    return {
        **record.scores.model_dump(exclude_none=True),
        "gap": record.scores.gap,
        "fit": {"verdict": str(fit.verdict), "evidence": fit.evidence, "advice": fit.advice},
        **measured,
    }


def confusion_rows(predictions: Predictions) -> Rows:
    """A row a label: its name, then how many of its faces got each answer, in the order of `EMOTIONS`."""
    table = confusion(predictions.emotions, predictions.answers)
    return [[label, *counts] for label, counts in zip(EMOTIONS, table.tolist(), strict=True)]


def mistake_rows(predictions: Predictions) -> tuple[npt.NDArray[np.int64], Rows]:
    """The wrong answers that the network was surest of, at most `MISTAKES_LISTED`.

    Returns:
        The faces' places among the validation faces, and a row for each: place, label, answer, and the probability of
        each emotion.
    """
    places = predictions.surest_mistakes[:MISTAKES_LISTED]
    answers = predictions.probabilities[places].astype(np.float64)
    return places, [
        [int(place), EMOTIONS[predictions.emotions[place]], EMOTIONS[row.argmax()], *row.tolist()]
        for place, row in zip(places, answers, strict=True)
    ]


def numbers(tree: Mapping[str, Any]) -> dict[str, float]:
    """Every number of a tree by its dotted name.

    >>> numbers({"recall": {"angry": 0.5}, "page": "page.html", "parameters": 7})
    {'recall.angry': 0.5, 'parameters': 7}
    """
    found: dict[str, float] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{below}": number for below, number in numbers(value).items()}
        elif isinstance(value, (int, float)):
            found[name] = value
    return found
