"""Frames written as a video file that plays as fast as they were seen."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

from mimika.errors import VideoError
from mimika.predict.footage import opencv_name
from mimika.predict.pictures import Bytes, name_of
from mimika.predict.silence import muted_opening

SUFFIX: Final = ".mp4"
"""MPEG-4 in MP4: the form that OpenCV's wheels write on every system and common players read."""

_LONGEST_GAP_SECONDS: Final = 10.0  # time stamps that leap must not fill the disk

# MPEG-4 keeps a rate as a fraction below 65,536, which OpenCV makes of three decimals, or of fewer where they fit.
_LOWEST_RATE: Final = 0.01
_THREE_DECIMALS_TO: Final = 65.0

_MARK: Final = b"\0\0\0\x0efreemimika"
"""What a drawing ends with: a box of MP4 that players pass over."""

Add: TypeAlias = Callable[[Bytes, float], None]


@contextmanager
def recording(path: Path, size: tuple[int, int], rate: float) -> Iterator[Add]:
    """What to give each frame of a new video to, uint8 (height, width, 3), RGB, with its time stamp in seconds.

    The rate is constant, and the video keeps step with the time stamps: a frame is repeated until the next one's time,
    10 seconds at most, and left out where another has its time already. The file takes its name at the end, when all
    went well; before, a hidden one, under which it cannot be played yet.

    Args:
        path: with the suffix `SUFFIX`.
        size: width and height; an odd last column or row is left out, as MPEG-4 asks. Other frames are fitted into it.
        rate: frames a second; above 65 rounded to a tenth, and 0.01 at least.

    Raises:
        VideoError: the file cannot be written, or is not whole in the end.
    """
    import cv2

    rate = round(rate, 1) if rate > _THREE_DECIMALS_TO else max(rate, _LOWEST_RATE)
    size = (size[0] // 2 * 2, size[1] // 2 * 2)
    if os.path.lexists(path) and not _is_drawing(path):
        raise VideoError(f"{name_of(path)}: another file has that name, and is not replaced. Name another folder.")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.part{path.suffix}")  # OpenCV goes by the suffix
    with muted_opening():
        writer = cv2.VideoWriter(opencv_name(part), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), rate, size)
    if not writer.isOpened():
        part.unlink(missing_ok=True)
        raise VideoError(
            f"{name_of(path)}: a video of {size[0]:,}×{size[1]:,} pixels and {rate:g} frames a second cannot be "
            "written there."
        )
    longest_gap = round(_LONGEST_GAP_SECONDS * rate)
    written, start = 0, 0.0
    latest: Any = None

    def add(pixels: Bytes, seconds: float) -> None:
        nonlocal written, start, latest
        start = seconds if latest is None else start
        gap = round((seconds - start) * rate) - written
        if gap < 0:
            return
        if gap > longest_gap:
            start += (gap - longest_gap) / rate
            gap = longest_gap
        frame = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)[: size[1], : size[0]]
        if frame.shape[:2] != (size[1], size[0]):
            frame = cv2.resize(frame, size)
        for _ in range(gap):
            writer.write(latest)
        writer.write(frame)
        written += gap + 1
        latest = frame

    try:
        yield add
    except BaseException:
        writer.release()
        part.unlink(missing_ok=True)
        raise
    writer.release()
    if not written:
        part.unlink(missing_ok=True)
        raise VideoError(f"{name_of(path)}: not drawn, as no frame could be read.")
    if _frames(part) < written or not _marked(part):  # OpenCV does not say when a disk is full
        part.unlink(missing_ok=True)
        raise VideoError(f"{name_of(path)}: could not be written to its end. Is the disk full?")
    part.replace(path)


def _marked(path: Path) -> bool:
    """Mark a video as one of ours; whether the disk had room for that."""
    try:
        with path.open("ab") as file:
            file.write(_MARK)
    except OSError:
        return False
    return True


def _is_drawing(path: Path) -> bool:
    """Whether a file ends as those do that were written here."""
    try:
        with path.open("rb") as file:
            file.seek(-len(_MARK), os.SEEK_END)
            return file.read() == _MARK
    except OSError:  # also where it is shorter
        return False


def _frames(path: Path) -> int:
    """How many frames a video announces; 0 if it cannot be opened."""
    import cv2

    with muted_opening():
        capture = cv2.VideoCapture(opencv_name(path), cv2.CAP_FFMPEG)
    frames = int(capture.get(cv2.CAP_PROP_FRAME_COUNT)) if capture.isOpened() else 0
    capture.release()
    return frames
