"""What a finished run left: `Record`, one line of the ledger; and `SealedResult`, what the test split said.

A record holds numbers only. Verdicts, rankings and sentences are computed from it when they are shown, so they can
never disagree with it. Beside each record lie the run's `Predictions`: enough to make accuracies and tests again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from pydantic import AwareDatetime, ValidationError

from mimika.emotions import EMOTIONS
from mimika.errors import RunError
from mimika.files import UNREADABLE, replacing
from mimika.recipe import Frozen, Recipe, first_fault

RECORD: Final = "record.json"
"""The name under which a run's folder keeps its `Record`, written last."""

PREDICTIONS: Final = "predictions.npz"
"""The name under which it keeps its `Predictions`."""

MISTAKES: Final = "mistakes.png"
"""The name under which it keeps the picture of its most confident mistakes."""

SEALED: Final = "final.json"
"""The name under which a folder keeps its `SealedResult`."""

CLEAN_SAMPLE: Final = 3_589
"""Training faces, at most, on which the clean train accuracy is measured: as many as FER2013 has for validation."""


class EpochRow(Frozen):
    """One epoch: losses are mean cross entropies, accuracies and shares run from 0 to 1.

    `train_loss` is the one that was learned from, against smoothed, mixed or teachers' targets where a recipe has them;
    `validation_loss` is against the labels. Only without such targets may the two be compared.
    `learning_rate` is the one at which the epoch after it begins: 0 after the last of a schedule that ends there.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    learning_rate: float
    gradient_norm: float
    seconds: float
    faces_per_second: float


def best_row(rows: Sequence[EpochRow]) -> EpochRow:
    """The epoch with the highest validation accuracy, the earliest of equals."""
    return max(rows, key=lambda row: row.validation_accuracy)


class Data(Frozen):
    """Which faces a run saw."""

    checksum: str
    description: str
    train: int
    validation: int
    validation_twins: int


class Machine(Frozen):
    """Where a run was computed."""

    device: str
    threads: int
    precision: str
    python: str
    system: str
    versions: dict[str, str]
    commit: str | None


class Views(Frozen):
    """Accuracies from 0 to 1 where each validation face is answered by the mean over itself and its mirror image."""

    accuracy: float
    accuracy_without_twins: float


class Scores(Frozen):
    """How the kept weights do; accuracies from 0 to 1, losses as mean cross entropies without label smoothing.

    `train_accuracy` is the clean one: evaluation mode, no augmentation, on a fixed sample of at most `CLEAN_SAMPLE`
    training faces. `train_accuracy_running` is what the same epoch showed as it ran, augmented and with
    dropout. `validation_accuracy_without_twins` leaves out the validation faces that have an identical one in train.
    `flipped` is None in the records of runs that were finished before it was measured.
    """

    validation_accuracy: float
    validation_accuracy_without_twins: float
    validation_loss: float
    train_accuracy: float
    train_accuracy_running: float
    train_loss: float
    macro_f1: float
    calibration_error: float
    recall: dict[str, float]
    precision: dict[str, float]
    flipped: Views | None = None

    @property
    def gap(self) -> float:
        """Clean train accuracy less validation accuracy."""
        return self.train_accuracy - self.validation_accuracy


class Record(Frozen):
    """One finished run: its recipe, its epochs, its scores and where they come from.

    `best_epoch` is the epoch whose weights were kept: the last one where the recipe keeps that.
    """

    recipe: Recipe
    data: Data
    machine: Machine
    epochs: tuple[EpochRow, ...]
    best_epoch: int
    scores: Scores
    predicted_shares: dict[str, float]
    gradient_norms: dict[str, float]
    parameters: int
    multiply_adds: int
    seconds: float
    finished: AwareDatetime
    tracked_at: str | None = None

    @property
    def name(self) -> str:
        """What tables call the run's network."""
        return self.recipe.name or self.recipe.fingerprint

    @property
    def key(self) -> str:
        """What makes two runs the same run: recipe (with seed) and data. Names the run's files in a ledger."""
        return run_key(self.recipe, self.data.checksum)

    @property
    def most_called(self) -> tuple[str, float]:
        """The emotion that is answered most often on validation, and its share of the answers."""
        return max(self.predicted_shares.items(), key=lambda item: item[1])

    @property
    def kept_epoch(self) -> str:
        """Whose epoch's weights the figures are those of, in words."""
        epochs = len(self.epochs)
        last = self.recipe.keep == "last"
        return f"after all {epochs} epochs" if last else f"best at epoch {self.best_epoch} of {epochs}"

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """The record in a file or in a run's folder; raises `RunError` if there is none or it is not one."""
        path = Path(path)
        if path.suffix != ".json" and path.is_file():
            raise RunError(f"{path}: not a run's folder, nor its {RECORD}.")
        path = path / RECORD if path.is_dir() else path
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise RunError(f"{path}: no record there; a finished run leaves one.") from None
        except ValidationError as error:
            raise RunError(f"{path}: not a record of this version: {first_fault(error)}.") from None


@dataclass(frozen=True, kw_only=True, eq=False)
class Predictions:
    """What a run answered on the validation faces, with what is needed to judge it.

    Attributes:
        probabilities: float16 (n, 7), columns in the order of `EMOTIONS`.
        emotions: uint8 (n,), the labels.
        twins: bool (n,), True where train has a pixel-identical face.
    """

    probabilities: npt.NDArray[np.float16]
    emotions: npt.NDArray[np.uint8]
    twins: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        n = len(self.emotions)
        if self.probabilities.shape != (n, len(EMOTIONS)) or self.twins.shape != (n,):
            raise RunError(f"Predictions for {n} faces have shapes {self.probabilities.shape} and {self.twins.shape}.")

    @property
    def answers(self) -> npt.NDArray[np.int64]:
        """Each face's most probable emotion, an index into `EMOTIONS`."""
        answers: npt.NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return answers

    @property
    def correct(self) -> npt.NDArray[np.bool_]:
        """Whether each face's most probable emotion is its label."""
        hits: npt.NDArray[np.bool_] = self.answers == self.emotions
        return hits

    @property
    def surest_mistakes(self) -> npt.NDArray[np.int64]:
        """Indices of the wrong answers, the most confident first."""
        wrong = np.flatnonzero(~self.correct)
        return wrong[np.argsort(-self.probabilities[wrong].max(axis=1), kind="stable")]

    def save(self, path: Path) -> None:
        """Write a compressed .npz, all or nothing."""
        with replacing(path) as part, part.open("wb") as file:
            np.savez_compressed(file, probabilities=self.probabilities, emotions=self.emotions, twins=self.twins)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The predictions in a file; raises `RunError` if they are missing or damaged."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return cls(**{name: arrays[name] for name in ("probabilities", "emotions", "twins")})
        except UNREADABLE:
            raise RunError(
                f"{path}: the validation probabilities are missing or damaged; train the run again."
            ) from None


class SealedResult(Frozen):
    """What the chosen network did on the test split, and how often it was asked; intervals are 95 %.

    `first_accuracy` is what the first opening gave for `first_network`: the only figure nothing could be tuned to. It
    is None where that opening's result was lost.
    `elsewhere` counts the openings of the same stored test faces for other studies and runs, before the last of this.
    """

    network: str
    key: str
    opened: tuple[AwareDatetime, ...]
    first_accuracy: float | None
    first_network: str
    elsewhere: int
    faces: int
    twins: int
    accuracy: float
    interval: tuple[float, float]
    accuracy_without_twins: float
    macro_f1: float
    calibration_error: float
    recall: dict[str, float]
    confusion: tuple[tuple[int, ...], ...]

    @classmethod
    def find(cls, folder: Path) -> Self | None:
        """The result sealed into a folder, or None while the test split is unopened; `RunError` if it is damaged."""
        path = folder / SEALED
        if not path.is_file():
            return None
        try:
            return cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise RunError(f"{path}: not a sealed result of this version: {first_fault(error)}.") from None


def weights_of(run: Path, recipe: Recipe) -> Path:
    """Where a run's folder keeps the weights that are its result."""
    return run / f"{recipe.keep}.safetensors"


def run_key(recipe: Recipe, checksum: str) -> str:
    """`Record.key`, also before there is a record: `checksum` is that of the faces."""
    return f"{recipe.fingerprint}-{checksum[:8]}"


def now() -> datetime:
    """This moment, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
