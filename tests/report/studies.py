"""Studies as runs leave them, made in a moment: figures near the reference's, answers drawn at random."""

import zlib
from datetime import UTC, datetime, timedelta

import numpy as np

from mimika.emotions import EMOTIONS
from mimika.record import Predictions, SealedResult
from mimika.report.reading import Reading
from mimika.study.choose import Candidate, Standing
from mimika.study.ledger import Ledger
from mimika.study.stages import read_study
from mimika.study.study import STUDY, StudyRun
from mimika.training.fit import check_fit
from tests.records import make_predictions, make_record, weights_of

CHECKSUM = "f8428a1e" * 8

# Validation and train accuracy, best epoch, epochs, seconds.
FIGURES = {
    "cnn1": (0.497, 0.871, 5, 10, 610),
    "cnn3": (0.561, 0.942, 7, 12, 1900),
    "cnn5": (0.584, 0.925, 9, 14, 2540),
    "cnn7": (0.251, 0.251, 1, 6, 1700),
    "cnn5+dropout": (0.598, 0.874, 13, 18, 3260),
    "cnn5+batch_norm": (0.629, 0.953, 8, 13, 3010),
    "cnn5+batch_norm+dropout": (0.638, 0.861, 14, 19, 4400),
    "cnn5+augmentation": (0.602, 0.641, 30, 30, 5710),
    "cnn5+batch_norm+attention": (0.627, 0.936, 8, 13, 3300),
    "cnn5+batch_norm+skip": (0.634, 0.968, 7, 12, 3450),
    "cnn5+batch_norm+attention+skip": (0.621, 0.957, 7, 12, 3700),
}


def write_study(folder, *, seeds=1, figures=None, changes=None, faces=3589, train=28709, leave_out=(), call=""):
    """The folder of the study `reference`, with the finished runs of all networks but those in `leave_out`.

    `leave_out` names networks, or single runs by network and seed; so does `figures`, which replaces some of `FIGURES`.
    `changes` maps networks or seeds to fields of their records that are to be other than drawn.
    """
    study = read_study("reference").with_seeds(seeds)
    folder.mkdir(parents=True, exist_ok=True)
    run = StudyRun(study=study, checksum=CHECKSUM, data="the official FER2013 by its counts", call=call)
    (folder / STUDY).write_text(run.model_dump_json(indent=2), encoding="utf-8")
    ledger = Ledger.open(folder)
    finished = datetime(2026, 11, 23, 21, 4, tzinfo=UTC)
    figures, changes = {**FIGURES, **(figures or {})}, changes or {}
    for name, seed in ((name, seed) for name in FIGURES for seed in study.seeds):
        if name in leave_out or (name, seed) in leave_out:
            continue
        record, predictions = finished_run(name, seed, faces, train, figures.get((name, seed), figures[name]))
        finished += timedelta(seconds=record.seconds + 20)
        update = {"finished": finished, **changes.get(name, {}), **changes.get(seed, {})}
        ledger.append(record.model_copy(update=update), predictions)
    return folder


def finished_run(name, seed, faces=3589, train=28709, figures=None):
    """A record with the predictions that it was scored on; one that learned nothing calls everything happy."""
    accuracy, train_accuracy, best_epoch, epochs, seconds = figures or FIGURES[name]
    rng = np.random.default_rng(zlib.crc32(f"{name} {seed}".encode()))
    accuracy += float(rng.normal(0, 0.004)) * (seed != 42)
    collapsed = train_accuracy < 0.3
    predictions = all_happy(faces) if collapsed else make_predictions(accuracy, faces, int(rng.integers(1 << 30)))
    accuracy = float(predictions.correct.mean())
    record = make_record(
        name,
        accuracy,
        accuracy if collapsed else train_accuracy,
        best_epoch,
        epochs,
        seed,
        float(seconds),
        faces,
        predictions=predictions,
    )
    *blocks, first, second, third = weights_of(record.recipe.architecture)
    norms = {name: 10.0 ** (n - 9) if collapsed else 1.2 / n for n, name in enumerate(blocks, start=1)}
    update = {
        "data": record.data.model_copy(update={"train": train, "description": "the official FER2013 by its counts"}),
        "scores": record.scores.model_copy(
            update={
                "validation_accuracy_without_twins": float(predictions.correct[~predictions.twins].mean()),
            }
        ),
        "gradient_norms": {**norms, first: 0.04, second: 0.11, third: 0.21},
    }
    if collapsed:
        flat = {"train_loss": 1.81, "train_accuracy": 0.251, "validation_loss": 1.8, "validation_accuracy": accuracy}
        update["epochs"] = tuple(row.model_copy(update=flat) for row in record.epochs)
    return record.model_copy(update=update), predictions


def all_happy(faces):
    """The answers of a network that calls every face happy."""
    drawn = make_predictions(0.6, faces, 1)
    probabilities = np.tile(np.array([0.14, 0.02, 0.14, 0.25, 0.17, 0.11, 0.17]), (faces, 1))
    return Predictions(probabilities=probabilities.astype(np.float16), emotions=drawn.emotions, twins=drawn.twins)


def make_reading(name="cnn5", accuracy=0.556, train_accuracy=0.925, *, p_value=None, worth=None, changes=(), **fields):
    """One network of a stage as its page reads it: the first, unless it has a `p_value`; `fields` are the record's.

    The losses are plain: validation 1.2 at its lowest, at epoch 6, and 2.4 at the end, train 0.6 and 0.1. What
    `update` gives as `predicted_shares` is taken as its recall, too.
    """
    is_base = fields.pop("is_base", False)
    seeds = fields.pop("seeds", (42,))
    update = fields.pop("update", {})
    records = []
    for seed in seeds:
        record = make_record(name, accuracy, train_accuracy, seed=seed, faces=400, **fields)
        rows = [
            row.model_copy(
                update={
                    "validation_loss": 1.2 + 0.24 * abs(row.epoch - 6),
                    "train_loss": max(0.1, 0.6 - 0.1 * (row.epoch - 6)),
                }
            )
            for row in record.epochs
        ]
        recall = {emotion: share for emotion, share in update.get("predicted_shares", {}).items() if share}
        scores = record.scores.model_copy(update={"recall": recall} if recall else {})
        records.append(record.model_copy(update={"epochs": tuple(rows), "scores": scores, **update}))
    recipe = records[0].recipe
    twins = np.arange(3589) < 280
    candidate = Candidate(recipe=recipe, records=tuple(records), correct=np.zeros(3589), twins=twins)
    return Reading(
        standing=Standing(candidate=candidate, place=1 if p_value is None else 2, p_value=p_value),
        changes=changes,
        verdicts=tuple(check_fit(record).verdict for record in records),
        worth=worth,
        is_base=is_base,
    )


def sealed_result(record, times=1):
    """What `mimika final` would have left for a run."""
    confusion = np.full((len(EMOTIONS), len(EMOTIONS)), 30) + np.diag([332] * len(EMOTIONS))
    return SealedResult(
        network=record.name,
        key=record.key,
        opened=tuple(datetime(2026, 11, 24 + day, 9, 30, tzinfo=UTC) for day in range(times)),
        first_accuracy=0.62,
        first_network=record.name,
        elsewhere=0,
        faces=3589,
        twins=288,
        accuracy=0.629,
        interval=(0.613, 0.645),
        accuracy_without_twins=0.612,
        macro_f1=0.588,
        calibration_error=0.094,
        recall=dict(zip(EMOTIONS, (0.53, 0.45, 0.41, 0.84, 0.5, 0.78, 0.6), strict=True)),
        confusion=tuple(map(tuple, confusion.tolist())),
    )
