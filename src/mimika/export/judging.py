"""What an exported file is worth where it is used: accuracy, calibration, size, milliseconds for one face."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mimika.data.faces import Pixels
from mimika.predict.network import Network

_ROUNDS: Final = 200
_WARM_UP: Final = 10


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One file on the validation faces.

    Attributes:
        accuracy: from 0 to 1, as computed by onnxruntime from the file.
        accuracy_without_twins: the same, of the faces without an identical one in train.
        recall: by emotion, the share of its faces that are found.
        precision: by emotion, the share of the faces given its name that have it; 0 where there are none.
        answers: by emotion, how many faces were given its name.
        calibration_error: expected calibration error of its probabilities on all validation faces.
        milliseconds: the median time of one face alone, on one thread of this machine.
        size: bytes of the file.
    """

    accuracy: float
    accuracy_without_twins: float
    recall: dict[str, float]
    precision: dict[str, float]
    answers: dict[str, int]
    calibration_error: float
    milliseconds: float
    size: int


def answers_of(network: Network, faces: Pixels, batch: int) -> npt.NDArray[np.float32]:
    """Probabilities (n, 7) of n > 0 faces, so many at a time."""
    return np.concatenate(
        [network.probabilities(faces[start : start + batch]) for start in range(0, len(faces), batch)]
    )


def milliseconds(networks: Sequence[Network], faces: Pixels) -> list[float]:
    """The median time that each network takes for one face.

    They take turns on the same faces, so that whatever else the machine does meets all of them alike.
    """
    times = np.empty((_ROUNDS, len(networks)))
    for turn in range(-_WARM_UP, _ROUNDS):
        face = faces[turn % len(faces)][None]
        for place, network in enumerate(networks):
            start = time.perf_counter()
            network.probabilities(face)
            times[turn, place] = time.perf_counter() - start
    medians: list[float] = (1000 * np.median(times, axis=0)).tolist()
    return medians
