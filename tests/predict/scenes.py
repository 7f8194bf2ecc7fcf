"""Pictures with drawn faces at known places."""

import cv2
import numpy as np

from mimika.data.drawn import draw_faces

FACES = draw_faces(14, seed=3).pixels


def scene(*places, size=(400, 300)):
    """A gray picture of some width and height, with drawn faces: each (number, x, y, side)."""
    width, height = size
    noise = np.random.default_rng(0).normal(128, 4, (height, width))
    picture = noise.round().clip(0, 255).astype(np.uint8)
    for number, x, y, side in places:
        picture[y : y + side, x : x + side] = cv2.resize(FACES[number], (side, side), interpolation=cv2.INTER_CUBIC)
    return picture
