"""Who wins a stage, and who is not to be told apart from the winner.

The rule, fixed before any run: the highest mean validation accuracy over seeds wins; the base is a candidate like the
others; an exact tie goes to the network with fewer parameters. A network is a *tie* with the winner where a paired
bootstrap over the validation faces (an exact sign test where few of them differ), widened by what the seeds move and
Holm-adjusted for all pairs of the stage, does not tell them apart at 5 %. All pairs, because the same faces that test
the winner have chosen it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mimika.metrics import SeedNoise, pairwise_p_values, seed_noise, spread, wilson_interval
from mimika.recipe import Recipe
from mimika.record import Record
from mimika.study.ledger import Ledger
from mimika.training.fit import Verdict, verdict_of

TIE_ABOVE: Final = 0.05
"""Adjusted p-values above this are ties."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """A network with the finished runs of all its seeds.

    Attributes:
        correct: float64 (n,), per validation face the share of seeds that got it right.
        twins: bool (n,), the validation faces with an identical one in train.
    """

    recipe: Recipe
    records: tuple[Record, ...]
    correct: npt.NDArray[np.float64]
    twins: npt.NDArray[np.bool_]

    @property
    def name(self) -> str:
        """The network's name in the study."""
        return self.recipe.name

    @property
    def accuracy(self) -> float:
        """Mean validation accuracy over the seeds."""
        return _mean(self.accuracies)

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Validation accuracy of each seed."""
        return tuple(record.scores.validation_accuracy for record in self.records)

    @property
    def accuracy_without_twins(self) -> float:
        """The same without the faces that train has too."""
        return _mean([record.scores.validation_accuracy_without_twins for record in self.records])

    @property
    def order(self) -> tuple[float, int]:
        """By what the rule sorts: the highest accuracy first, at an exact tie the fewest parameters."""
        return -self.accuracy, self.parameters

    @property
    def best(self) -> Record:
        """The run with the highest validation accuracy, the first of equals: it stands for all where one must."""
        return max(self.records, key=lambda record: record.scores.validation_accuracy)

    @property
    def collapses(self) -> bool:
        """Whether it collapsed to one class with at least one seed."""
        return any(verdict_of(record) is Verdict.COLLAPSED for record in self.records)

    @property
    def spread(self) -> float | None:
        """Standard deviation of the accuracy over the seeds; None for one seed."""
        return spread(self.accuracies)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the accuracy, for the number of faces."""
        return wilson_interval(self.accuracy, len(self.correct))

    @property
    def parameters(self) -> int:
        """Weights that training changes."""
        return self.records[0].parameters


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """A candidate's place among others.

    `p_value` is that of the paired test against the one they are ranked against, the winner if no other is named,
    adjusted for all their pairs; None for that one itself.
    """

    candidate: Candidate
    place: int
    p_value: float | None

    @property
    def wins(self) -> bool:
        """Whether this is the stage's winner."""
        return self.place == 1

    @property
    def ties(self) -> bool:
        """Whether it is not to be told apart from the one they are ranked against."""
        return self.p_value is not None and is_tie(self.p_value)


def is_tie(p_value: float) -> bool:
    """Whether an adjusted p-value leaves two networks undecided."""
    return p_value > TIE_ABOVE


def candidate(recipe: Recipe, seeds: Sequence[int], ledger: Ledger, checksum: str) -> Candidate | None:
    """The candidate for a recipe once the ledger has all its seeds, else None."""
    found = [ledger.find(recipe.seeded(seed), checksum) for seed in seeds]
    records = [record for record in found if record is not None]
    if len(records) < len(seeds):
        return None
    answers = [ledger.predictions(record) for record in records]
    return Candidate(
        recipe=recipe,
        records=tuple(records),
        correct=np.mean([answer.correct for answer in answers], axis=0),
        twins=answers[0].twins,
    )


def rank(candidates: Sequence[Candidate], against: Candidate | None = None) -> tuple[Standing, ...]:
    """The candidates in the order of the rule, each tested against the first, or against another one of them."""
    ordered = in_order(candidates)
    if not ordered:
        return ()
    tested = ordered.index(against or ordered[0])
    p_values = _p_values(ordered)[tested].tolist()
    return tuple(
        Standing(candidate=one, place=position + 1, p_value=None if position == tested else p_values[position])
        for position, one in enumerate(ordered)
    )


def in_order(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates in the order of the rule, the winner first."""
    return tuple(sorted(candidates, key=lambda one: one.order))


def first_without_twins(ordered: Sequence[Candidate]) -> Standing | None:
    """Who would come first by the faces that train has no twin of, tested on them against the first by the rule.

    None where that is the same network.
    """
    other = max(ordered, key=lambda one: one.accuracy_without_twins)
    if other.accuracy_without_twins == ordered[0].accuracy_without_twins:
        return None
    p_values = pairwise_p_values([one.correct[~one.twins] for one in ordered], _noises(ordered))
    return Standing(candidate=other, place=1, p_value=float(p_values[0, ordered.index(other)]))


@lru_cache(maxsize=16)  # a stage is ranked against its winner and against its base
def _p_values(ordered: tuple[Candidate, ...]) -> npt.NDArray[np.floating[Any]]:
    return pairwise_p_values([one.correct for one in ordered], _noises(ordered))


def _noises(candidates: Sequence[Candidate]) -> list[SeedNoise]:
    """What chance in the seeds does to each candidate's accuracy; nothing is known of it with one seed.

    It is estimated from all together, except for networks that collapse: their runs differ by as much as learning
    brings, or not at all, so each of them is estimated by itself.
    """
    together = _noise([one for one in candidates if not one.collapses])
    return [_noise([one]) if one.collapses else together for one in candidates]


def _noise(candidates: Sequence[Candidate]) -> SeedNoise:
    return seed_noise([one.correct for one in candidates], [one.accuracies for one in candidates])


def _mean(accuracies: Sequence[float]) -> float:
    """Rounded far below one face: the same hits, spread otherwise over the seeds, differ in the last bit of a mean."""
    return round(float(np.mean(accuracies)), 9)
