"""What a study still has to run, and how long that takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from mimika.models.layers import multiply_adds, parameters
from mimika.recipe import Recipe
from mimika.record import Record
from mimika.study.ledger import Ledger
from mimika.study.stages import Study
from mimika.study.study import outcome

_AROUND_A_RUN_SECONDS: Final = 5.0
"""What judging, pictures and the mirror of a run take, whatever it trains."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The runs of a study, each once: those the ledger has and those it lacks.

    Stages whose base is not decided yet are planned on the network that leads so far, so later runs are right in number
    and near in cost.
    """

    done: tuple[Record, ...]
    missing: tuple[Recipe, ...]

    @classmethod
    def of(cls, study: Study, ledger: Ledger, checksum: str) -> Self:
        """The plan of a study on the faces with this checksum."""
        wanted = {
            recipe.fingerprint: recipe
            for network in _networks(study, ledger, checksum)
            for recipe in (network.seeded(seed) for seed in study.seeds)
        }
        found = {key: ledger.find(recipe, checksum) for key, recipe in wanted.items()}
        return cls(
            done=tuple(record for record in found.values() if record is not None),
            missing=tuple(recipe for key, recipe in wanted.items() if found[key] is None),
        )

    def without(self, recipe: Recipe) -> Self:
        """The same plan, less a run that has just been done."""
        missing = tuple(one for one in self.missing if one.fingerprint != recipe.fingerprint)
        return replace(self, missing=missing)

    def seconds_left(self, measured: Sequence[Record]) -> float:
        """How long the missing runs take at most, at the pace of runs that were measured on this machine."""
        pace = sum(record.seconds for record in measured) / sum(
            _work(record.recipe, len(record.epochs)) for record in measured
        )
        trained = sum(_work(recipe, recipe.epochs) for recipe in self.missing)
        return pace * trained + _AROUND_A_RUN_SECONDS * len(self.missing)


def _networks(study: Study, ledger: Ledger, checksum: str) -> Iterable[Recipe]:
    outcomes = {one.stage.name: one for one in outcome(study, ledger, checksum)}
    leader: Recipe | None = None
    for stage in study.stages:
        known = outcomes.get(stage.name)
        base = known.base if known else study.base_of(stage) or leader
        recipes = list(stage.recipes(base, study.recipe).values())
        yield from recipes
        # Before anything is known, the middle one: in the stage of depths that is cnn5.
        leader = known.candidates[0].recipe if known and known.candidates else recipes[len(recipes) // 2]


def _work(recipe: Recipe, epochs: int) -> float:
    """What a training costs, in multiply-adds a face; all runs of a study see the same number of faces.

    Updating a weight moves some forty bytes a step, which takes about as long as a multiply-add for each face of a
    batch of 64. The rest of a step costs like a million more.
    """
    architecture = recipe.architecture
    return epochs * (multiply_adds(architecture) + parameters(architecture) * 64 / recipe.batch_size + 1e6)
