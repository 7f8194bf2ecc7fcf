"""`train`: from a recipe and faces to a record, continuing whatever an earlier call left in the folder."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.plugins.io import TorchCheckpointIO

from mimika.data.faces import Faces
from mimika.data.store import read
from mimika.errors import RecipeError, RunError
from mimika.figures import judging, training
from mimika.figures.mistakes import mistakes
from mimika.figures.style import save
from mimika.files import hold, replacing, write_text
from mimika.metrics import confusion
from mimika.models.layers import multiply_adds, parameters
from mimika.recipe import Recipe
from mimika.recipes import read_recipe
from mimika.record import (
    MISTAKES,
    PREDICTIONS,
    RECORD,
    Data,
    EpochRow,
    Machine,
    Predictions,
    Record,
    best_row,
    now,
    run_key,
    weights_of,
)
from mimika.training.averaging import MovingAverage
from mimika.training.checkpoint import load_network
from mimika.training.claim import CLAIM, STATE, claim, course_in, rows_in
from mimika.training.course import Course, is_over
from mimika.training.datamodule import FaceDataModule
from mimika.training.fit import verdict_of
from mimika.training.lessons import Lessons
from mimika.training.provenance import describe_machine
from mimika.training.randomness import reseed
from mimika.training.scoring import gradient_norms, kept_predictions, predicted_shares, probabilities, score
from mimika.training.settings import quiet_lightning, threads_for, torch_settings
from mimika.training.task import FaceTask
from mimika.training.teachers import Teachers, enrol
from mimika.training.tracking import Mirror, Tracking
from mimika.training.watch import Watch

Precision = Literal["32-true", "bf16-mixed"]


def train(
    recipe: Recipe | Path | str,
    faces: Faces | Path | str,
    out: Path | str,
    *,
    teachers: Teachers | None = None,
    watch: Watch | None = None,
    tracking: Tracking | None = None,
) -> Record:
    """Train a recipe into the folder `out` and return what it left; the same call again continues, or returns at once.

    A killed run loses only the epoch under way; continued, it ends with the same figures as an uninterrupted one with
    the same seed on the same machine (tested on the CPU; CUDA is asked for its deterministic kernels). `out` then
    holds recipe.json, metrics.csv, curves.png, confusion.png, mistakes.png, best.safetensors and last.safetensors with
    a card beside each, predictions.npz and, written last, record.json.

    Args:
        recipe: what to train; a name or a TOML file stands for the recipe that `read_recipe` finds.
        faces: train and validation; others are not looked at. A path or a word is read.
        out: the run's folder, made if it is not there.
        teachers: what an ensemble answered, for a recipe with distillation; the record's recipe then names them.
        watch: told about the run as it goes; with several devices, which are processes of their own, after its end.
        tracking: where W&B mirrors it; None mirrors nothing.

    Raises:
        RecipeError: when there is no such recipe, or it distils and the teachers' answers are missing or to other
            views.
        RunError: when `out` holds something else, or another process trains there.
        SplitMissing: when train or validation is empty.
    """
    out, watch = Path(out), watch or Watch()
    faces = read(faces) if isinstance(faces, Path | str) else faces
    recipe, lessons = enrol(recipe if isinstance(recipe, Recipe) else read_recipe(str(recipe)), teachers, faces)
    data = FaceDataModule(faces, recipe.batch_size, recipe.seed)
    in_use = "another process is training there. Wait for it, or take another --out."
    with hold(out, ours=(CLAIM, RECORD), in_use=in_use):
        finished = claim(out, recipe, faces)
        if finished is not None:
            return finished
        rows = rows_in(out, recipe)
        mirror = Mirror.start(tracking, recipe, run_key(recipe, faces.checksum), out, continued=bool(rows))
        try:
            with torch_settings(threads_for(recipe)):
                fitted = _fit(recipe, lessons, data, out, rows, watch=watch, mirror=mirror)
                record = _judge(recipe, faces, out, fitted)
        except BaseException:
            mirror.abandon()
            raise
        address = mirror.address
        if mirror.finish(record, Predictions.load(out / PREDICTIONS), faces.of("validation").pixels) and address:
            record = record.model_copy(update={"tracked_at": address})
            _write(record, out)
        watch.run_ended(record)
        return record


@dataclass(frozen=True, kw_only=True)
class _Fitted:
    """What the epochs of a run left in memory: their rows, and where they were computed."""

    rows: Sequence[EpochRow]
    device: torch.device
    machine: Machine


def _fit(
    recipe: Recipe,
    lessons: Lessons | None,
    data: FaceDataModule,
    out: Path,
    rows: Sequence[EpochRow],
    *,
    watch: Watch,
    mirror: Mirror,
) -> _Fitted:
    """Do the epochs that are not done yet; `rows` are those that are."""
    alone = recipe.devices == 1
    course = Course(recipe, data.checksum, out, watch if alone else Watch())
    with quiet_lightning():
        trainer = _trainer(recipe, out, [course, _Mirroring(mirror, course)] if alone else [course])
    mirror.catch_up(rows)
    if is_over(rows, recipe):  # it is only to be judged, and the record is to tell in what it was trained
        course.check_precision(course_in(out), str(trainer.precision))
    else:
        watch.run_started(recipe, len(rows) + 1)
        reseed(recipe.seed, 0)
        task = FaceTask(recipe, lessons)
        on_interrupt = signal.getsignal(signal.SIGINT)
        with quiet_lightning():
            try:
                trainer.fit(task, data, ckpt_path=out / STATE if rows else None, weights_only=True)
            except SystemExit:  # what Lightning makes of Ctrl-C, after it has switched Ctrl-C off
                signal.signal(signal.SIGINT, on_interrupt)
                raise KeyboardInterrupt from None
        continued_from = len(rows)
        rows = rows_in(out, recipe)
        if not alone:
            for row in rows[continued_from:]:
                mirror.log_epoch(row)
                watch.epoch_ended(row, best_row(rows[: row.epoch]).validation_accuracy)
    device = trainer.strategy.root_device
    machine = describe_machine(device, torch.get_num_threads(), str(trainer.precision))
    return _Fitted(rows=rows, device=device, machine=machine)


def _judge(recipe: Recipe, faces: Faces, out: Path, fitted: _Fitted) -> Record:
    """Measure the kept weights, and leave predictions, pictures and, last, the record."""
    weights = weights_of(out, recipe)
    network, card = load_network(weights)
    kept = best_row(fitted.rows) if recipe.keep == "best" else fitted.rows[-1]
    if card.epoch != kept.epoch:  # a kill came after the weights of an epoch, which was another one the second time
        raise RunError(
            f"{weights}: of epoch {card.epoch}, and the run's figures are of epoch {kept.epoch}, as it was stopped "
            "between writing the two. Remove the folder to train the run anew."
        )
    answers = probabilities(network, faces.of("validation"), fitted.device)
    predictions = kept_predictions(answers, faces)
    record = Record(
        recipe=recipe,
        data=Data(
            checksum=faces.checksum,
            description=faces.description,
            train=faces.count("train"),
            validation=len(predictions.emotions),
            validation_twins=int(predictions.twins.sum()),
        ),
        machine=fitted.machine,
        epochs=tuple(fitted.rows),
        best_epoch=kept.epoch,
        scores=score(network, faces, answers=answers, predictions=predictions, kept=kept, device=fitted.device),
        predicted_shares=predicted_shares(predictions),
        gradient_norms=gradient_norms(network, faces, fitted.device),
        parameters=parameters(recipe.architecture),
        multiply_adds=multiply_adds(recipe.architecture),
        seconds=sum(row.seconds for row in fitted.rows),
        finished=now(),
    )
    predictions.save(out / PREDICTIONS)
    draw(record, predictions, faces, out)
    _write(record, out)
    (out / STATE).unlink(missing_ok=True)
    return record


def _write(record: Record, out: Path) -> None:
    write_text(out / RECORD, record.model_dump_json(indent=2) + "\n")


def draw(record: Record, predictions: Predictions, faces: Faces, out: Path) -> None:
    """The run's three pictures: curves.png, confusion.png and mistakes.png."""
    save(training.curves(record, verdict_of(record)), out / "curves.png")
    save(judging.confusion(confusion(predictions.emotions, predictions.answers)), out / "confusion.png")
    pixels = faces.of("validation").pixels
    save(mistakes(pixels, predictions.emotions, predictions.probabilities), out / MISTAKES)


class _WholeStates(TorchCheckpointIO):
    """Writes each state beside the one before and renames it, so that a kill or a full disk leaves a whole one.

    Lightning's own goes by way of the system's folder for temporary files, from which a move to another disk is a copy.
    """

    def save_checkpoint(self, checkpoint: dict[str, Any], path: str | Path, storage_options: object = None) -> None:
        """Write a state, all or nothing."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with replacing(Path(path)) as part:
            torch.save(checkpoint, part)


class _Mirroring(Callback):
    """Hands each epoch's row to W&B."""

    def __init__(self, mirror: Mirror, course: Course) -> None:
        self._mirror = mirror
        self._course = course

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Mirror the epoch that has just ended."""
        self._mirror.log_epoch(self._course.rows[-1])


def _trainer(recipe: Recipe, out: Path, callbacks: Sequence[Callback]) -> Trainer:
    on_cuda = torch.cuda.is_available()
    available = torch.cuda.device_count() if on_cuda else recipe.devices
    if recipe.devices > available:
        raise RecipeError(
            f"The recipe asks for {recipe.devices} GPUs, and there are {available}: --set devices={available}."
        )
    averaging = [MovingAverage(recipe.ema_decay, recipe.ema_every)] if recipe.ema_decay else []
    keeping = ModelCheckpoint(
        dirpath=out, filename=Path(STATE).stem, save_on_train_epoch_end=True, enable_version_counter=False
    )
    # Older GPUs take bf16, too, but only imitate it, slowly.
    has_bf16 = on_cuda and torch.cuda.is_bf16_supported(including_emulation=False)
    automatic: Precision = "bf16-mixed" if has_bf16 else "32-true"
    return Trainer(
        accelerator="cuda" if on_cuda else "cpu",
        devices=recipe.devices,
        strategy="auto" if recipe.devices == 1 else "ddp_spawn",
        precision=recipe.precision if recipe.precision != "auto" else automatic,
        max_epochs=recipe.epochs,
        callbacks=[*callbacks, *averaging, keeping],
        plugins=[_WholeStates()],
        num_sanity_val_steps=0,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        sync_batchnorm=on_cuda and recipe.devices > 1,
        default_root_dir=out,
    )
