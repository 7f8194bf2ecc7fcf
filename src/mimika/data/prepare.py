"""From pixels to network input: the one preparation that training, prediction and exported files share."""

from typing import Any, Final, TypeVar

import numpy as np

from mimika.data.faces import SIDE, Pixels

MEAN: Final = 0.5
"""Subtracted from pixels in 0 to 1: near FER2013's own mean, and the same for every copy."""

STD: Final = 0.25
"""Then divided by: near FER2013's own standard deviation."""

FloatArray = TypeVar("FloatArray", bound=Any)


def prepare(pixels: FloatArray) -> FloatArray:
    """Gray values 0 to 255, as a float array or tensor of any shape, to what a network expects: about -2 to 2.

    >>> prepare(0.0), prepare(255.0)
    (-2.0, 2.0)
    """
    prepared: FloatArray = (pixels / 255 - MEAN) / STD
    return prepared


def resize(gray: Pixels) -> Pixels:
    """A copy of gray pixels of any shape as uint8 (48, 48); 48×48 pixels stay as they are.

    Areas are averaged where a picture shrinks. Where it grows, cubic interpolation keeps it sharp: linear costs 3 to 6
    points of accuracy (`benchmarks/crop.py`).
    """
    if gray.shape == (SIDE, SIDE):
        return gray.copy()
    import cv2

    way = cv2.INTER_AREA if min(gray.shape) >= SIDE else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, (SIDE, SIDE), interpolation=way), dtype=np.uint8)
