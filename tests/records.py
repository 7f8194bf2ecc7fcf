"""Records and predictions as a training would leave them, made in a moment, for the tests of what reads them."""

import math
from datetime import UTC, datetime

import numpy as np

from mimika.emotions import EMOTIONS
from mimika.metrics import calibration_error, confusion, macro_f1, precision, recall
from mimika.models.layers import multiply_adds, parameters
from mimika.recipes import named
from mimika.record import Data, EpochRow, Machine, Predictions, Record, Scores

SHARES = (0.140, 0.015, 0.141, 0.251, 0.168, 0.111, 0.174)
"""How FER2013's emotions are spread."""

# What networks take each emotion for when they are wrong (rows the label, columns in the order of EMOTIONS).
_CONFUSED = np.array(
    [
        [0, 3, 15, 8, 20, 4, 15],
        [20, 0, 6, 3, 6, 1, 3],
        [14, 2, 0, 6, 22, 14, 13],
        [4, 0, 4, 0, 5, 5, 10],
        [13, 1, 16, 8, 0, 3, 25],
        [4, 0, 15, 7, 4, 0, 5],
        [9, 1, 8, 10, 22, 4, 0],
    ],
    float,
)
_EASE = np.array([-0.06, -0.05, -0.17, 0.19, -0.08, 0.13, 0.0])


def make_predictions(accuracy=0.6, faces=3589, seed=42, overconfident=0.12):
    """Predictions that are right for the share `accuracy` of `faces` faces spread like FER2013's.

    The labels and the difficulty of the faces depend on `faces` alone, so two calls can be compared pairwise.
    """
    fixed, rng = np.random.default_rng(faces), np.random.default_rng(seed)
    emotions = fixed.choice(len(EMOTIONS), size=faces, p=SHARES).astype(np.uint8)
    emotions[: len(EMOTIONS)] = np.arange(len(EMOTIONS))[:faces]
    difficulty = 0.85 * fixed.random(faces) + 0.15 * rng.random(faces)
    order = np.argsort(np.argsort(difficulty - _EASE[emotions]))
    right = order < round(accuracy * faces)
    wrong = np.cumsum(_CONFUSED / _CONFUSED.sum(axis=1, keepdims=True), axis=1)
    mistaken = (wrong[emotions] < rng.random((faces, 1))).sum(axis=1).clip(max=len(EMOTIONS) - 1)
    answers = np.where(right, emotions, mistaken)
    doubt = np.clip(order / max(1, faces), 0.01, 0.99)
    sureness = np.clip(1.05 - 0.75 * doubt + overconfident + rng.normal(0, 0.12, faces), 0.35, 0.998)
    probabilities = rng.random((faces, len(EMOTIONS))) + 0.2
    probabilities[np.arange(faces), answers] = 0
    probabilities *= ((1 - sureness) / probabilities.sum(axis=1))[:, None]
    # The answer stays the most probable whatever the rest drew.
    probabilities = np.minimum(probabilities, 0.9 * sureness[:, None])
    probabilities[np.arange(faces), answers] = 1 - probabilities.sum(axis=1)
    twins = fixed.random(faces) < 0.08
    return Predictions(probabilities=probabilities.astype(np.float16), emotions=emotions, twins=twins)


def weights_of(architecture):
    """The names under which a record has the gradients of a plain network's weights."""
    parts = ["convolution", *["attention.squeeze", "attention.excite"] * architecture.attention]
    parts += ["skip"] * architecture.skip
    blocks = [f"block{number}.{part}" for number in range(1, architecture.depth + 1) for part in parts]
    return [*blocks, "linear1", "linear2", "linear3"]


def make_record(  # noqa: PLR0917
    name="cnn5",
    accuracy=0.556,
    train_accuracy=0.925,
    best_epoch=6,
    epochs=11,
    seed=42,
    seconds=1200.0,
    faces=3589,
    changes=None,
    predictions=None,
):
    """The record of a training of the network `name` that ended at `accuracy`.

    The curves are those of a network that learns until `best_epoch` and overfits after it; one whose `train_accuracy`
    is hardly above `accuracy` goes on as it was. `changes` are dotted fields of the recipe.
    """
    recipe = named(name).changed({"seed": seed, **(changes or {})})
    predictions = predictions or make_predictions(accuracy, faces, seed)
    table = confusion(predictions.emotions, predictions.probabilities.argmax(axis=1))
    rng = np.random.default_rng(seed)
    gap = train_accuracy - accuracy
    rows = []
    for epoch in range(1, epochs + 1):
        past = epoch - best_epoch
        train = train_accuracy - (train_accuracy - 0.25) * math.exp(-2.2 * epoch / best_epoch)
        validation = accuracy - (accuracy - 0.25) * math.exp(-3.5 * epoch / best_epoch) - 0.004 * max(0, past)
        if past != 0:
            validation = min(validation, accuracy) - 0.006 * rng.random() - 0.002
        rows.append(
            EpochRow(
                epoch=epoch,
                train_loss=2.0 * (1 - train) + 0.05,
                train_accuracy=train,
                validation_loss=2.0 * (1 - accuracy)
                + 0.9 * math.exp(-3 * epoch / best_epoch)
                + 0.35 * gap * max(0, past),
                validation_accuracy=accuracy if past == 0 else max(validation, 0.0),
                learning_rate=recipe.learning_rate,
                gradient_norm=1.0 + rng.random(),
                seconds=seconds / epochs,
                faces_per_second=28709 * epochs / seconds,
            )
        )
    probabilities = predictions.probabilities.astype(float)
    answers = probabilities.argmax(axis=1)
    return Record(
        recipe=recipe,
        data=Data(
            checksum="f8428a1e" * 8,
            description="drawn for a test",
            train=28709,
            validation=faces,
            validation_twins=int(predictions.twins.sum()),
        ),
        machine=Machine(
            device="cpu",
            threads=2,
            precision="32-true",
            python="3.11.2",
            system="Linux",
            versions={"torch": "2.8.0", "lightning": "2.6.6", "numpy": "2.4.0"},
            commit="0123abc",
        ),
        epochs=tuple(rows),
        best_epoch=best_epoch,
        scores=Scores(
            validation_accuracy=accuracy,
            validation_accuracy_without_twins=accuracy - 0.012,
            validation_loss=rows[best_epoch - 1].validation_loss,
            train_accuracy=train_accuracy,
            train_accuracy_running=rows[best_epoch - 1].train_accuracy,
            train_loss=rows[best_epoch - 1].train_loss,
            macro_f1=macro_f1(table),
            calibration_error=calibration_error(probabilities, predictions.emotions),
            recall=recall(table),
            precision=precision(table),
        ),
        predicted_shares=dict(zip(EMOTIONS, (np.bincount(answers, minlength=7) / len(answers)).tolist(), strict=True)),
        gradient_norms={name: 1.0 / n for n, name in enumerate(weights_of(recipe.architecture), start=1)},
        parameters=parameters(recipe.architecture),
        multiply_adds=multiply_adds(recipe.architecture),
        seconds=seconds,
        finished=datetime(2025, 1, 1, 12, 0, 0, tzinfo=UTC),
    )
