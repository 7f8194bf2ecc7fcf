"""Pictures from wherever they come: a file, bytes, an array or a PIL image, read whole and upright, or refused.

A file is known by its first bytes, and only the forms in `forms.PICTURES` are decoded. Colors stay, as a detector may
want them; a network gets `Picture.gray`.
"""

import os
import re
import stat
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from mimika.errors import MimikaError, PictureError, in_one_line
from mimika.predict.forms import PICTURES, START, form_of, starts_as_video, unread_form_of

Bytes: TypeAlias = npt.NDArray[np.uint8]

Source: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | npt.NDArray[Any] | Image.Image
"""What a picture can come from; `read_picture` says how each is understood."""

PIXELS_AT_MOST: Final = 2**26
"""Of a file or bytes, as width × height (8,192 × 8,192): decoding takes up to 15 bytes for each."""

_CHANNELS: Final = (1, 3, 4)  # gray, RGB, RGBA

_AT_ONCE: Final = 2**20  # pixels

_ORIENTATION: Final = 0x0112  # of EXIF

_UPRIGHT: Final[Mapping[int, Callable[[Bytes], Bytes]]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: pixels[::-1].swapaxes(0, 1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: pixels[:, ::-1].swapaxes(0, 1),
}
"""What each EXIF orientation asks for; 1 is upright."""

# PIL warns of much that is harmless here, and Python's filter of warnings belongs to all threads.
_filtering = threading.Lock()


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A picture that has been read: uint8 (height, width), gray, or (height, width, 3), RGB; at least one pixel."""

    pixels: Bytes

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @cached_property
    def gray(self) -> Bytes:
        """Gray values uint8 (height, width), colors weighted as in ITU-R 601 (the luma of JPEG)."""
        if self.pixels.ndim == 2:
            return self.pixels
        import cv2

        gray: Bytes = np.asarray(cv2.cvtColor(self.pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        return gray


def read_picture(source: Source) -> Picture:
    """A picture, upright.

    Args:
        source: one of

            - a path, a file opened with "rb", or a file's content as bytes: JPEG, PNG, WebP, GIF, BMP, TIFF or PPM.
              EXIF orientation is applied, the first of several frames is taken, 16 bits become 8, and what is
              transparent lies over white.
            - an array (h, w), gray, (h, w, 3), RGB, or (h, w, 4), RGBA. Whole numbers go from 0 to 255, those of uint16
              to 65,535, floats from 0 to 1. None may be masked.
            - a PIL image, understood like a file; of its mode I, an array's rule where it comes from no file.

    Raises:
        PictureError: it cannot be read, with the reason in one line.
    """
    if isinstance(source, np.ndarray):
        return Picture(pixels=_from_array(source))
    if isinstance(source, str | os.PathLike):
        return _from_path(source)
    if isinstance(source, bytes | bytearray | memoryview):
        return _from_file(BytesIO(bytes(source)), name_of(source))
    if isinstance(source, Image.Image):
        return _from_image(source, name_of(source))
    if hasattr(source, "read"):
        return _from_reader(source, name_of(source))
    raise PictureError(f"{name_of(source)}: not a picture. Give a path, bytes, an open file, an array or a PIL image.")


def is_picture(source: object) -> bool:
    """Whether something is one source of a picture, not several: an array by its shape, the rest by its type.

    >>> is_picture("a.jpg"), is_picture(["a.jpg"]), is_picture(np.zeros((9, 48, 48)))
    (True, False, False)
    """
    if isinstance(source, np.ndarray):
        return source.ndim == 2 or (source.ndim == 3 and source.shape[2] in _CHANNELS)
    is_content = isinstance(source, str | os.PathLike | bytes | bytearray | memoryview | Image.Image)
    return is_content or hasattr(source, "read")


def name_of(source: object) -> str:
    r"""What to call a source in a message: its path, printable in one line, or what it is.

    >>> name_of("faces/a\nb.png"), name_of(b""), name_of(3)
    ('faces/a\\nb.png', 'bytes', 'int')
    """
    if isinstance(source, str | os.PathLike):
        return in_one_line(os.fsdecode(source))
    if isinstance(source, np.ndarray):
        return "array"
    return type(source).__name__


@contextmanager
def opened_file(path: str | os.PathLike[str], error: type[MimikaError], kind: str, advice: str) -> Iterator[BinaryIO]:
    """A file, open to be read; raises an error of this type where it is none, with advice where it may help."""
    name, path = name_of(path), Path(os.fsdecode(path))
    if re.match("(http|ftp|rtsp)s?:/", name):  # of two slashes, a Path keeps one
        raise error(f"{name}: nothing is downloaded. Download it, and give the file.")
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise error(f"{name}: a folder, not a {kind}.")
        if not stat.S_ISREG(mode):
            raise error(f"{name}: not a file. {advice}")
        with path.open("rb") as file:
            yield file
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a zero byte in the name
        raise error(f"{name}: no such file.") from None
    except OSError as refusal:
        raise error(f"{name}: {refusal.strerror or 'cannot be read'}.") from None


def _from_path(path: str | os.PathLike[str]) -> Picture:
    with opened_file(path, PictureError, "picture", "Read it, and give its bytes.") as file:
        return _from_file(file, name_of(path))


def _from_reader(file: BinaryIO, name: str) -> Picture:
    try:
        content = file.read()
    except (OSError, ValueError):  # ValueError: it is closed, or opened as text
        content = None
    if not isinstance(content, bytes):
        raise PictureError(f'{name}: it gives no bytes. Open a file with "rb".')
    return _from_file(BytesIO(content), name)


def _from_file(file: BinaryIO, name: str) -> Picture:
    """A picture from an open file, whose form its first bytes tell."""
    start = file.read(START)
    if not start:
        raise PictureError(f"{name}: empty, zero bytes.")
    form = form_of(start)
    if form is None:
        raise PictureError(f"{name}: {_other_form(start)}")
    file.seek(0)

    # By itself, PIL would load all of its forty plugins to find that of WebP or TIFF.
    import_module(f"PIL.{PICTURES[form][0]}")
    with _filtering, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(file, formats=(form.upper(),)) as image:
                if image.width * image.height > PIXELS_AT_MOST:
                    raise Image.DecompressionBombError
                return Picture(pixels=_upright_pixels(image, name))
        except Image.DecompressionBombError:
            raise PictureError(
                f"{name}: more than {PIXELS_AT_MOST:,} pixels, the most that is read. Make it smaller."
            ) from None
        except (PictureError, MemoryError):
            raise
        except Exception:  # decoders raise whatever they stumble over
            raise PictureError(f"{name}: a {form} picture, but damaged or cut off.") from None


def _other_form(start: bytes) -> str:
    """What a file is whose form is not read, and what to do."""
    if form := unread_form_of(start):
        return f"a picture in the form {form}, which is not read. Save it as JPEG."
    if starts_as_video(start):
        return "a video, not a picture. Give its file to `mimika predict` or to mimika.watch."
    return f"not a picture in a form that is read: {', '.join(PICTURES)}."


def _from_image(image: Image.Image, name: str) -> Picture:
    """A picture from a PIL image, which may still have to read its file."""
    with _filtering, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if not image.width or not image.height:
                raise PictureError(f"{name}: {image.width}×{image.height} pixels, so there is nothing to see.")
            return Picture(pixels=_upright_pixels(image, name))
        except (PictureError, MemoryError):
            raise
        except Exception:  # decoders raise whatever they stumble over
            raise PictureError(f"{name}: damaged, cut off, or its file is closed.") from None


def _upright_pixels(image: Image.Image, name: str) -> Bytes:
    """The pixels of an image, uint8, gray or RGB, turned as its EXIF says."""
    form = image.format
    image.load()
    if image.mode == "I" and form is None:
        return _from_array(np.asarray(image))
    if image.mode == "I" or image.mode.startswith("I;16"):  # I: PIL's form of 16 bits where a file has them in gray
        pixels = _eight_bits(np.asarray(image).clip(0, 65_535).astype(np.uint16))
    elif image.mode in ("F", "LAB", "HSV"):
        raise PictureError(f"{name}: pixels of the kind {image.mode}, which is not read. Save it as 8-bit RGB or gray.")
    elif image.has_transparency_data:
        pixels = _over_white(np.asarray(image.convert("RGBA")))
    else:
        pixels = np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))
    turn = _UPRIGHT.get(_orientation(image))
    return pixels if turn is None else np.ascontiguousarray(turn(pixels))


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # a picture with broken notes is still a picture
        return 1


def _from_array(array: npt.NDArray[Any]) -> Bytes:
    """The pixels of an array, uint8, gray or RGB."""
    shape = "×".join(map(str, array.shape)) or "no shape"
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in _CHANNELS):
        raise PictureError(
            f"array of {shape}: a picture is (h, w), gray, (h, w, 3), RGB, or (h, w, 4), RGBA. "
            "Give several pictures as a list."
        )
    if not array.size:
        raise PictureError(f"array of {shape}: there is nothing to see.")
    if np.ma.is_masked(array):
        raise PictureError(f"array of {shape}: some of its pixels are masked. Fill them first.")
    array = np.asarray(array, array.dtype.newbyteorder("="))
    if array.dtype == np.uint8:
        pixels = array
    elif array.dtype == np.uint16:
        pixels = _eight_bits(array)
    elif array.dtype.kind in "iu":
        _check_range(array, 255)
        pixels = array.astype(np.uint8)
    elif array.dtype.kind == "f":
        _check_range(array, 1)
        pixels = (array * 255).round().astype(np.uint8)
    else:
        raise PictureError(f"array of {array.dtype}: pixels are whole numbers or floats.")
    pixels = np.ascontiguousarray(pixels)
    if pixels.ndim == 2:
        return pixels
    return _over_white(pixels) if pixels.shape[2] == 4 else pixels[:, :, 0] if pixels.shape[2] == 1 else pixels


def _check_range(array: npt.NDArray[Any], top: int) -> None:
    low, high = array.min(), array.max()  # not a number, if any is
    if not (low >= 0 and high <= top):
        hint = " Divide them by 255." if top == 1 and low >= 0 and high <= 255 else ""
        raise PictureError(f"array of {array.dtype}: its pixels go from {low} to {high}, not from 0 to {top}.{hint}")


def _eight_bits(pixels: npt.NDArray[np.uint16]) -> Bytes:
    """16 bits as 8: the nearest 257th, in arithmetic that stays within 16 bits."""
    return ((pixels - (pixels >> 8) + 128) >> 8).astype(np.uint8)


def _over_white(pixels: Bytes) -> Bytes:
    """RGBA as RGB over white, as a page shows it."""
    flat = pixels.reshape(-1, 4)
    blended = np.empty((len(flat), 3), np.uint8)
    for start in range(0, len(flat), _AT_ONCE):  # the steps between need four times the memory
        part = flat[start : start + _AT_ONCE]
        alpha = part[:, 3:].astype(np.uint16)
        blended[start : start + _AT_ONCE] = (part[:, :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return blended.reshape(*pixels.shape[:2], 3)
