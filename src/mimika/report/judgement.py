"""What is said of the chosen network and of what networks cost: numbers into sentences, marked as in `blocks`."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mimika.emotions import EMOTIONS
from mimika.record import Scores
from mimika.report.reading import Reading
from mimika.report.sentences import code
from mimika.training.fit import Verdict, check_fit
from mimika.wording import (
    duration,
    magnitude,
    percent,
    points,
)


def chosen(reading: Reading) -> str:
    """Which network it is, what it costs and how it fits, with the fit check's advice."""
    record = reading.typical
    verdict = f"{'has ' if reading.verdict is Verdict.COLLAPSED else ''}{reading.verdict_text}"
    return (
        f"{code(reading.name)} has {record.parameters:,} parameters and costs {magnitude(record.multiply_adds)} "
        f"multiply-adds a face. It {verdict}: {percent(reading.train_accuracy)} on training faces against "
        f"{percent(reading.candidate.accuracy)} on validation. {check_fit(record).advice}"
    )


def emotions(scores: Scores) -> str:
    """Which emotions a network finds best and least, and where its word counts most."""
    order = sorted(scores.recall, key=lambda emotion: scores.recall[emotion])
    best, least, next_least = order[-1], order[0], order[1]
    surest = max(scores.precision, key=lambda emotion: scores.precision[emotion])
    return (
        f"It finds {best} best, {percent(scores.recall[best])} of its faces, and {least} least, "
        f"{percent(scores.recall[least])}, then {next_least}, {percent(scores.recall[next_least])}. When it says "
        f"{surest} it is right most often, {percent(scores.precision[surest])}. Its macro F1, in which every emotion "
        f"counts alike, is {scores.macro_f1:.3f}."
    )


def confusions(table: npt.NDArray[np.int64]) -> str:
    """The pair of emotions that a network confuses most."""
    mistakes = int(table.sum() - table.trace())
    if not mistakes:
        return "It makes no mistake on these faces."
    both = np.triu(table + table.T, k=1)
    first, second = (int(index) for index in np.unravel_index(int(both.argmax()), both.shape))
    one, other = EMOTIONS[first], EMOTIONS[second]
    there, back = int(table[first, second]), int(table[second, first])
    return (
        f"Of its {mistakes:,} mistakes, {there + back:,} are between {one} and {other}: {there:,} faces labelled {one} "
        f"are called {other}, {back:,} the other way."
    )


def calibration(error: float, confidence: float, accuracy: float) -> str:
    """How its probabilities stand to how often it is right."""
    lean = confidence - accuracy
    how = "too sure of itself" if lean > 0.02 else "not sure enough" if lean < -0.02 else "about as sure as it is right"
    return (
        f"On average it gives its answer a probability of {percent(confidence)} and is right on {percent(accuracy)}: "
        f"{how} (expected calibration error {points(error)})."
    )


def cost(networks: Sequence[Reading]) -> str:
    """What the best network costs, whether a cheaper one comes within a point of it, and what the dearest brings."""
    learned = [one for one in networks if one.verdict is not Verdict.COLLAPSED] or list(networks)
    best = max(learned, key=lambda one: one.candidate.accuracy)
    near = [one for one in learned if one.candidate.accuracy >= best.candidate.accuracy - 0.01]
    lean = min(near, key=lambda one: (one.multiply_adds, one.candidate.parameters))
    dearest = max(learned, key=lambda one: one.multiply_adds)
    told = [
        f"{code(best.name)} has the highest accuracy, {percent(best.candidate.accuracy)}, at "
        f"{magnitude(best.candidate.parameters)} parameters, {magnitude(best.multiply_adds)} multiply-adds a face and "
        f"{duration(best.seconds)} of training."
    ]
    if lean.multiply_adds < 0.95 * best.multiply_adds:
        told.append(
            f"Within one point of it, {code(lean.name)} costs least: {magnitude(lean.multiply_adds)} multiply-adds, "
            f"{magnitude(lean.candidate.parameters)} parameters."
        )
    if dearest.multiply_adds > 1.05 * best.multiply_adds:
        behind = points(best.candidate.accuracy - dearest.candidate.accuracy)
        told.append(
            f"The dearest of those that learned, {code(dearest.name)} at {magnitude(dearest.multiply_adds)} "
            f"multiply-adds, reaches {behind} less."
        )
    return " ".join(told)
