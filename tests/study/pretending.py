"""A trainer that trains nothing: it leaves what a training with the accuracy it is told would leave."""

import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mimika.data.faces import Faces
from mimika.models.layers import parameters
from mimika.recipe import Recipe
from mimika.record import Predictions, Record
from tests.records import make_record

FACES = 400
"""Validation faces that are answered."""


def answers(accuracy: float, seed: int = 0) -> Predictions:
    """Predictions that are right for exactly this share of the faces; which ones is drawn with the seed."""
    emotions = (np.arange(FACES) % 7).astype(np.uint8)
    wrong = np.random.default_rng(seed).permutation(FACES)[round(accuracy * FACES) :]
    predicted = emotions.copy()
    predicted[wrong] = (predicted[wrong] + 1) % 7
    probabilities = np.full((FACES, 7), 0.05, np.float16)
    probabilities[np.arange(FACES), predicted] = 0.7
    return Predictions(probabilities=probabilities, emotions=emotions, twins=np.arange(FACES) < 20)


def finished(recipe: Recipe, predictions: Predictions, checksum: str) -> Record:
    """The record of a run of this recipe that answered so."""
    accuracy = float(predictions.correct.mean())
    record = make_record(accuracy=accuracy, faces=FACES, predictions=predictions)
    return record.model_copy(
        update={
            "recipe": recipe,
            "data": record.data.model_copy(update={"checksum": checksum}),
            "parameters": parameters(recipe.architecture),
        }
    )


class Pretending:
    """Answers as accurately as `accuracies` says for a network's name, otherwise half right; keeps what it was asked.

    Like the real trainer it returns at once what a finished run left in its folder. With `killed_at` it stops the
    study before the run of that name.
    """

    def __init__(self, accuracies: Mapping[str, float] | None = None, killed_at: str | None = None) -> None:
        self.accuracies = accuracies or {}
        self.killed_at = killed_at
        self.asked: list[tuple[str, int]] = []
        self.trained: list[str] = []

    def __call__(self, recipe: Recipe, faces: Faces, folder: Path) -> Record:
        self.asked.append((recipe.name, recipe.seed))
        if (folder / "record.json").is_file():
            return Record.load(folder / "record.json")
        if recipe.name == self.killed_at:
            raise KeyboardInterrupt
        predictions = answers(self.accuracies.get(recipe.name, 0.5), zlib.crc32(f"{recipe.name}{recipe.seed}".encode()))
        record = finished(recipe, predictions, faces.checksum)
        folder.mkdir(parents=True)
        predictions.save(folder / "predictions.npz")
        (folder / "record.json").write_text(record.model_dump_json())
        self.trained.append(folder.name)
        return record

    @property
    def names(self) -> list[str]:
        """The networks it was asked to train, in order."""
        return [name for name, _ in self.asked]
