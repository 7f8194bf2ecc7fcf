"""What a run is: an `Architecture` and the way it is trained, as frozen data.

A variant is a recipe with a few fields changed (`recipe.changed({"architecture.skip": True})`), so equality, resuming,
the W&B config and the report's "what it changes" all come from the same place.
"""

import hashlib
import json
import reprlib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator

from mimika.errors import RecipeError

Changes = Mapping[str, Any]
"""Dotted field names of a `Recipe` and their new values."""

# Raise this when a default below changes its meaning: fingerprints leave defaults out, so that a new field with a
# neutral default does not turn every finished run into an unknown one.
FINGERPRINT_VERSION: Final = 1

# What changes where and how a run is computed, not what it is.
_NOT_IN_FINGERPRINT: Final = {"name": True, "devices": True, "threads": True}


DEPTHS: Final = range(1, 8)
"""How many convolutions a network may have."""


class Frozen(BaseModel):
    """Data that is checked at birth and never changes."""

    # Losses of a training that diverged are NaN and must be readable again; plain JSON would make them null.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, ser_json_inf_nan="constants")


class Architecture(Frozen):
    """One network of the reference family: 3×3 convolutions, then the head flatten → 512 → 128 → 7."""

    depth: int = Field(5, ge=DEPTHS[0], le=DEPTHS[-1], description="number of convolutions")
    width: float = Field(1.0, gt=0, le=4, description="factor on all channel widths and on the head's hidden layers")
    batch_norm: bool = Field(False, description="batch normalization after each convolution")
    dropout: float = Field(0.0, ge=0, lt=1, description="rate after each hidden layer of the head")
    attention: bool = Field(False, description="squeeze-and-excitation after each convolution")
    skip: bool = Field(False, description="a 1×1 projection around each convolution")


class ResidualArchitecture(Frozen):
    """A residual network beyond the reference: stem, stages that each pool and widen, mean over the maps, head."""

    stem: int = Field(32, ge=8, description="channels of the first convolution, at full resolution")
    stages: tuple[Annotated[int, Field(ge=8)], ...] = Field(
        min_length=1, max_length=4, description="channels of each stage: 2×2 pooling, then its residual blocks"
    )
    blocks: int = Field(1, ge=1, le=8, description="residual blocks in each stage")
    kernel: Literal[3, 5] = Field(3, description="side of the stem's kernel and of the first one in each block")
    attention: bool = Field(True, description="squeeze-and-excitation in each block")
    dropout: float = Field(0.0, ge=0, lt=1, description="rate before the head")


def _family(architecture: object) -> str:
    """Which family a description means: a residual network is told by its stages."""
    if isinstance(architecture, dict):
        return _FAMILIES["stages" in architecture]
    return _FAMILIES[isinstance(architecture, ResidualArchitecture)]


_FAMILIES: Final = ("plain network", "residual network")  # no field is called so

AnyArchitecture = Annotated[
    Annotated[Architecture, Tag(_FAMILIES[0])] | Annotated[ResidualArchitecture, Tag(_FAMILIES[1])],
    Discriminator(_family),
]


class Augmentation(Frozen):
    """How far each training face is moved at random, anew in every epoch. The defaults are mild."""

    flip: bool = Field(True, description="each face, or its mirror image, as a coin falls")
    rotation_degrees: float = Field(10.0, ge=0, le=180, description="largest turn either way")
    shift: float = Field(0.1, ge=0, lt=1, description="largest shift either way, as a share of the side")
    scale: float = Field(0.1, ge=0, lt=1, description="largest change of size either way, as a share")
    erasing: float = Field(0.0, ge=0, le=1, description="share of the faces that lose a rectangle")
    brightness: float = Field(0.0, ge=0, lt=1, description="largest change either way, as a share of the gray range")
    contrast: float = Field(0.0, ge=0, lt=1, description="largest change either way, as a share")


class Distillation(Frozen):
    """Learning from what an ensemble answered to fixed views of each training face, beside the labels.

    The views are drawn once, by the recipe's augmentation, so that teachers and student look at the same pictures.
    """

    views: int = Field(8, ge=1, le=32, description="how many views of each training face the teachers answered")
    mirrored: bool = Field(
        False, description="teachers answer each view and its mirror image; students see either, with the mean answer"
    )
    share: float = Field(0.9, gt=0, le=1, description="weight of the teachers' answers; the rest is the labels'")
    teachers: str = Field("", description="checksum of the teachers' answers, filled in where they are given")


class Recipe(Frozen):
    """Everything that decides what a training results in, and on which devices it runs.

    Defaults are those of the reference study: Adam 1e-3, batch 64, at most 30 epochs, early stopping on validation
    accuracy with patience 5, best weights kept, seed 42.
    """

    name: str = Field("", description="what tables call it; not part of the fingerprint")
    architecture: AnyArchitecture = Field(
        Architecture(), description="the network: one of the reference's family, or, with `stages`, a residual one"
    )
    augmentation: Augmentation | None = Field(None, description="random changes of the training faces; `{}`: mild ones")
    epochs: int = Field(30, ge=1, description="how often all training faces are learned from, at most")
    patience: int = Field(5, ge=0, description="epochs without a better validation accuracy; 0: never stop early")
    keep: Literal["best", "last"] = Field("best", description="the epoch whose weights are kept")
    batch_size: int = Field(64, ge=2, description="faces in one step")
    optimizer: Literal["adam", "sgd", "muon"] = Field(
        "adam", description="sgd: with Nesterov momentum 0.9; muon: orthogonal steps for convolutions, sgd for the rest"
    )
    learning_rate: float = Field(1e-3, gt=0, allow_inf_nan=False, description="at its highest")
    weight_decay: float = Field(0.0, ge=0, allow_inf_nan=False, description="on weights, not on biases and norms")
    schedule: Literal["constant", "cosine", "linear"] = Field(
        "constant", description="how the learning rate falls to 0 by the last epoch; constant: not at all"
    )
    warmup: float = Field(0.0, ge=0, lt=1, description="share of the training over which the learning rate rises")
    label_smoothing: float = Field(0.0, ge=0, lt=1, description="share of each label that is spread over all emotions")
    mixup: float = Field(
        0.0, ge=0, allow_inf_nan=False, description="alpha of mixup's Beta(alpha, alpha), 0.01 or more; 0: off"
    )
    distillation: Distillation | None = Field(None, description="learning from the answers of an ensemble, too")
    ema_decay: float | None = Field(
        None, gt=0, lt=1, description="the weights kept are an exponential moving average with this decay"
    )
    ema_every: int = Field(1, ge=1, description="steps between two updates of the average")
    sizes: tuple[tuple[int, float], ...] = Field(
        (), description="progressive resizing: sides in pixels and the shares of the epochs at them, in order"
    )
    seed: int = Field(42, ge=0, description="of everything that is drawn: first weights, order, augmentation, dropout")
    precision: Literal["auto", "32-true", "bf16-mixed"] = Field("auto", description="auto: bf16 on CUDA, else 32 bits")
    devices: int = Field(1, ge=1, description="GPUs, or processes on the CPU; not part of the fingerprint")
    threads: int | None = Field(
        None, ge=1, description="CPU threads; unset: OMP_NUM_THREADS, else every core; not part of the fingerprint"
    )

    @model_validator(mode="after")
    def _every_device_has_a_share(self) -> Self:
        if self.batch_size < self.devices:
            raise ValueError(f"batch_size {self.batch_size} leaves some of {self.devices} devices without a face")
        return self

    @model_validator(mode="after")
    def _mixup_can_be_drawn(self) -> Self:
        if 0 < self.mixup < 0.01:  # 32 bits cannot tell such shares from 0 and 1
            raise ValueError(f"mixup {self.mixup:g} is too small to be drawn: 0 switches it off, 0.01 is the least")
        return self

    @model_validator(mode="after")
    def _views_can_be_drawn(self) -> Self:
        if self.distillation is None:
            return self
        if self.augmentation is None:
            raise ValueError("distillation needs an augmentation, which draws the views that the teachers answered")
        if self.distillation.mirrored and not self.augmentation.flip:
            raise ValueError("distillation.mirrored shows mirror images, and augmentation.flip = false wants none")
        return self

    @model_validator(mode="after")
    def _sizes_add_up(self) -> Self:
        if self.sizes:
            if isinstance(self.architecture, Architecture):
                raise ValueError("sizes need a residual architecture: the reference's head is made for one size")
            sides, shares = zip(*self.sizes, strict=True)
            if not (abs(sum(shares) - 1) <= 1e-6 and min(shares) > 0 and min(sides) >= 16):  # nan is none of these
                raise ValueError("sizes are sides of at least 16 pixels with shares above 0 that add up to 1")
        return self

    def changed(self, changes: Changes, origin: str = "recipe") -> Self:
        """This recipe with dotted fields replaced.

        Raises:
            RecipeError: for a field or a value that does not exist; names `origin`, where the changes come from.

        >>> Recipe().changed({"architecture.depth": 3}).architecture.depth
        3
        """
        tree = self.model_dump(mode="json")
        for dotted, value in changes.items():
            table, _, field = dotted.rpartition(".")
            node = tree.get(table) if table else tree
            model = _TABLES.get(_family(node) if table == "architecture" else table)
            if model is None or field not in model.model_fields:
                raise RecipeError(f"{origin}: {_no_field(dotted, model or Recipe)}.")
            if node is None:
                start = "start from a network such as cnn5+augmentation, or " if table == "augmentation" else ""
                raise RecipeError(
                    f"{origin}: {dotted} changes {table}, which is not set: {start}set {table}={{}} first."
                )
            if isinstance(node, dict):  # what else it may be is refused below
                node[field] = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
        return self.read(tree, origin)

    def changes_from(self, base: Self) -> dict[str, Any]:
        """The dotted fields, and their values as JSON has them, by which `base` becomes a recipe of this fingerprint.

        >>> Recipe(epochs=5).changed({"architecture.depth": 3}).changes_from(Recipe())
        {'architecture.depth': 3, 'epochs': 5}
        """
        before, after = (recipe.model_dump(mode="json", exclude=_NOT_IN_FINGERPRINT) for recipe in (base, self))
        return dict(_differing(before, after))

    @classmethod
    def read(cls, tree: Mapping[str, Any], origin: str) -> Self:
        """A recipe from a tree of plain values; raises `RecipeError`, which names `origin`, where they make none."""
        try:
            return cls.model_validate_json(json.dumps(tree, default=str))
        except ValidationError as error:
            raise RecipeError(f"{origin}: {first_fault(error, cls)}.") from None

    def side_at(self, epoch: int) -> int | None:
        """The side in pixels of the faces in an epoch, counted from 0: small first, as in progressive resizing.

        None where they stay as they are.

        Faces that are small cost less and already tell most (Tan & Le 2021, https://arxiv.org/abs/2104.00298). The last
        epoch is at the last size, however short the run.
        """
        done = 0.0
        for side, share in self.sizes:
            done += share * self.epochs
            if epoch < min(round(done), self.epochs - 1):
                return side
        return self.sizes[-1][0] if self.sizes else None

    def seeded(self, seed: int) -> Self:
        """This recipe with another seed."""
        return self.model_copy(update={"seed": seed})

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that two recipes share exactly when they describe the same result."""
        content = self.model_dump(mode="json", exclude_defaults=True, exclude=_NOT_IN_FINGERPRINT)
        text = json.dumps([FINGERPRINT_VERSION, content], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


_TABLES: Final[Mapping[str, type[Frozen]]] = {
    "": Recipe,
    _FAMILIES[0]: Architecture,
    _FAMILIES[1]: ResidualArchitecture,
    "augmentation": Augmentation,
    "distillation": Distillation,
}

FIELDS: Final[Mapping[str, str]] = {
    "lr": "learning_rate",
    **{
        field: f"{'architecture' if table in _FAMILIES else table}.{field}".lstrip(".")
        for table, model in _TABLES.items()
        for field in model.model_fields
    },
}
"""The dotted name of each field of a recipe, by what people may call it."""


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Where two trees of the same fields differ; trees of other fields differ as wholes."""
    for field, value in after.items():
        was = before[field]
        if isinstance(value, dict) and isinstance(was, dict) and value.keys() == was.keys():
            yield from ((f"{field}.{below}", changed) for below, changed in _differing(was, value))
        elif value != was:
            yield field, value


# What people write in place of what pydantic calls it.
_PLAINLY: Final[Mapping[str, str]] = {
    "bool_type": "should be true or false",
    "float_type": "should be a number",
    "int_type": "should be a whole number",
    "model_type": "should be a table of fields, or {} for its defaults",
    "string_type": "should be text",
    "tuple_type": "should be a list",
}


def first_fault(error: ValidationError, written: type[BaseModel] | None = None) -> str:
    """The first thing pydantic found wrong, as one line with the field's dotted name.

    Where people have `written` it, a field that does not exist is told with those that do.
    """
    fault = error.errors()[0]
    places = [str(part) for part in fault["loc"]]
    field = ".".join(place for place in places if place not in _FAMILIES)
    if fault["type"] == "extra_forbidden" and written is not None:
        return _no_field(field, next((_TABLES[place] for place in reversed(places[:-1]) if place in _TABLES), written))
    found = "" if fault["type"] == "missing" else f" (found {reprlib.repr(fault['input'])})"
    message = fault["msg"].removeprefix("Value error, ")  # pydantic's word for what our own validators raise
    message = _PLAINLY.get(fault["type"], message.removeprefix("Input "))
    return f"{field}: {message}{found}" if field else message


def _no_field(dotted: str, model: type[BaseModel]) -> str:
    """That there is no such field, which one may be meant, and which there are."""
    table, dot, field = dotted.rpartition(".")
    known = FIELDS if model is Recipe else {name: f"{table}{dot}{name}" for name in model.model_fields}
    hint = "".join(f"; {known[name]} is near" for name in get_close_matches(field, known, n=1))
    return f"no field is called {dotted}{hint}. There are: {', '.join(model.model_fields)}"
