"""One image file as a face: decoded, gray, 48×48."""

import io
import warnings
from pathlib import Path
from typing import Final

import numpy as np

from mimika.data.faces import SIDE, Pixels

_FORMATS: Final = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM")


class Unreadable(Exception):
    """What is wrong with an image, in words."""


def read_image(image: Path | bytes) -> tuple[Pixels, bool]:
    """The gray pixels of an image, uint8 (48, 48), and whether it had another size.

    Raises:
        Unreadable: if it is damaged, far too large, or in no usual format.
    """
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Pillow only warns of images that swell far beyond their file
        try:
            with Image.open(image if isinstance(image, Path) else io.BytesIO(image), formats=_FORMATS) as opened:
                gray = opened.convert("L")
        except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
            raise Unreadable("not a readable image") from None
    resized = gray.size != (SIDE, SIDE)
    if resized:
        gray = gray.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(gray, np.uint8), resized
