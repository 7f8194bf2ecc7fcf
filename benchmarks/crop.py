"""How must a crop lie about Haar's box so that a network sees a face framed as in FER2013?

    python benchmarks/crop.py [--data fer2013.csv] [--network FILE.onnx] [--faces 1000] [--settings]

Validation faces are enlarged, darkened or lightened, and pasted with a soft rim into scenes of gradients, shapes and
noise, so that the true crop is known. Printed are how many Haar finds; how the true crop lies about the box; and, with
a network, its accuracy on the crops as a function of the framing, beside that on the faces as they were. Then the same
for faces that the scene's border cuts, where what is missing is repeated from the edge, left out, or black; and for
faces that are resized in other ways.
`--settings` instead compares what the cascade can be told.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from mimika.data.faces import Faces
from mimika.data.store import read
from mimika.predict import detector
from mimika.predict.crop import cut
from mimika.predict.network import read_network
from mimika.predict.pictures import Picture

SIDES = (48, 72, 112, 180, 300)
"""Of the pasted faces, in pixels."""

RIM = 0.15
"""How far a pasted face goes on past its crop, mirrored and fading, as a share of its side: photos have no edges."""

MULTIPLES = (0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 1.0, 1.025, 1.05, 1.1, 1.15, 1.2, 1.3)
DOWNS = (-0.04, -0.02, 0.0, 0.02, 0.04)
"""The framings whose accuracy is measured."""


def background(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """A gradient with shapes, blurred a little, and noise."""
    far = rng.uniform(20, 235, (2, 2)).astype(np.float32)
    scene = cv2.resize(far, (width, height), interpolation=cv2.INTER_LINEAR)
    for _ in range(rng.integers(5, 25)):
        x, y = (int(rng.integers(0, size)) for size in (width, height))
        w, h = (int(one) for one in rng.integers(5, max(width, height) // 2, 2))
        gray = float(rng.uniform(0, 255))
        thickness = int(rng.choice([-1, 1, 3, 8]))
        if rng.random() < 0.5:
            cv2.rectangle(scene, (x, y), (x + w, y + h), gray, thickness)
        else:
            cv2.ellipse(scene, (x, y), (w // 2, h // 2), float(rng.uniform(0, 180)), 0, 360, gray, thickness)
    scene = cv2.GaussianBlur(scene, (0, 0), float(rng.uniform(0.5, 3)))
    return scene + rng.normal(0, rng.uniform(0, 6), scene.shape).astype(np.float32)


def compose(face: np.ndarray, side: int, rng: np.random.Generator, *, cut_off: float = 0.0) -> tuple[np.ndarray, tuple]:
    """A scene with a face of `side` pixels, and where its crop lies: x, y, side; `cut_off` of it is past the border."""
    height, width = (int(rng.uniform(1.6, 3.5) * side) for _ in range(2))
    x, y = int(rng.integers(0, width - side)), int(rng.integers(0, height - side))
    if cut_off:
        lost = round(cut_off * side)
        x, y = ((-lost, y), (width - side + lost, y), (x, height - side + lost), (x, -lost))[rng.integers(0, 4)]
    scene = cv2.copyMakeBorder(background(height, width, rng), side, side, side, side, cv2.BORDER_REPLICATE)
    rim = round(RIM * side)
    large = cv2.resize(face.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    large = cv2.copyMakeBorder(large, rim, rim, rim, rim, cv2.BORDER_REFLECT)
    large = (large - 128) * rng.uniform(0.7, 1.0) + 128 + rng.uniform(-20, 20)
    fade = np.minimum(np.arange(side + 2 * rim) + 1, np.arange(side + 2 * rim)[::-1] + 1) / (rim + 1)
    mask = np.minimum(np.minimum(fade[:, None], fade[None, :]), 1).astype(np.float32)
    there = scene[side + y - rim : 2 * side + y + rim, side + x - rim : 2 * side + x + rim]
    there += mask * (large - there)
    return scene[side:-side, side:-side].clip(0, 255).round().astype(np.uint8), (x, y, side)


def scenes(faces: Faces, *, cut_off: float = 0.0) -> Iterator[tuple[np.ndarray, tuple]]:
    """A scene for each face, the same each time."""
    for number, face in enumerate(faces.pixels):
        rng = np.random.default_rng(number)
        yield compose(face, SIDES[number % len(SIDES)], rng, cut_off=cut_off)


def overlap(box: tuple, true: tuple) -> float:
    """Intersection over union of a box and the true crop."""
    x, y, w, h = box
    left, top, side = true
    across = min(x + w, left + side) - max(x, left)
    down = min(y + h, top + side) - max(y, top)
    shared = max(across, 0) * max(down, 0)
    return shared / (w * h + side * side - shared)


def found_in(found: detector.Detector, composed: Iterator) -> list:
    """Scene, true crop, the box that is the face's (or None), and all others, for each scene."""
    looked = []
    for scene, true in composed:
        boxes = [one.box for one in found.find(Picture(pixels=scene))]
        best = max(boxes, key=lambda box: overlap(box, true), default=None)
        if best is not None and overlap(best, true) < 0.3:
            best = None
        looked.append((scene, true, best, [box for box in boxes if box != best]))
    return looked


def tell_geometry(looked: list) -> None:
    hits = [(true, box) for _, true, box, _ in looked if box]
    false = sum(len(others) for *_, others in looked)
    print(f"found {len(hits) / len(looked):.1%} of {len(looked):,}, and {false / len(looked):.2f} others a scene")
    by_side = ", ".join(
        f"{side}: {np.mean([box is not None for _, true, box, _ in looked if true[2] == side]):.0%}" for side in SIDES
    )
    print(f"  by side in pixels  {by_side}")
    rows = np.array(
        [
            (
                true[2] / box[2],
                (true[0] + true[2] / 2 - box[0] - box[2] / 2) / box[2],
                (true[1] + true[2] / 2 - box[1] - box[3] / 2) / box[2],
            )
            for true, box in hits
        ]
    )
    for name, column in zip(("true side / box", "center right", "center down"), rows.T, strict=True):
        low, median, high = np.percentile(column, [25, 50, 75])
        print(f"  {name:16} {median:+.3f}   (middle half {low:+.3f} to {high:+.3f})")


def framed(box: tuple, side: float = 1.0, down: float = 0.0) -> tuple:
    """A square of so many times a box's side around the same center, moved down by a share of the box's side."""
    x, y, w, h = box
    return x + w * (1 - side) / 2, y + h / 2 - w * side / 2 + down * w, w * side, w * side


def accuracy(network, crops: list, emotions: np.ndarray) -> float:
    stacked = np.stack(crops)
    answers = np.concatenate([network.probabilities(part) for part in np.array_split(stacked, len(stacked) // 64 + 1)])
    return float((answers.argmax(axis=1) == emotions).mean())


def tell_accuracy(network, looked: list, faces: Faces) -> None:
    hit = np.array([box is not None for _, _, box, _ in looked])
    emotions = faces.emotions[hit]
    as_they_were = accuracy(network, list(faces.pixels[hit]), emotions)
    true = [cut(s, (*t[:2], t[2], t[2])) for s, t, box, _ in looked if box]
    print(
        f"accuracy on the faces found: {as_they_were:.1%} as they were, {accuracy(network, true, emotions):.1%} from "
        f"the true crop in the scene (n = {hit.sum():,}, one standard error {(0.25 / hit.sum()) ** 0.5:.1%})"
    )
    print("  side   " + "".join(f"down {down:+.2f}  " for down in DOWNS))
    for side in MULTIPLES:
        row = []
        for down in DOWNS:
            row.append(accuracy(network, [cut(s, framed(box, side, down)) for s, _, box, _ in looked if box], emotions))
        print(f"  {side:.3f}  " + "".join(f"{100 * one:7.1f}     " for one in row))


def left_out(gray: np.ndarray, box: tuple) -> np.ndarray:
    """The crop's part inside the scene, stretched."""
    x, y, w, h = box
    inside = gray[max(round(y), 0) : round(y + h), max(round(x), 0) : round(x + w)]
    return cv2.resize(inside, (48, 48), interpolation=cv2.INTER_AREA)


def black(gray: np.ndarray, box: tuple) -> np.ndarray:
    x, y, w, h = box
    rim = round(w)
    around = cv2.copyMakeBorder(gray, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=0)
    return cut(around, (x + rim, y + rim, w, h))


def tell_borders(network, haar: detector.Detector, faces: Faces) -> None:
    """Haar's boxes end at the border, so only a wider crop lacks something there."""
    for share in (0.05, 0.1):
        looked = found_in(haar, scenes(faces, cut_off=share))
        hit = np.array([box is not None for _, _, box, _ in looked])
        print(f"{share:.0%} of the face past the border: {hit.mean():.0%} found (n = {hit.sum():,})")
        for side in (1.0, 1.1, 1.2):
            rows = [
                (
                    name,
                    accuracy(
                        network,
                        [way(s, framed(box, side)) for s, _, box, _ in looked if box],
                        faces.emotions[hit],
                    ),
                )
                for name, way in (("edge repeated", cut), ("left out", left_out), ("black", black))
            ]
            print(f"  side {side:.2f}: " + ", ".join(f"{name} {value:.1%}" for name, value in rows))


def tell_resizing(network, faces: Faces) -> None:
    """Accuracy on faces that were shrunk or enlarged before, by how they are brought back to 48×48."""
    ways = {"area": cv2.INTER_AREA, "linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC, "Lanczos": cv2.INTER_LANCZOS4}
    print(f"accuracy by the way of resizing, on all {len(faces):,} faces:")
    for side in (24, 30, 36, 42, 60, 96, 150):
        before = cv2.INTER_AREA if side < 48 else cv2.INTER_CUBIC
        resized = [cv2.resize(face, (side, side), interpolation=before) for face in faces.pixels]
        row = [
            (name, accuracy(network, [cv2.resize(one, (48, 48), interpolation=way) for one in resized], faces.emotions))
            for name, way in ways.items()
        ]
        print(f"  from {side:3} pixels: " + ", ".join(f"{name} {value:.1%}" for name, value in row))


def tell_settings(faces: Faces) -> None:
    before = detector._SCALE_FACTOR, detector._NEIGHBORS
    composed = list(scenes(faces))
    for factor in (1.05, 1.1, 1.15, 1.2):
        for neighbors in (3, 5, 8):
            detector._SCALE_FACTOR, detector._NEIGHBORS = factor, neighbors
            start = time.perf_counter()
            looked = found_in(detector.Haar(), iter(composed))
            seconds = time.perf_counter() - start
            hits = [overlap(box, true) for _, true, box, _ in looked if box]
            others = sum(len(others) for *_, others in looked) / len(looked)
            print(
                f"  factor {factor:.2f}, neighbors {neighbors}: {len(hits) / len(looked):6.1%} found, {others:.2f} "
                f"others a scene, overlap {np.mean(hits):.2f}, {1000 * seconds / len(looked):.0f} ms a scene"
            )
    detector._SCALE_FACTOR, detector._NEIGHBORS = before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="drawn")
    parser.add_argument("--network", type=Path)
    parser.add_argument("--faces", type=int, default=1000, help="at most so many")
    parser.add_argument("--settings", action="store_true", help="compare what the cascade can be told, instead")
    options = parser.parse_args()
    faces = read(options.data, splits=("validation",))
    faces = faces[: options.faces]
    if options.settings:
        tell_settings(faces)
        return
    haar = detector.Haar()
    looked = found_in(haar, scenes(faces))
    tell_geometry(looked)
    if options.network:
        network = read_network(options.network)
        tell_accuracy(network, looked, faces)
        tell_borders(network, haar, faces)
        tell_resizing(network, faces)


if __name__ == "__main__":
    main()
