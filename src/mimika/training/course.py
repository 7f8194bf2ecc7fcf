"""The course of a run, epoch by epoch: rows, best and last weights, and when to stop. A Lightning callback."""

import csv
import io
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch import Callback, LightningModule, Trainer

from mimika.errors import RunError
from mimika.files import write_text
from mimika.recipe import Recipe
from mimika.record import EpochRow, best_row
from mimika.training.checkpoint import CheckpointCard, save_weights
from mimika.training.randomness import reseed
from mimika.training.task import FaceTask
from mimika.training.watch import Watch


def is_over(rows: Sequence[EpochRow], recipe: Recipe) -> bool:
    """Whether a run with these epochs behind it has come to its end: all done, or none better for too long."""
    if not rows:
        return False
    waited = rows[-1].epoch - best_row(rows).epoch
    return rows[-1].epoch >= recipe.epochs or 0 < recipe.patience <= waited


class Course(Callback):
    """Keeps what each epoch left; its rows travel in Lightning's own checkpoint, so a continued run has them all.

    `faces` is the checksum of the faces that are learned from.
    """

    def __init__(self, recipe: Recipe, faces: str, out: Path, watch: Watch) -> None:
        self.rows: list[EpochRow] = []
        self._recipe = recipe
        self._faces = faces
        self._out = out
        self._watch = watch
        self._started = 0.0
        self._precision = ""

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        """Note the precision that a recipe of precision "auto" has here."""
        self._precision = str(trainer.precision)

    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Give the epoch its own random streams."""
        epoch = trainer.current_epoch + 1
        reseed(self._recipe.seed, epoch, trainer.global_rank)
        batches: Any = trainer.train_dataloader
        batches.set_epoch(epoch)
        self._started = time.monotonic()

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: object, batch: object, batch_idx: int
    ) -> None:
        """Say how far the epoch is."""
        batches = int(trainer.num_training_batches)
        size = self._recipe.batch_size
        self._watch.batch_ended(trainer.current_epoch + 1, (batch_idx + 1) * size, batches * size)

    def on_validation_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Write down the epoch and keep its weights, the averaged ones where weights are averaged.

        This callback stands before Lightning's averaging, which puts the raw weights back in this same hook.
        """
        if not isinstance(pl_module, FaceTask):
            raise TypeError("Course goes with FaceTask")
        self.rows.append(self._row(trainer, pl_module))
        row, best = self.rows[-1], best_row(self.rows)
        if trainer.is_global_zero:
            card = CheckpointCard(
                recipe=self._recipe,
                epoch=row.epoch,
                validation_accuracy=row.validation_accuracy,
                faces=self._faces,
            )
            weights = pl_module.network.state_dict()
            save_weights(weights, card, self._out / "last.safetensors")
            if row is best:
                save_weights(weights, card, self._out / "best.safetensors")
            write_rows(self.rows, self._out / "metrics.csv")
        trainer.should_stop = is_over(self.rows, self._recipe)
        self._watch.epoch_ended(row, best.validation_accuracy)

    def state_dict(self) -> dict[str, Any]:
        """The rows as plain values, since checkpoints are loaded without pickle."""
        return {"rows": [row.model_dump() for row in self.rows], "precision": self._precision}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the rows up again.

        Raises:
            RunError: when the epochs before were trained in another precision than this machine would go on in.
        """
        self.rows = rows_of(state_dict)
        self.check_precision(state_dict, self._precision)

    def check_precision(self, state_dict: dict[str, Any], here: str) -> None:
        """Raise `RunError` where a saved state is of another precision than the one that a run would have here."""
        before = state_dict["precision"]
        if before != here:
            raise RunError(
                f"{self._out}: trained in {before} until epoch {len(state_dict['rows'])}, and would go on in {here} "
                "here. Continue it on a machine like the first, or remove the folder to train it anew."
            )

    def _row(self, trainer: Trainer, task: FaceTask) -> EpochRow:
        learned: torch.Tensor = trainer.strategy.reduce(task.learned.sums, reduce_op="sum")
        train_loss, train_hits, train_faces = learned.tolist()
        validation_loss, validation_hits, validation_faces = task.validated.sums.tolist()
        norms, looks = task.gradients.sums.tolist()
        seconds = time.monotonic() - self._started
        return EpochRow(
            epoch=trainer.current_epoch + 1,
            train_loss=train_loss / train_faces,
            train_accuracy=train_hits / train_faces,
            validation_loss=validation_loss / validation_faces,
            validation_accuracy=validation_hits / validation_faces,
            learning_rate=trainer.optimizers[0].param_groups[0]["lr"],
            gradient_norm=norms / looks,
            seconds=seconds,
            faces_per_second=train_faces / seconds,
        )


def rows_of(state: dict[str, Any]) -> list[EpochRow]:
    """The rows in a course's saved state."""
    return [EpochRow.model_validate(row) for row in state["rows"]]


def write_rows(rows: Sequence[EpochRow], path: Path) -> None:
    """metrics.csv: one row per epoch, the whole file each time, so a kill leaves none too many."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(EpochRow.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _short(value) for name, value in row.model_dump().items()} for row in rows)
    write_text(path, text.getvalue())


def _short(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6g}"
