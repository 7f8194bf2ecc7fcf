"""OpenCV and its FFmpeg write to standard error what they stumble over; here they are kept from it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_FFMPEG_LEVEL: Final = "OPENCV_FFMPEG_LOGLEVEL"
_FFMPEG_QUIET: Final = "-8"


@contextmanager
def muted_opening() -> Iterator[None]:
    """Keep what OpenCV says from standard error while a video is opened, as what matters in it is told otherwise.

    OpenCV's own level is put back. Its FFmpeg reads its level from the environment, when the first video of a process
    is opened, and keeps it; one that the user has set is left alone.
    """
    is_ours = _FFMPEG_LEVEL not in os.environ
    if is_ours:
        os.environ[_FFMPEG_LEVEL] = _FFMPEG_QUIET
    try:
        with muted():
            yield
    finally:
        if is_ours:
            del os.environ[_FFMPEG_LEVEL]


@contextmanager
def muted() -> Iterator[None]:
    """Keep OpenCV's own messages from standard error."""
    from cv2.utils import logging

    level = logging.setLogLevel(logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        logging.setLogLevel(level)
