"""Probabilities that mean what they say: a temperature, and a threshold below which an answer is `unsure`.

Both are fitted on validation faces, and judged in five folds on faces that they were not fitted to. Pure functions on
arrays, as in `metrics`: probabilities are (n, 7), emotions (n,) indices into `EMOTIONS`.

Probabilities should come in 32 bits, as a network gives them. The 16 bits in which a run stores them hold nothing below
6e-8, and a network that is far too sure of itself then seems less so: its temperature comes out too small.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mimika.errors import RunError
from mimika.metrics import Flags, Floats, Labels, calibration_error

SURE_PRECISION: Final = 0.8
"""What sure answers must be worth: four of five agree with the label. People agree with FER2013's labels on about two
faces in three, so an answer that is called sure is to be clearly better than one more opinion."""

LEAST_SURE: Final = 30
"""Sure answers, at least, whose precision may carry a threshold: of one lucky answer, all are right."""

FOLDS: Final = 5

# Beyond these a temperature says that the network has learned nothing, or the labels by heart.
_TEMPERATURES: Final = (0.05, 20.0)
_HALVINGS: Final = 40
_THRESHOLDS: Final = np.arange(101) / 100


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What makes a network's probabilities honest, and how honest they are then.

    Attributes:
        temperature: what the logits are divided by before softmax; above 1, the network was too sure of itself. It is 1
            where a fitted one does not lower the error.
        error_before: expected calibration error without it, from 0 to 1.
        error_after: the same with it, cross-fitted: each face by a temperature fitted to the other folds.
        threshold: an answer whose calibrated probability lies below it is `unsure`; 1 where all faces together, or all
            the folds, find none.
        sure_share: which share of the faces gets a sure answer, cross-fitted; 0 where the threshold is 1.
        sure_precision: which share of the sure answers agrees with the label, cross-fitted; None where none is sure.
        faces: how many faces all of it was fitted to and judged on.
    """

    temperature: float
    error_before: float
    error_after: float
    threshold: float
    sure_share: float
    sure_precision: float | None
    faces: int


def calibrate(probabilities: Floats, emotions: Labels) -> Calibration:
    """Temperature and threshold of a network, from its answers on validation faces.

    Faces that have an identical twin in train should not be among them: the network may know those by heart, and would
    seem better, and less in need of doubt, than it is on faces to come.

    Raises:
        RunError: when there are fewer faces than folds.
    """
    if len(emotions) < FOLDS:
        raise RunError(
            f"Calibrating takes at least {FOLDS} validation faces that have no identical one in train; there are "
            f"{len(emotions)}. Take a data set with more."
        )
    before = calibration_error(probabilities, emotions)
    calibrated, sure = cross_fitted(probabilities, emotions)
    after = calibration_error(calibrated, emotions)
    is_better = after < before
    if not is_better:
        calibrated, sure = cross_fitted(probabilities, emotions, tempered=False)
        after = calibration_error(calibrated, emotions)
    temperature = fit_temperature(probabilities, emotions) if is_better else 1.0
    right = probabilities.argmax(axis=1) == emotions
    threshold = fit_threshold(apply_temperature(probabilities, temperature), emotions)
    if threshold == 1.0 or not sure.any():  # one that only the folds set, or none of them, rests on too little
        threshold, sure = 1.0, np.zeros_like(sure)
    return Calibration(
        temperature=temperature,
        error_before=before,
        error_after=after,
        threshold=threshold,
        sure_share=float(sure.mean()),
        sure_precision=float(right[sure].mean()) if sure.any() else None,
        faces=len(emotions),
    )


def fit_temperature(probabilities: Floats, emotions: Labels) -> float:
    """The temperature under which the answers' own probabilities say best which of them are right.

    Least is the cross entropy of "the most probable emotion is the label", not that of the label among all seven, as in
    Guo et al. 2017 (https://arxiv.org/abs/1706.04599): what is shown, held against a threshold and judged by the
    calibration error is the answer's probability alone (top-label calibration: Gupta and Ramdas 2022,
    https://arxiv.org/abs/2107.08353). The other six would have their say in the temperature too, and what label
    smoothing or a teacher did to them.

    Logits are taken back from the probabilities: a logarithm is off by a constant for each face, which softmax does
    not see. Sharper than chance and less sharp than certainty, the loss falls at first and rises in the end; halving
    the interval finds where its slope turns.
    """
    logits = np.sort(_logits(probabilities), axis=1)
    behind = logits[:, -1:] - logits[:, :-1]
    right = probabilities.argmax(axis=1) == emotions
    low, high = 1 / _TEMPERATURES[1], 1 / _TEMPERATURES[0]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        confidence = _softmax(middle * logits)[:, -1]
        # How fast the log-odds of each answer grow with 1 / temperature.
        growth = (_softmax(-middle * behind) * behind).sum(axis=1)
        slope = ((confidence - right) * growth).mean()
        low, high = (low, middle) if slope > 0 else (middle, high)
    return float(2 / (low + high))


def apply_temperature(probabilities: Floats, temperature: float) -> npt.NDArray[np.float64]:
    """The probabilities (n, 7) that the same logits give when divided by the temperature."""
    return _softmax(_logits(probabilities) / temperature)


def cross_fitted(
    probabilities: Floats, emotions: Labels, *, tempered: bool = True
) -> tuple[npt.NDArray[np.float64], Flags]:
    """Calibrated probabilities (n, 7), and which answers (n,) are sure, the same every time.

    Each face's temperature, which is 1 unless `tempered`, and threshold were fitted to the other folds, so that neither
    is judged on what it was fitted to.
    """
    calibrated = np.empty(probabilities.shape)
    sure = np.zeros(len(emotions), np.bool_)
    for held_out in _folds(len(emotions)):
        temperature = fit_temperature(probabilities[~held_out], emotions[~held_out]) if tempered else 1.0
        threshold = fit_threshold(apply_temperature(probabilities[~held_out], temperature), emotions[~held_out])
        calibrated[held_out] = apply_temperature(probabilities[held_out], temperature)
        sure[held_out] = calibrated[held_out].max(axis=1) >= threshold
    return calibrated, sure


def fit_threshold(probabilities: Floats, emotions: Labels) -> float:
    """The smallest hundredth such that, of the answers at least as probable, `SURE_PRECISION` agree with the label.

    1 where no threshold reaches that with `LEAST_SURE` answers: then hardly an answer is sure.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == emotions
    for threshold in _THRESHOLDS:
        sure = confidence >= threshold
        if sure.sum() >= LEAST_SURE and right[sure].mean() >= SURE_PRECISION:
            return float(threshold)
    return 1.0


def _folds(n: int) -> Iterator[Flags]:
    """For each fold, which of n faces it holds out: every face once, by a lot that is always the same."""
    fold_of = np.random.default_rng(0).permutation(n) % FOLDS
    for fold in range(FOLDS):
        yield fold_of == fold


def _logits(probabilities: Floats) -> npt.NDArray[np.float64]:
    # What a type rounds to nothing is at most its least number.
    least = float(np.finfo(probabilities.dtype).smallest_subnormal)
    return np.log(np.maximum(probabilities.astype(np.float64), least))


def _softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: npt.NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares
