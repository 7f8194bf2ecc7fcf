"""OpenCV and its FFmpeg write to standard error what they stumble over; here they are kept from it."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, TypeAlias

_Undo: TypeAlias = Callable[[], object]

_FFMPEG_LEVEL: Final = "OPENCV_FFMPEG_LOGLEVEL"
_FFMPEG_QUIET: Final = "-8"


@contextmanager
def muted_opening() -> Iterator[None]:
    """Keep what OpenCV says from standard error while a video is opened, as what matters in it is told otherwise.

    OpenCV's own level is put back. Its FFmpeg reads its level from the environment, when the first video of a process
    is opened, and keeps it; one that the user has set is left alone.
    """
    with _FFMPEG, muted():
        yield


def muted() -> AbstractContextManager[None]:
    """Keep OpenCV's own messages from standard error."""
    return _OPENCV


class _Overlapping(AbstractContextManager[None]):
    """What is one for the whole program: done by the first who enters, and undone by the last who leaves."""

    def __init__(self, do: Callable[[], _Undo]) -> None:
        self._do = do
        self._guard = threading.Lock()
        self._inside = 0

    def __enter__(self) -> None:
        with self._guard:
            if not self._inside:
                self._undo = self._do()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._inside -= 1
            if not self._inside:
                self._undo()


def _silence_opencv() -> _Undo:
    from cv2.utils import logging

    before = logging.setLogLevel(logging.LOG_LEVEL_SILENT)
    return lambda: logging.setLogLevel(before)


def _silence_ffmpeg() -> _Undo:
    if _FFMPEG_LEVEL in os.environ:
        return lambda: None
    os.environ[_FFMPEG_LEVEL] = _FFMPEG_QUIET
    return lambda: os.environ.pop(_FFMPEG_LEVEL, None)


_OPENCV: Final = _Overlapping(_silence_opencv)
_FFMPEG: Final = _Overlapping(_silence_ffmpeg)
