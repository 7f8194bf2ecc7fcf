"""`export`: from a checkpoint to one ONNX file, held against what it came from.

The file takes gray faces as a camera or a data set gives them, uint8 from 0 to 255; preparation, temperature and
softmax are part of its graph. Labels, threshold and provenance stand in its metadata; `predict.network` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mimika.calibration import Calibration, apply_temperature, calibrate
from mimika.data.faces import Faces
from mimika.data.store import Stored
from mimika.data.twins import identical_in
from mimika.emotions import EMOTIONS
from mimika.errors import RunError
from mimika.export.graph import describe, write_graph
from mimika.export.int8 import objections, quantize
from mimika.export.judging import Judged, answers_of, milliseconds
from mimika.files import replacing
from mimika.metrics import accuracies, calibration_error, confusion, precision, recall
from mimika.models.views import WithFlip
from mimika.predict.network import Network, NetworkCard, read_network
from mimika.training.checkpoint import CheckpointCard, check_faces, load_network, seen_by
from mimika.training.scoring import probabilities

PARITY: Final = 1e-4
"""How far a probability of the exported file may lie from the checkpoint's."""

PARITY_BATCHES: Final = (1, 3, 64)

LICENSE: Final = "MIT; the faces that the weights were learned from have terms of their own"


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written, and how it was found to do.

    Attributes:
        path: the file.
        network: what tables call the network.
        flip: whether each face is answered together with its mirror image, by file and checkpoint alike.
        faces: the validation faces that all accuracies were measured on.
        labels: how many of them have each emotion.
        checkpoint_accuracy: the accuracy of the checkpoint, computed by PyTorch.
        parity: the largest difference between a probability of the float file and the checkpoint's.
        calibration: temperature and threshold in the file, and what they do.
        plain: the file in 32-bit floats.
        int8: the file with weights and maps in 8 bits, where that was tried.
        objections: why the 8-bit file was not taken; none where it was taken or not tried.
    """

    path: Path
    network: str
    flip: bool
    faces: int
    labels: Mapping[str, int]
    checkpoint_accuracy: float
    parity: float
    calibration: Calibration
    plain: Judged
    int8: Judged | None
    objections: tuple[str, ...]

    @property
    def written(self) -> Judged:
        """The file that was taken."""
        return self.plain if self.int8 is None or self.objections else self.int8


def export(checkpoint: Path, out: Path, stored: Stored, *, flip: bool = False, int8: bool = False) -> Exported:
    """Write a checkpoint as the ONNX file `out`, all or nothing, calibrated and judged on the validation faces.

    Args:
        checkpoint: a .safetensors file with its card beside it.
        out: the file to write; one that stands there is replaced.
        stored: the train and validation faces that the network was trained on and chosen by.
        flip: answer each face together with its mirror image, at twice the cost.
        int8: try 8-bit weights and maps too, and take them if they lose next to nothing and are faster.

    Raises:
        RunError: when the checkpoint is missing, damaged or was trained on other faces, when there are too few faces to
            calibrate on, or when the file answers otherwise than the checkpoint.
    """
    loaded, card = load_network(checkpoint)
    network = WithFlip(loaded) if flip else loaded
    check_faces(checkpoint, card, stored)
    validation = stored.faces.of("validation")
    answers = probabilities(network, validation)
    new = ~identical_in(validation, stored.faces.of("train"))
    calibration = calibrate(answers[new], validation.emotions[new])
    description = NetworkCard(
        labels=EMOTIONS,
        temperature=calibration.temperature,
        threshold=calibration.threshold,
        provenance={**_provenance(checkpoint, card, stored), "views": "face and mirror image" if flip else "face"},
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".mimika-", dir=out.parent) as scratch:
        files = [Path(scratch) / "float32.onnx"]
        write_graph(network, calibration.temperature, files[0])
        describe(files[0], description)
        networks = [read_network(files[0])]
        expected = apply_temperature(answers, calibration.temperature)
        parity = max(_difference(networks[0], validation, expected, batch) for batch in PARITY_BATCHES)
        if not parity <= PARITY:
            raise RunError(
                f"{checkpoint}: the exported network answers otherwise than the checkpoint, by up to {parity:.1e} in a "
                f"probability, where {PARITY:.0e} is allowed. Nothing was written."
            )
        if int8:
            files.append(Path(scratch) / "int8.onnx")
            quantize(files[0], stored.faces.of("train"), files[1])
            describe(files[1], description)
            networks.append(read_network(files[1]))
        times = milliseconds(networks, validation.pixels)
        judged = [_judge(*one, validation, new) for one in zip(files, networks, times, strict=True)]
        refused = objections(*judged) if int8 else ()
        with replacing(out) as part:
            files[1 if int8 and not refused else 0].replace(part)
    return Exported(
        path=out,
        network=card.recipe.name or card.recipe.fingerprint,
        flip=flip,
        faces=len(validation),
        labels=stored.faces.counts["validation"],
        checkpoint_accuracy=float((answers.argmax(axis=1) == validation.emotions).mean()),
        parity=parity,
        calibration=calibration,
        plain=judged[0],
        int8=judged[1] if int8 else None,
        objections=refused,
    )


def _provenance(checkpoint: Path, card: CheckpointCard, stored: Stored) -> dict[str, Any]:
    return {
        "recipe": card.recipe.model_dump(mode="json"),
        "fingerprint": card.recipe.fingerprint,
        "epoch": card.epoch,
        "data": seen_by(checkpoint, card).description or stored.provenance.description,
        "data_checksum": card.faces,
        "calibrated_on": stored.provenance.checksum,
        "mimika": version("mimika"),
        "license": LICENSE,
    }


def _judge(file: Path, network: Network, took: float, validation: Faces, new: npt.NDArray[np.bool_]) -> Judged:
    """Judge the network that was read from a file, and note in the file what weights it has and how it did.

    `new` marks the faces without an identical one in train.
    """
    answers = answers_of(network, validation.pixels, max(PARITY_BATCHES))
    right = answers.argmax(axis=1) == validation.emotions
    accuracy, without_twins = accuracies(right, ~new)
    table = confusion(validation.emotions, answers.argmax(axis=1))
    figures = {"weights": file.stem, "validation_accuracy": accuracy, "validation_faces": len(validation)}
    noted = {**network.card.provenance, **figures}
    describe(file, network.card.model_copy(update={"provenance": noted}))
    return Judged(
        accuracy=accuracy,
        accuracy_without_twins=without_twins,
        recall=recall(table),
        precision=precision(table),
        answers=dict(zip(EMOTIONS, table.sum(axis=0).tolist(), strict=True)),
        calibration_error=calibration_error(answers, validation.emotions),
        milliseconds=took,
        size=file.stat().st_size,
    )


def _difference(network: Network, faces: Faces, expected: npt.NDArray[np.float64], batch: int) -> float:
    """The largest difference from the expected probabilities, in batches of one size.

    The largest batches go through all faces, the others through as many as one of the largest; few faces are repeated.
    """
    largest = max(PARITY_BATCHES)
    n = max(len(faces), largest) if batch == largest else largest
    chosen = np.arange(n) % len(faces)
    answers = answers_of(network, faces.pixels[chosen], batch)
    return float(np.abs(answers - expected[chosen]).max())
