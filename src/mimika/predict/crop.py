"""From a detector's box to the 48×48 gray pixels that a network knows: framed as FER2013 frames its faces."""

from typing import Final

import numpy as np

from mimika.data.prepare import resize
from mimika.predict.face import Box
from mimika.predict.pictures import Bytes

LEAST_CONTRAST: Final = 8
"""Gray levels between the darkest and the brightest pixel of a crop, below which it shows nothing."""


def is_blank(crop: Bytes) -> bool:
    """Whether a crop shows nothing: a network has never learned that, and may be sure of anything there."""
    return int(crop.max()) - int(crop.min()) < LEAST_CONTRAST


def cut(gray: Bytes, box: Box) -> Bytes:
    """The face in a box, uint8 (48, 48), of a gray picture (height, width); past the border, its edge is repeated.

    What is cut out is a square of the box's mean side around its center: FER2013's crops lie so about Haar's boxes,
    with a median side of 1.02 to 1.06, and accuracy is highest, and flat, from 0.95 to 1.05 (`benchmarks/crop.py`).
    YuNet's boxes have not been measured.
    """
    x, y, width, height = box
    side = max(1, round((width + height) / 2))
    # A square beside the picture would hold nothing: one row and column at least are the picture's own.
    left = min(max(round(x + (width - side) / 2), 1 - side), gray.shape[1] - 1)
    top = min(max(round(y + (height - side) / 2), 1 - side), gray.shape[0] - 1)
    inside = gray[max(top, 0) : top + side, max(left, 0) : left + side]
    above, below = max(-top, 0), max(top + side - gray.shape[0], 0)
    before, after = max(-left, 0), max(left + side - gray.shape[1], 0)
    if above or below or before or after:
        import cv2

        padded = cv2.copyMakeBorder(inside, above, below, before, after, cv2.BORDER_REPLICATE)
        inside = np.asarray(padded, dtype=np.uint8)
    return resize(inside)
