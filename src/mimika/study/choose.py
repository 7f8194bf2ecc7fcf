"""Who wins a stage, and who is not to be told apart from the winner.

The rule, fixed before any run: the highest mean validation accuracy over seeds wins; the base is a candidate like the
others; an exact tie goes to the network with fewer parameters. A network is a *tie* with the winner where a paired
bootstrap over the validation faces, widened by what the seeds move and Holm-adjusted within the stage, does not tell
them apart at 5 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mimika.metrics import SeedNoise, holm, paired_p_value, seed_noise, spread, wilson_interval
from mimika.recipe import Recipe
from mimika.record import Record
from mimika.study.ledger import Ledger

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
        return float(np.mean(self.accuracies))

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Validation accuracy of each seed."""
        return tuple(record.scores.validation_accuracy for record in self.records)

    @property
    def accuracy_without_twins(self) -> float:
        """The same without the faces that train has too."""
        return float(np.mean([record.scores.validation_accuracy_without_twins for record in self.records]))

    @property
    def spread(self) -> float | None:
        """Standard deviation of the accuracy over the seeds; None for one seed."""
        return spread(self.accuracies)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the accuracy, for the number of faces."""
        return wilson_interval(self.accuracy * len(self.correct), len(self.correct))

    @property
    def parameters(self) -> int:
        """Weights that training changes."""
        return self.records[0].parameters


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """A candidate's place in a stage.

    `p_value` is that of the paired test against the winner, adjusted within the stage; None for the winner itself.
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
        """Whether it is not to be told apart from the winner."""
        return self.p_value is not None and self.p_value > TIE_ABOVE


def candidate(recipe: Recipe, seeds: Sequence[int], ledger: Ledger, checksum: str) -> Candidate | None:
    """The candidate for a recipe once the ledger has all its seeds, else None."""
    found = [ledger.find(recipe.changed({"seed": seed}), checksum) for seed in seeds]
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


def rank(candidates: Sequence[Candidate]) -> tuple[Standing, ...]:
    """The candidates in the order of the rule, each tested against the first."""
    # Rounded far below one face: the same hits, spread otherwise over the seeds, differ in the last bit of their mean.
    ordered = sorted(candidates, key=lambda one: (-round(one.accuracy, 9), one.parameters))
    if not ordered:
        return ()
    winner, *others = ordered
    noise = noise_of(ordered)
    adjusted = holm({other.name: paired_p_value(winner.correct, other.correct, noise) for other in others})
    return tuple(
        Standing(candidate=one, place=place, p_value=adjusted.get(one.name))
        for place, one in enumerate(ordered, start=1)
    )


def noise_of(candidates: Sequence[Candidate]) -> SeedNoise:
    """What chance in the seeds does to differences between these candidates; nothing is known of it with one seed."""
    return seed_noise([one.correct for one in candidates], [one.accuracies for one in candidates])
