"""Where a network looks on average: the occlusion maps of some faces of each emotion, through its exported form."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from torch import nn

from mimika.data.faces import Faces
from mimika.emotions import EMOTIONS
from mimika.export.graph import describe, write_graph
from mimika.predict.explain import occlusion_map
from mimika.predict.network import Network, NetworkCard, read_network
from mimika.record import Predictions


def as_exported(network: nn.Module) -> Network:
    """A network as its exported file would answer, uncalibrated; no file is left."""
    card = NetworkCard(labels=EMOTIONS, temperature=1.0, threshold=0.0, provenance={})
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "network.onnx"
        write_graph(network, card.temperature, path)
        describe(path, card)
        return read_network(path)


def choose_faces(predictions: Predictions, per_emotion: int) -> dict[str, npt.NDArray[np.int64]]:
    """At most so many validation faces of each emotion that were answered right, drawn at random, always the same.

    A wrong answer would show where the network looked for something else.
    """
    draw = np.random.default_rng(0)
    chosen = {}
    for number, emotion in enumerate(EMOTIONS):
        right = np.flatnonzero(predictions.correct & (predictions.emotions == number))
        chosen[emotion] = np.sort(draw.permutation(right)[:per_emotion])
    return chosen


def mean_maps(
    network: Network, faces: Faces, chosen: dict[str, npt.NDArray[np.int64]], tell: Callable[[], None]
) -> dict[str, npt.NDArray[np.float32]]:
    """The mean occlusion map (48, 48) of the chosen faces of each emotion; emotions without any are left out.

    Args:
        network: an exported one.
        faces: the validation faces, which `chosen` counts from 0.
        chosen: indices of faces by emotion.
        tell: called after each face.
    """
    means = {}
    for emotion, indices in chosen.items():
        maps = []
        for index in indices:
            maps.append(occlusion_map(network, faces.pixels[index], EMOTIONS.index(emotion)))
            tell()
        if maps:
            means[emotion] = np.asarray(np.mean(maps, axis=0), dtype=np.float32)
    return means
