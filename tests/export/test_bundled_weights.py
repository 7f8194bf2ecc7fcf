"""The network that comes with mimika has the weights of the run whose record is kept."""

from pathlib import Path

import numpy as np

from mimika.calibration import apply_temperature
from mimika.data.drawn import draw_faces
from mimika.predict.network import read_network
from mimika.predict.recogniser import WEIGHTS
from mimika.training.checkpoint import load_network
from mimika.training.scoring import probabilities

RESULTS = Path(__file__).parents[2] / "docs" / "results"


def test_the_bundled_file_answers_as_the_kept_checkpoint_does():
    (path,) = WEIGHTS.glob("*.onnx")
    network, _ = load_network(RESULTS / path.stem / "last.safetensors")
    bundled, faces = read_network(path), draw_faces(96, seed=0)
    expected = apply_temperature(probabilities(network, faces), bundled.card.temperature)
    assert np.abs(bundled.probabilities(faces.pixels) - expected).max() < 1e-4
