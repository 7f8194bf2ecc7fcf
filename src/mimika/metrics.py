"""Accuracy, confusion, calibration, intervals and paired tests: pure functions on arrays.

Labels and predictions are integer arrays (n,) of indices into `EMOTIONS`; probabilities are (n, 7) with rows that sum
to one; everything that is returned as a share runs from 0 to 1.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from statistics import NormalDist
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from mimika.emotions import EMOTIONS

Labels = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.floating[Any]]
Flags = npt.NDArray[np.bool_]
Comparison = TypeVar("Comparison")

FEWEST_FACES: Final = 30
"""Faces of an emotion below which the headlines of data, confusion, recall and embedding do not name it, nor a model
card as weak.

The 95 % interval of a share of 30 is 34 points wide.
"""

FAIRLY_SURE: Final = 0.02
"""A mean confidence and an accuracy that are no further apart count as alike."""

_FEWEST_DIFFERENCES: Final = 25
"""Faces on which two networks differ, below which a bootstrap knows too little of chance to be believed alone."""

_NORMAL_95: Final = NormalDist().inv_cdf(0.975)


class SeedNoise(NamedTuple):
    """How far chance in the seeds alone moves an accuracy that is a mean over seeds, or the difference of two.

    Attributes:
        error: its standard error, from 0 to 1, beside what chance in the faces does; 0 where one seed tells nothing.
        degrees: how many degrees of freedom that was estimated with.
    """

    error: float = 0.0
    degrees: float = 1

    def against(self, other: "SeedNoise") -> "SeedNoise":
        """That of the difference of two networks' accuracies; equal ones are one estimate, which holds for both.

        Degrees of freedom of two estimates: Welch 1947.
        """
        error = math.hypot(self.error, other.error)
        if self == other or not error:
            return SeedNoise(error, self.degrees)
        return SeedNoise(error, error**4 / (self.error**4 / self.degrees + other.error**4 / other.degrees))


NO_NOISE: Final = SeedNoise()


def accuracies(right: Flags, twins: Flags) -> tuple[float, float]:
    """The share of right answers (n,): on all faces, and on those without a twin in train (on all, if all have one).

    >>> accuracies(np.array([True, True, False]), np.array([True, False, False]))
    (0.6666666666666666, 0.5)
    """
    alone = right[~twins] if not twins.all() else right
    return float(right.mean()), float(alone.mean())


def confusion(labels: Labels, predicted: Labels) -> npt.NDArray[np.int64]:
    """Counts (7, 7): row the label, column the prediction."""
    n = len(EMOTIONS)
    cells = labels.astype(np.int64) * n + predicted.astype(np.int64)
    return np.bincount(cells, minlength=n * n).reshape(n, n).astype(np.int64)


def recall(table: npt.NDArray[np.int64]) -> dict[str, float]:
    """Of the faces with a label, the share that was found; NaN-free: 0 where there are none."""
    return _shares(table.diagonal(), table.sum(axis=1))


def by_recall(recalls: Mapping[str, float], faces: Mapping[str, int]) -> list[str]:
    """The emotions with `FEWEST_FACES` or more, from the one found least to the one found best; equals in their order.

    >>> by_recall({emotion: 0.5 for emotion in EMOTIONS} | {"sad": 0.4}, {emotion: 30 for emotion in EMOTIONS})[0]
    'sad'
    """
    return sorted((one for one in EMOTIONS if faces[one] >= FEWEST_FACES), key=lambda one: recalls[one])


def precision(table: npt.NDArray[np.int64]) -> dict[str, float]:
    """Of the faces predicted as an emotion, the share that is one; 0 where it was never predicted."""
    return _shares(table.diagonal(), table.sum(axis=0))


def macro_f1(table: npt.NDArray[np.int64]) -> float:
    """Mean of 2·hits / (labels + predictions) over the emotions that have labels or predictions; 0 without faces."""
    both = (table.sum(axis=0) + table.sum(axis=1)).tolist()
    shares = [2 * hits / n for hits, n in zip(table.diagonal().tolist(), both, strict=True) if n]
    return float(np.mean(shares)) if shares else 0.0


def calibration_error(probabilities: Floats, labels: Labels, bins: int = 15) -> float:
    """Expected calibration error: mean distance of confidence and accuracy over equal-width bins of confidence.

    Guo et al. 2017, https://arxiv.org/abs/1706.04599. There must be an answer.
    """
    return float(
        sum(count * abs(sure - right) for sure, right, count in reliability(probabilities, labels, bins))
    ) / len(labels)


def reliability(probabilities: Floats, labels: Labels, bins: int = 15) -> list[tuple[float, float, int]]:
    """Per filled bin of confidence: mean confidence, accuracy, number of faces."""
    confidence = probabilities.astype(np.float64).max(axis=1)
    hits = probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    filled = [bin_of == b for b in range(bins)]
    return [(float(confidence[b].mean()), float(hits[b].mean()), int(b.sum())) for b in filled if b.any()]


def wilson_interval(share: float, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share of n (Wilson 1927); it may be a mean over seeds.

    >>> tuple(round(x, 3) for x in wilson_interval(0.55, 100))
    (0.452, 0.644)
    """
    if n == 0:
        return (0.0, 1.0)
    z2 = _NORMAL_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _NORMAL_95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return (max(0.0, middle - half), min(1.0, middle + half))


def paired_p_value(
    first: Floats | Flags, second: Floats | Flags, noise: SeedNoise = NO_NOISE, *, draws: int = 10_000
) -> float:
    """How often chance alone would part two networks as far on the same faces: two-sided paired bootstrap.

    `first` and `second` say per face whether the network is right (or in which share of its seeds). The differences are
    centred, faces are drawn with replacement, and the p-value is the share of draws whose mean lies as far from
    zero as the one observed (Efron & Tibshirani 1993, ch. 16). Only the counts of the distinct differences matter to a
    mean, so those are drawn: exact, and fast for any n. What the seeds move beside is added to each draw, from
    Student's distribution: `noise` is that of the difference.

    Drawn from fewer than 25 faces that differ, chance looks smaller than it is; so the p-value is then at least that of
    the exact sign test on those (McNemar 1947, with the binomial distribution in place of its limit).
    """
    differences = first.astype(np.float64) - second.astype(np.float64)
    n = len(differences)
    observed = differences.mean() if n else 0.0
    if observed == 0.0:
        return 1.0
    values, counts = np.unique(differences * np.sign(observed), return_counts=True)  # so that order does not matter
    chance = np.random.default_rng(0)
    drawn = chance.multinomial(n, counts / n, size=draws) @ (values - abs(observed)) / n
    if noise.error:
        drawn += noise.error * chance.standard_t(noise.degrees, size=draws)
    p_value = float((np.count_nonzero(np.abs(drawn) >= abs(observed) - 1e-12) + 1) / (draws + 1))
    return max(p_value, _sign_test(differences))


def _sign_test(differences: Floats) -> float:
    """The exact two-sided p-value of as many differences above and below zero, if they are few; 0 if they are many."""
    above, below = int((differences > 0).sum()), int((differences < 0).sum())
    n = above + below
    if n >= _FEWEST_DIFFERENCES:
        return 0.0
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(min(above, below) + 1)) / 2.0**n)


def pairwise_p_values(networks: Sequence[Floats | Flags], noises: Sequence[SeedNoise]) -> Floats:
    """The paired p-value of every two networks, adjusted for all the pairs (Holm): (k, k), symmetric, 1 with itself.

    Whichever network is singled out afterwards, because it came first or because others build on it, its comparisons
    are among these. Adjusting for them alone would forget that the faces which test it have chosen it, too.

    Args:
        networks: for each, whether it is right per face, or in which share of its seeds, (n,).
        noises: for each, what the seeds do to its accuracy.
    """
    pairs = list(combinations(range(len(networks)), 2))
    draws = max(10_000, 200 * len(pairs))  # so that the least p-value there is stays far below 5 % when adjusted
    adjusted = holm(
        {
            (one, other): paired_p_value(
                networks[one], networks[other], noises[one].against(noises[other]), draws=draws
            )
            for one, other in pairs
        }
    )
    table = np.ones((len(networks), len(networks)))
    for (one, other), p_value in adjusted.items():
        table[one, other] = table[other, one] = p_value
    return table


def seed_noise(shares: Sequence[Floats], accuracies: Sequence[Sequence[float]]) -> SeedNoise:
    """What chance in the seeds does to the accuracy of each of several networks, estimated from all of them together.

    The variance of a network's accuracy over its seeds has two parts. One comes from faces that some seeds get right
    and others do not, each for itself: drawing faces shows it already. The other moves many faces at once; this is what
    remains when the first is taken off, and what a bootstrap over faces would miss.

    Args:
        shares: for each network, per face the share of its seeds that are right, (n,).
        accuracies: for each network, the accuracy of each seed, equally many.
    """
    seeds = min(map(len, accuracies), default=0)
    if seeds < 2:
        return NO_NOISE
    of_single_faces = [(share * (1 - share)).mean() * seeds / (seeds - 1) / len(share) for share in shares]
    common = np.mean([np.var(each, ddof=1) for each in accuracies]) - np.mean(of_single_faces)
    return SeedNoise(error=math.sqrt(max(0.0, common / seeds)), degrees=len(accuracies) * (seeds - 1))


def holm(p_values: Mapping[Comparison, float]) -> dict[Comparison, float]:
    """p-values adjusted for having made several comparisons (Holm 1979), in the order given.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    adjusted: dict[Comparison, float] = {}
    largest = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        largest = max(largest, min(1.0, p_values[name] * (len(p_values) - rank)))
        adjusted[name] = largest
    return {name: adjusted[name] for name in p_values}


def spread(values: Sequence[float]) -> float | None:
    """Standard deviation over seeds, or None for a single one."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def _shares(parts: npt.NDArray[np.int64], wholes: npt.NDArray[np.int64]) -> dict[str, float]:
    shares = np.divide(parts, wholes, out=np.zeros(len(EMOTIONS)), where=wholes > 0)
    return dict(zip(EMOTIONS, shares.tolist(), strict=True))
