"""Image files as faces: decoded, gray, 48×48."""

import io
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mimika.data.faces import SIDE, Pixels

AT_ONCE: Final = 1024
"""How many images are best read in one call of `read_images`."""

_FORMATS: Final = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM")


@dataclass(frozen=True, kw_only=True, eq=False)
class GrayImage:
    """The gray pixels of an image, uint8 (48, 48), and whether it had another size."""

    pixels: Pixels
    resized: bool


def read_images(images: Sequence[Path | bytes]) -> list[GrayImage | None]:
    """Each image, by path or as the bytes of a file; None where it is damaged, far too large or in no usual format."""
    from PIL import Image

    # Filters of warnings are of the whole process, so they are set here and not in the threads.
    with warnings.catch_warnings(), ThreadPoolExecutor() as threads:
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return list(threads.map(_read, images))


def _read(image: Path | bytes) -> GrayImage | None:
    from PIL import Image

    try:
        with Image.open(image if isinstance(image, Path) else io.BytesIO(image), formats=_FORMATS) as opened:
            gray = opened.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombWarning, Image.DecompressionBombError):
        return None
    resized = gray.size != (SIDE, SIDE)
    if resized:
        gray = gray.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return GrayImage(pixels=np.asarray(gray, np.uint8), resized=resized)
