"""What a trained network is worth: probabilities, scores, gradients, measured once when a run has ended."""

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from mimika.data.faces import Faces
from mimika.data.split import SPLITS
from mimika.data.twins import identical_in
from mimika.emotions import EMOTIONS
from mimika.metrics import accuracies, calibration_error, confusion, macro_f1, precision, recall
from mimika.record import CLEAN_SAMPLE, EpochRow, Predictions, Scores, Views
from mimika.training.batches import EVALUATION_BATCH, Batches, as_input, as_tensors

GRADIENT_SAMPLE: Final = 512
"""Training faces whose mean gradient is looked at layer by layer."""


def device_here() -> torch.device:
    """The first GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def exactly() -> AbstractContextManager[None]:
    """32 bits that are 32 bits, and the same every time.

    NVIDIA's GPUs would otherwise shorten the factors of 32-bit convolutions to 19 bits.
    """
    return torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)


def probabilities(network: nn.Module, faces: Faces, device: torch.device | str = "cpu") -> npt.NDArray[np.float32]:
    """Softmax answers float32 (n, 7) of a network in evaluation mode, in 32 bits.

    A network whose weights diverged answers nothing: all seven are then equally probable.
    """
    network = network.eval().to(device)
    with torch.inference_mode(), exactly():
        answers = [
            network(as_input(batch.pixels)).float().softmax(dim=1).cpu()
            for batch in Batches(as_tensors(faces, device), EVALUATION_BATCH)
        ]
    if not answers:
        return np.empty((0, len(EMOTIONS)), np.float32)
    return torch.nan_to_num(torch.cat(answers), nan=1 / len(EMOTIONS)).numpy()


def halved(answers: npt.NDArray[np.float32]) -> npt.NDArray[np.float16]:
    """Probabilities in half precision whose most probable emotion is still the one it was in 32 bits."""
    halves = answers.astype(np.float16)
    rows = np.arange(len(halves))
    best = answers.argmax(axis=1)
    tied = halves.argmax(axis=1) != best
    halves[rows[tied], best[tied]] = np.nextafter(halves[tied].max(axis=1), np.float16(2))
    return halves


def flipped_faces(faces: Faces) -> Faces:
    """The same faces with left and right exchanged."""
    return replace(faces, pixels=faces.pixels[:, :, ::-1])


def flipped(
    network: nn.Module,
    faces: Faces,
    answers: npt.NDArray[np.float32],
    predictions: Predictions,
    device: torch.device | str = "cpu",
) -> Views:
    """What the validation faces' mirror images add to a network's `answers` to the faces themselves, (n, 7) in 32 bits.

    `predictions` are the same answers as a run keeps them, with labels and twins.
    """
    mirrored = probabilities(network, flipped_faces(faces.of("validation")), device)
    right = (answers + mirrored).argmax(axis=1) == predictions.emotions
    accuracy, without_twins = accuracies(right, predictions.twins)
    return Views(accuracy=accuracy, accuracy_without_twins=without_twins)


def clean_sample(faces: Faces) -> Faces:
    """The fixed sample of training faces, the same for every run on these faces."""
    train = np.flatnonzero(faces.splits == SPLITS.index("train"))
    chosen = np.random.default_rng(0).permutation(len(train))[:CLEAN_SAMPLE]
    return faces[train[np.sort(chosen)]]


def kept_predictions(answers: npt.NDArray[np.float32], faces: Faces) -> Predictions:
    """A network's answers (n, 7) to the validation faces as a run keeps them, with labels and twins."""
    validation = faces.of("validation")
    return Predictions(
        probabilities=halved(answers),
        emotions=np.array(validation.emotions),
        twins=identical_in(validation, faces.of("train")),
    )


def score(
    network: nn.Module,
    faces: Faces,
    *,
    answers: npt.NDArray[np.float32],
    predictions: Predictions,
    kept: EpochRow,
    device: torch.device | str = "cpu",
) -> Scores:
    """Scores of the kept weights; `answers` and `predictions` are theirs on validation, `kept` is their epoch."""
    sample = clean_sample(faces)
    seen = probabilities(network, sample, device)
    accuracy, without_twins = accuracies(predictions.correct, predictions.twins)
    table = confusion(predictions.emotions, predictions.answers)
    return Scores(
        validation_accuracy=accuracy,
        validation_accuracy_without_twins=without_twins,
        validation_loss=kept.validation_loss,
        train_accuracy=float((seen.argmax(axis=1) == sample.emotions).mean()),
        train_accuracy_running=kept.train_accuracy,
        train_loss=_cross_entropy(seen, sample.emotions),
        macro_f1=macro_f1(table),
        calibration_error=calibration_error(predictions.probabilities, predictions.emotions),
        recall=recall(table),
        precision=precision(table),
        flipped=flipped(network, faces, answers, predictions, device),
    )


def gradient_norms(network: nn.Module, faces: Faces, device: torch.device | str = "cpu") -> dict[str, float]:
    """Norm of the loss's gradient in each layer's weights, from the face to the logits, on a fixed sample.

    By the names that the weights have in the network, from which `models.layers.layer_of` knows their layers.

    In evaluation mode, so that dropout does not blur it: a layer that receives nothing here is not learning.
    """
    sample = clean_sample(faces)[:GRADIENT_SAMPLE]
    network = network.eval().to(device)
    network.zero_grad(set_to_none=True)
    with exactly():
        for batch in Batches(as_tensors(sample, device), EVALUATION_BATCH):
            logits = network(as_input(batch.pixels))
            loss = functional.cross_entropy(logits, batch.emotions, reduction="sum") / len(sample)
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    norms = {
        name.removeprefix("features.").removeprefix("head.").removesuffix(".weight"): float(weight.grad.norm())
        for name, weight in network.named_parameters()
        if weight.grad is not None and weight.ndim > 1
    }
    network.zero_grad(set_to_none=True)
    return norms


def predicted_shares(predictions: Predictions) -> dict[str, float]:
    """How large a share of the validation faces gets each answer."""
    counts = np.bincount(predictions.answers, minlength=len(EMOTIONS))
    return dict(zip(EMOTIONS, (counts / max(1, counts.sum())).tolist(), strict=True))


def _cross_entropy(answers: npt.NDArray[np.float32], emotions: npt.NDArray[np.uint8]) -> float:
    right = answers[np.arange(len(answers)), emotions].astype(np.float64)
    return float(-np.log(np.clip(right, 1e-12, None)).mean())
