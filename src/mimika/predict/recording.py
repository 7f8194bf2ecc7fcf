"""Frames written as a video file that plays as fast as they were seen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

from mimika.errors import VideoError
from mimika.predict.pictures import Bytes
from mimika.predict.silence import muted_opening

SUFFIX: Final = ".mp4"
"""MPEG-4 in MP4: the form that OpenCV's wheels write on every system and common players read."""

_LONGEST_GAP_SECONDS: Final = 10.0  # time stamps that leap must not fill the disk

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
        rate: frames a second.

    Raises:
        VideoError: the file cannot be written.
    """
    import cv2

    size = (size[0] // 2 * 2, size[1] // 2 * 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.part{path.suffix}")  # OpenCV goes by the suffix
    with muted_opening():
        writer = cv2.VideoWriter(str(part.absolute()), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), rate, size)
    if not writer.isOpened():
        raise VideoError(f"{path}: a video of {size[0]:,}×{size[1]:,} pixels cannot be written there.")
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
    part.replace(path)
