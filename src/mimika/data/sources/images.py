"""Image files as faces: decoded, upright, over white where they are transparent, gray, 48×48."""

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from mimika.data.faces import SIDE, Pixels
from mimika.data.prepare import resize

if TYPE_CHECKING:
    from PIL.Image import Image

AT_ONCE: Final = 1024
"""How many images are best read in one call of `read_images`."""

# Told before it is decoded. PIL's own warning is not waited for: filters of warnings are the whole process's.
_MOST_PIXELS: Final = 1 << 26
_FORMATS: Final = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM")


@dataclass(frozen=True, kw_only=True, eq=False)
class GrayImage:
    """The gray pixels of an image, uint8 (48, 48), and whether it had another size."""

    pixels: Pixels
    resized: bool


def read_images(images: Sequence[Path | bytes]) -> list[GrayImage | None]:
    """Each image, by path or as the bytes of a file; None where it is damaged, far too large or in no usual form."""
    with ThreadPoolExecutor() as threads:
        return list(threads.map(_read, images))


def resized_note(number: int) -> str:
    """What is said of so many images that had another size."""
    return f"Images of another size, brought to {SIDE}×{SIDE} as they are, without looking for a face: {number:,}."


def _read(image: Path | bytes) -> GrayImage | None:
    from PIL import Image

    try:
        with Image.open(image if isinstance(image, Path) else io.BytesIO(image), formats=_FORMATS) as opened:
            gray = _gray(opened) if opened.width * opened.height <= _MOST_PIXELS else None
    except MemoryError:
        raise
    except Exception:  # decoders raise whatever they stumble over
        return None
    if gray is None:
        return None
    return GrayImage(pixels=resize(np.asarray(gray, np.uint8)), resized=gray.size != (SIDE, SIDE))


def _gray(image: "Image") -> "Image":
    """An image upright in 8 bits of gray; raises `ValueError` where nothing says which of them is white."""
    from PIL.Image import alpha_composite, fromarray, new
    from PIL.ImageOps import exif_transpose

    image.load()
    with suppress(Exception):  # an image with broken notes is still an image
        exif_transpose(image, in_place=True)
    if image.mode != "F" and not image.mode.startswith("I"):
        if image.has_transparency_data:
            image = alpha_composite(new("RGBA", image.size, "white"), image.convert("RGBA"))
        return image.convert("L")
    levels = np.asarray(image)
    # PIL would cut 16 bits off at 255, so that nearly all is white. I is also what it makes of them in some files.
    if levels.dtype.kind not in "iu" or levels.min() < 0 or levels.max() > 0xFFFF:
        raise ValueError("gray levels of no known scale")
    return fromarray(((levels.astype(np.uint32) + 128) // 257).astype(np.uint8))  # the nearest 257th
