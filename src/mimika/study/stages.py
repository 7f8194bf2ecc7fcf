"""Studies as data: stages, what each variant changes, and the base that each stage starts from.

Adding a stage is adding an entry to `STAGES`; naming it in a study's TOML puts it to work.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, Field, ValidationError, field_validator

from mimika.errors import RecipeError
from mimika.recipe import Augmentation, Changes, Frozen, Recipe, first_fault
from mimika.recipes import PARTS, named, read_toml


class Stage(Frozen):
    """One question, and the variants that answer it; each variant changes the stage's base.

    A variant whose name starts with `+` is named after the base it changes. The base itself is a candidate in every
    stage that has one.
    """

    name: str
    question: str
    variants: dict[str, dict[str, Any]]
    base: str | None = Field(None, description="a network's name; None: the winner of the stage before")

    @field_validator("variants")
    @classmethod
    def _plain(cls, variants: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """As a file has them, so that a stage is the same before and after it was written."""
        return {
            name: {
                field: value.model_dump(mode="json") if isinstance(value, BaseModel) else value
                for field, value in changes.items()
            }
            for name, changes in variants.items()
        }

    def recipes(self, base: Recipe | None, common: Recipe) -> dict[str, Recipe]:
        """The recipes to compare by name, the base first; a first stage has none and starts from `common`.

        Raises:
            RecipeError: when a variant changes a field that the base does not have.
        """
        start = base or common
        recipes = {} if base is None else {base.name: base}
        for name, changes in self.changes(start.name).items():
            recipes[name] = start.changed({**changes, "name": name})
        return recipes

    def changes(self, base: str) -> dict[str, dict[str, Any]]:
        """What each variant changes in the base of this name, by its network's name."""
        return {
            base + variant if variant.startswith("+") else variant: changes
            for variant, changes in self.variants.items()
        }


class Study(Frozen):
    """Stages in their order, the seeds each network is trained with, and what all runs have in common."""

    name: str
    stages: tuple[Stage, ...] = Field(min_length=1)
    seeds: tuple[int, ...] = Field((42,), min_length=1)
    recipe: Recipe = Recipe()

    def with_seeds(self, count: int) -> Self:
        """The same study with `count` seeds: its own, and as many as are wanted from the number after its highest."""
        more = range(max(self.seeds) + 1, max(self.seeds) + 1 + count - len(self.seeds))
        return self.model_copy(update={"seeds": (*self.seeds[:count], *more)})

    def base_of(self, stage: Stage) -> Recipe | None:
        """The base that is named for a stage; None where it is the winner of the stage before."""
        return named(stage.base, self.recipe) if stage.base else None


def _parts(*combinations: str) -> dict[str, dict[str, Any]]:
    """Variants from parts of network names: `+batch_norm+dropout` makes both changes."""
    return {
        combination: {field: value for part in combination.split("+")[1:] for field, value in PARTS[part].items()}
        for combination in combinations
    }


_SCHEDULE: Final[Mapping[str, Any]] = {
    "optimizer": "sgd",
    "learning_rate": 0.05,
    "weight_decay": 5e-4,
    "schedule": "cosine",
    "warmup": 0.05,
    "patience": 0,
    "keep": "last",
}
_MOVES: Final[Mapping[str, Any]] = {"rotation_degrees": 15.0, "shift": 0.12, "scale": 0.15, "erasing": 0.3}
_AUGMENTATION: Final[Mapping[str, Any]] = {"augmentation": Augmentation(**_MOVES)}
_SMOOTHING: Final[Mapping[str, Any]] = {"label_smoothing": 0.1}
_EMA: Final[Mapping[str, Any]] = {"ema_decay": 0.998}

STAGES: Final[Mapping[str, Stage]] = {
    stage.name: stage
    for stage in (
        Stage(
            name="depth",
            question="How many layers?",
            variants={f"cnn{depth}": {"architecture.depth": depth} for depth in (1, 3, 5, 7)},
        ),
        Stage(
            name="regularization",
            question="What keeps it from memorising?",
            variants=_parts("+dropout", "+batch_norm", "+batch_norm+dropout", "+augmentation"),
        ),
        Stage(
            name="architecture",
            question="Do channel attention or skip connections help?",
            variants=_parts("+attention", "+skip", "+attention+skip"),
        ),
        Stage(
            name="training",
            question="How far does the same network go when it is trained better?",
            variants={
                "+schedule": {**_SCHEDULE},
                "+moves": {**_AUGMENTATION},
                "+smoothing": {**_SMOOTHING},
                "+ema": {**_EMA},
                "+all": {**_SCHEDULE, **_AUGMENTATION, **_SMOOTHING, **_EMA},
            },
        ),
        Stage(
            name="teachers",
            question="Which networks answer well, each in a way of its own?",
            variants={
                "kernel5": {"architecture": {"stem": 32, "stages": [48, 96, 208], "kernel": 5, "dropout": 0.2}},
                "plain": {
                    "architecture": {"stem": 32, "stages": [64, 112, 144, 176], "attention": False, "dropout": 0.2}
                },
                "deep": {"architecture": {"stem": 16, "stages": [40, 80, 160], "blocks": 2, "dropout": 0.2}},
                "mixed": {
                    "architecture": {"stem": 24, "stages": [72, 120, 240], "dropout": 0.1},
                    "label_smoothing": 0.0,
                    "mixup": 0.2,
                },
                "wide": {
                    "architecture": {"stem": 40, "stages": [72, 144, 336], "dropout": 0.2},
                    "epochs": 110,
                    "optimizer": "sgd",
                    "learning_rate": 0.06,
                    "weight_decay": 5e-4,
                    "augmentation": {**_MOVES, "brightness": 0.2, "contrast": 0.2},
                    "sizes": [[32, 0.5], [40, 0.3], [48, 0.2]],
                },
            },
        ),
    )
}


class _StudyFile(Frozen):
    """A study as its TOML says it: stages by name, and only what differs from the defaults."""

    stages: tuple[str, ...] = Field(("depth", "regularization", "architecture"), min_length=1)
    seeds: tuple[Annotated[int, Field(ge=0)], ...] = Field((42,), min_length=1)
    bases: dict[str, str] = Field(default_factory=dict)
    recipe: dict[str, Any] = Field(default_factory=dict)


def read_study(name_or_path: str, changes: Changes | None = None) -> Study:
    """The study in a TOML file, by path or by the name of one that mimika ships.

    Args:
        name_or_path: as `read_toml` takes it.
        changes: dotted fields of what all its runs have in common, put over what the file says.

    Raises:
        RecipeError: naming the file and the field that cannot be meant.
    """
    tree, origin = read_toml(name_or_path)
    if "architecture" in tree:
        raise RecipeError(f"{origin}: a run, not a study: `mimika train {origin}`.")
    try:
        described = _StudyFile.model_validate_json(json.dumps(tree, default=str))
        described.recipe.update(changes or {})
        _check(described)
        common = Recipe().changed(described.recipe)
        for base in described.bases.values():
            named(base, common)
    except ValidationError as error:
        raise RecipeError(f"{origin}: {first_fault(error, _StudyFile)}.") from None
    except RecipeError as error:
        raise RecipeError(f"{origin}: {error}") from None
    return Study(
        name=origin.rsplit("/", 1)[-1].removesuffix(".toml"),
        stages=tuple(STAGES[name].model_copy(update={"base": described.bases.get(name)}) for name in described.stages),
        seeds=described.seeds,
        recipe=common,
    )


def _check(described: _StudyFile) -> None:
    """Raise `RecipeError` for what each field alone allows and all together do not."""
    unknown = [name for name in (*described.stages, *described.bases) if name not in STAGES]
    if unknown:
        raise RecipeError(f"no stage is called {unknown[0]}; there are {', '.join(STAGES)}.")
    for what, values in (("stage", described.stages), ("seed", described.seeds)):
        twice = [value for value in values if values.count(value) > 1]
        if twice:
            raise RecipeError(f"the {what} {twice[0]} stands there twice; a repetition would count as evidence.")
    if "seed" in described.recipe:
        raise RecipeError("a study's seeds are set by --seeds, or by seeds = [42] in its file, not by the field seed.")
    idle = [name for name in described.bases if name not in described.stages]
    if idle:
        raise RecipeError(f"a base for {idle[0]}, which is not among its stages ({', '.join(described.stages)}).")
    if "distillation" in (field.partition(".")[0] for field in described.recipe):
        raise RecipeError("a study has no teachers to learn from: `mimika train` distils.")
    if "depth" in described.stages[1:] and "+" in described.bases.get("depth", "+"):
        raise RecipeError(
            "the stage depth compares networks without parts: name it first, or give it a base without any under "
            "[bases], such as cnn5."
        )
    first = STAGES[described.stages[0]]
    if first.name not in described.bases and any(name.startswith("+") for name in first.variants):
        raise RecipeError(f"its first stage, {first.name}, changes a network: name it under [bases] {first.name}.")
