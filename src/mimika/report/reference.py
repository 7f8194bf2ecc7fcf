"""The figures of the study that mimika does again, as facts to stand ours beside.

Source: one student's notebooks on FER2013 (Training to train, PublicTest to validate): best validation accuracy of one
training each, seed 42, published in per cent with one decimal.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mimika.data.known import VALIDATION_FACES, is_official
from mimika.recipe import Recipe
from mimika.recipes import named
from mimika.study.choose import Candidate
from mimika.study.study import StageOutcome

DIFFERS_FROM: Final = 3
"""Standard errors between our figure and the reference's from which the two count as different."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What the reference reports of one network: accuracies from 0 to 1; None where it gives none.

    `collapsed`: its accuracy is the share of the largest class, so it answered one class to everything.
    """

    validation: float
    train: float | None = None
    collapsed: bool = False

    @property
    def standard_error(self) -> float:
        """Of the validation accuracy, for the number of faces."""
        return standard_error(self.validation, VALIDATION_FACES)


FIGURES: Final[Mapping[str, Figure]] = {
    "cnn1": Figure(validation=0.516, train=0.867),
    "cnn3": Figure(validation=0.536, train=0.978),
    "cnn5": Figure(validation=0.556, train=0.925),
    "cnn7": Figure(validation=0.245, collapsed=True),
    "cnn5+augmentation": Figure(validation=0.324, train=0.515),
    "cnn5+dropout": Figure(validation=0.593, train=0.922),
    "cnn5+batch_norm": Figure(validation=0.624, train=0.978),
    "cnn5+batch_norm+dropout": Figure(validation=0.614, train=0.881),
    "cnn5+batch_norm+attention": Figure(validation=0.623, train=0.970),
    "cnn5+batch_norm+skip": Figure(validation=0.629, train=0.983),
    "cnn5+batch_norm+attention+skip": Figure(validation=0.619, train=0.976),
}

PATH: Final[Mapping[str, str]] = {
    "depth": "cnn5",
    "regularization": "cnn5+batch_norm",
    "architecture": "cnn5+batch_norm+skip",
}
"""The network the reference chose in each of its stages."""


def figure_for(recipe: Recipe) -> Figure | None:
    """The reference's figure for a network of the same name and the same recipe, whatever its seed, or None."""
    figure = FIGURES.get(recipe.name)
    if figure is None:
        return None
    theirs = named(recipe.name)
    return figure if recipe.seeded(theirs.seed).fingerprint == theirs.fingerprint else None


def choice(outcome: StageOutcome) -> str | None:
    """The network the reference chose in a stage; None beside another stage, other networks, trainings or faces."""
    alike = all(is_official(one.records[0].data) and figure_for(one.recipe) for one in outcome.candidates)
    return PATH.get(outcome.stage.name) if alike else None


def standard_error(share: float, n: int) -> float:
    """Of a share that was counted over n faces."""
    return math.sqrt(share * (1 - share) / n)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Ours less the reference's accuracy, and the standard error of that, as if the faces were drawn independently."""

    difference: float
    standard_error: float

    @property
    def differs(self) -> bool:
        """Whether it is larger than three standard errors: two would do for one network, not for eleven at once."""
        return abs(self.difference) > DIFFERS_FROM * self.standard_error


def pooled_spread(networks: Sequence[Candidate]) -> float:
    """Standard deviation of an accuracy over seeds, from all networks that never collapse; 0 with one seed each."""
    spreads = [one.spread for one in networks if one.spread is not None and not one.collapses]
    return math.sqrt(sum(spread**2 for spread in spreads) / len(spreads)) if spreads else 0.0


def compared(ours: Candidate, theirs: Figure, spread: float) -> Difference:
    """How a network's accuracy stands to the reference's.

    Where we have several seeds, the reference's one training counts as a draw of trainings that spread as ours do: by
    `spread`, or, for a network that collapses with any seed, by its own.
    """
    over_seeds = ours.spread or 0.0 if ours.collapses else spread
    of_seeds = over_seeds * math.sqrt(1 + 1 / len(ours.records))
    of_faces = standard_error(ours.accuracy, len(ours.correct))
    return Difference(
        difference=ours.accuracy - theirs.validation,
        standard_error=math.hypot(of_faces, theirs.standard_error, of_seeds),
    )
