"""How many faces does Haar find on photos, by their size, and how much that is none?

python benchmarks/detection.py [--data fer2013.csv] [--scenes 40]

Validation faces of 45 to 350 pixels are pasted with a soft rim into the photos that scikit-image brings, enlarged to
1,600 pixels, and the cascade is asked with several settings; a star marks those that mimika uses.
"""

import argparse
import time

import cv2
import numpy as np
from skimage import data

from mimika.data.store import read
from mimika.predict import detector
from mimika.predict.pictures import Picture

PHOTOS = ("astronaut", "brick", "chelsea", "clock", "coffee", "coins", "grass", "gravel", "hubble_deep_field", "page")
FACE_OF_THE_ASTRONAUT = (550, 206, 300)
LONGER_SIDE = 1_600
FACES_A_PHOTO = 8
SIDES = (45, 350)
CLASSES = ((45, 80), (80, 160), (160, 350))
RIM = 0.15
SETTINGS = [(longest, neighbors) for longest in (640, 800, 1_024) for neighbors in (4, 6, 8, 10)]


def photo(name: str) -> np.ndarray:
    """A photo in gray, float32, its longer side 1,600 pixels."""
    pixels = getattr(data, name)()
    gray = pixels if pixels.ndim == 2 else cv2.cvtColor(np.ascontiguousarray(pixels[:, :, :3]), cv2.COLOR_RGB2GRAY)
    scale = LONGER_SIDE / max(gray.shape)
    return cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.float32)


def paste(scene: np.ndarray, face: np.ndarray, place: tuple[int, int, int]) -> None:
    """Lay a face into a scene; beyond its crop it goes on mirrored and fades, since photos have no edges there."""
    x, y, side = place
    rim = round(RIM * side)
    large = cv2.resize(face.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    large = cv2.copyMakeBorder(large, rim, rim, rim, rim, cv2.BORDER_REFLECT)
    ramp = np.minimum(np.minimum(np.arange(side + 2 * rim) + 1, np.arange(side + 2 * rim)[::-1] + 1) / (rim + 1), 1)
    mask = np.minimum(ramp[:, None], ramp[None]).astype(np.float32)
    there = scene[y - rim : y + side + rim, x - rim : x + side + rim]
    there += mask * (large - there)


def compose(name: str, faces: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """A photo with faces in it, uint8, and their places: x, y, side."""
    scene = photo(name)
    places = [FACE_OF_THE_ASTRONAUT] if name == "astronaut" else []
    for face in faces:
        for _ in range(20):
            side = round(float(np.exp(rng.uniform(*np.log(SIDES)))))
            if 1.4 * side > min(scene.shape):
                continue
            x, y = (int(rng.integers(0.2 * side, length - 1.2 * side)) for length in scene.shape[::-1])
            middle = np.array([x + side / 2, y + side / 2])
            if all(
                np.abs(middle - (left + one / 2, top + one / 2)).max() > 0.8 * (side + one) for left, top, one in places
            ):
                paste(scene, face, (x, y, side))
                places.append((x, y, side))
                break
    return scene.clip(0, 255).round().astype(np.uint8), places


def overlap(box: tuple[int, int, int, int], place: tuple[int, int, int]) -> float:
    """Intersection over union."""
    across = min(box[0] + box[2], place[0] + place[2]) - max(box[0], place[0])
    down = min(box[1] + box[3], place[1] + place[2]) - max(box[1], place[1])
    shared = max(across, 0) * max(down, 0)
    return shared / (box[2] * box[3] + place[2] ** 2 - shared)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="drawn")
    parser.add_argument("--scenes", type=int, default=40)
    options = parser.parse_args()
    pixels = read(options.data, splits=("validation",)).pixels
    rng = np.random.default_rng(0)
    scenes = [
        compose(PHOTOS[number % len(PHOTOS)], pixels[rng.integers(0, len(pixels), FACES_A_PHOTO)], rng)
        for number in range(options.scenes)
    ]
    sides = np.array([side for _, places in scenes for *_, side in places])
    told = ", ".join(f"{low}–{high}: {((low <= sides) & (sides < high)).sum()}" for low, high in CLASSES)
    print(f"{len(scenes)} scenes, {len(sides)} faces, by side in pixels {told}")
    chosen = detector._LONGEST, detector._NEIGHBORS
    for setting in SETTINGS:
        detector._LONGEST, detector._NEIGHBORS = setting
        haar = detector.Haar()
        found, others, start = [], 0, time.process_time()
        for scene, places in scenes:
            boxes = [one.box for one in haar.find(Picture(pixels=scene))]
            hit = [any(overlap(box, place) > 0.3 for box in boxes) for place in places]
            found += hit
            others += sum(all(overlap(box, place) <= 0.3 for place in places) for box in boxes)
        took = 1000 * (time.process_time() - start) / len(scenes)
        shares = [np.array(found)[(low <= sides) & (sides < high)].mean() for low, high in CLASSES]
        print(
            f"{'*' if setting == chosen else ' '} longer side {setting[0]:>5,}, neighbors {setting[1]:>2}: found "
            f"{' '.join(f'{share:4.0%}' for share in shares)}, {others / len(scenes):.2f} others a scene, {took:.0f} ms"
        )


if __name__ == "__main__":
    main()
