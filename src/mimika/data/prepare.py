"""From pixels to network input: the one preparation that training, prediction and exported files share."""

from typing import Any, Final, TypeVar

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
