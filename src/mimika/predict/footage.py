"""Frames of a video file or a camera, one at a time, upright and timed; what is damaged is told and skipped."""

import math
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeAlias

import numpy as np

from mimika.errors import VideoError
from mimika.predict.forms import START, VIDEOS, counts_frames, starts_as_video
from mimika.predict.pictures import PIXELS_AT_MOST, Bytes, name_of, opened_file, read_picture
from mimika.predict.silence import muted, muted_opening

if TYPE_CHECKING:
    import cv2

Camera: TypeAlias = int
"""The number of a camera, from 0, as the system counts them."""

Tell: TypeAlias = Callable[[str], None]
"""What is given a line about frames that could not be read."""

_ROUNDING: Final = 1e-6  # seconds
_USUAL_RATE: Final = 25.0  # frames a second, where the file says nothing that can be
_HIGHEST_RATE: Final = 1000.0

# How often OpenCV may say in a row that there is no frame. A damaged passage and the end of a file look the same: only
# going on tells. A thousand packets are half a minute of video; a camera waits for up to ten seconds each time.
_PATIENCE: Final = {"file": 1000, "camera": 3}


@dataclass(frozen=True, kw_only=True, eq=False)
class Look:
    """A frame that is looked at.

    Attributes:
        number: how many frames could be read before it.
        seconds: since the start of the file, or the camera's first frame, more with every frame; of one's own frames
            as they were given, never less.
        pixels: uint8 (height, width, 3), RGB, upright; (height, width) where one's own frames are gray.
    """

    number: int
    seconds: float
    pixels: Bytes


class Footage:
    """A video file or a camera; made by `open_footage`, closed by `with`. It can be looked through once.

    Attributes:
        name: for messages, in one line.
        is_camera: whether it goes on until somebody ends it.
        size: width and height, upright.
        rate: frames a second, as the file or the camera says; some lie, and phones vary it.
        frames: how many there are, as the file says, or None; some lie, too.
    """

    def __init__(self, capture: "cv2.VideoCapture", *, name: str, is_camera: bool, counts: bool, tell: Tell) -> None:
        import cv2

        self._capture, self._tell, self._counts = capture, tell, counts
        self.name, self.is_camera = name, is_camera
        self._patience = _PATIENCE["camera" if is_camera else "file"]
        self.size = (int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)))
        rate, frames = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
        self.rate = rate if 0 < rate <= _HIGHEST_RATE else _USUAL_RATE
        self.frames = int(frames) if not is_camera and 0 < frames < sys.maxsize else None
        self._started = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file or the camera go."""
        self._capture.release()

    @property
    def seconds(self) -> float | None:
        """How long it is, as the file says, or None."""
        return self.frames / self.rate if self.frames else None

    def looks(self, every_seconds: float | None = None) -> Iterator[Look]:
        """The frames, as they come.

        A damaged passage is told and skipped. OpenCV does not tell one from the end: the end is where 1,000 attempts in
        a row bring nothing. It also passes over some damage in silence, so at the end it is told if there were fewer
        frames than the file announces.

        Args:
            every_seconds: one frame each so many seconds, the first that is not before its time; None: all. Frames
                between are decoded, as later ones build on them, but not converted.

        Raises:
            VideoError: see `check_every`.
        """
        check_every(every_seconds)
        number, seconds, due, failures = 0, 0.0, 0.0, 0
        is_grabbed = True  # by `wait`
        while failures < self._patience:
            if not is_grabbed and not self._grab():
                failures += 1
                continue
            before, seconds = seconds, self._stamp(number, seconds)
            is_grabbed = False
            pixels = None
            if seconds >= due and (pixels := self._retrieve()) is None:
                failures += 1
                seconds = before
                continue
            if failures:
                self._tell(f"{self.name}: damaged after {before:.2f} s; goes on at {seconds:.2f} s.")
                failures = 0
            if pixels is not None:
                yield Look(number=number, seconds=seconds, pixels=pixels)
                due = _due(seconds, every_seconds)
            number += 1
        self._tell_end(number, seconds)

    def wait(self) -> bool:
        """Grab the first frame; whether there is one."""
        is_there = any(self._grab() for _ in range(self._patience))
        self._started = time.monotonic()
        return is_there

    def _grab(self) -> bool:
        with muted():
            return self._capture.grab()

    def _retrieve(self) -> Bytes | None:
        import cv2

        with muted():
            try:
                is_there, pixels = self._capture.retrieve()
            except cv2.error:
                return None
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), dtype=np.uint8) if is_there else None

    def _stamp(self, number: int, before: float) -> float:
        """The time of the frame that was grabbed: the container's, unless that does not go on."""
        import cv2

        if self.is_camera:
            return time.monotonic() - self._started if number else 0.0
        seconds = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if number == 0:
            return max(0.0, seconds)
        return seconds if before < seconds < math.inf else before + 1 / self.rate

    def _tell_end(self, number: int, seconds: float) -> None:
        """Say so if the end came early."""
        if self.is_camera:
            self._tell(f"{self.name}: gives no more frames after {seconds:.2f} s.")
        elif self.frames and self._counts and number < self.frames:
            self._tell(f"{self.name}: {number:,} frames could be read, and the file announces {self.frames:,}.")
        elif self.seconds and not self._counts and seconds < self.seconds - 1:
            self._tell(f"{self.name}: ends at {seconds:.2f} s, and the file announces {self.seconds:.2f} s.")


class OwnFrames:
    """Frames that somebody else reads, each its time in seconds and an array as `read_picture` understands it.

    Raises:
        VideoError: they cannot be gone through.
    """

    def __init__(self, frames: Iterable[tuple[float, Bytes]]) -> None:
        try:
            self._frames = iter(frames)
        except TypeError:
            raise VideoError(
                f"{name_of(frames)}: not a video. Give a file's path, a camera's number, or frames with their times."
            ) from None

    def looks(self, every_seconds: float | None = None) -> Iterator[Look]:
        """The frames, as they come, or one each so many seconds.

        Raises:
            VideoError: a frame is no such pair, or its time lies before that of the frame before, or is no number.
            PictureError: an array is no picture.
        """
        before = due = -math.inf
        for number, frame in enumerate(self._frames):
            if not (isinstance(frame, tuple) and len(frame) == 2 and isinstance(frame[0], Real)):
                raise VideoError(f"Frame {number}: a pair is meant, of a time in seconds and an RGB array.")
            seconds, pixels = float(frame[0]), frame[1]
            if not before <= seconds < math.inf or seconds == -math.inf:
                raise VideoError(f"Frame {number}: the time {seconds:g} s, but times are finite and never go back.")
            before = seconds
            if seconds >= due:
                yield Look(number=number, seconds=seconds, pixels=read_picture(pixels).pixels)
                due = _due(seconds, every_seconds)


def open_footage(source: str | os.PathLike[str] | Camera, *, tell: Tell = warnings.warn) -> Footage:
    """A video file, or the camera of a number.

    Frames are turned upright as phones note it (mirrored ones stay mirrored: OpenCV does not turn them).

    Args:
        source: a file's path, or a camera's number.
        tell: is given a line on each damaged passage, and on a file that ends early.

    Raises:
        VideoError: there is no such file or camera, it is no video, or no frame of it can be read.
    """
    if isinstance(source, int | Integral):
        return _open_camera(int(source), tell)
    name = name_of(source)
    start = _start(source)
    if not start:
        raise VideoError(f"{name}: empty, zero bytes.")
    if not starts_as_video(start):
        raise VideoError(f"{name}: not a video in a form that is read: {', '.join(VIDEOS)}.")
    import cv2

    with muted_opening():
        capture = cv2.VideoCapture(opencv_name(source), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        raise VideoError(f"{name}: damaged, or cut off before its end, so that it cannot be opened.")
    footage = Footage(capture, name=name, is_camera=False, counts=counts_frames(start), tell=tell)
    width, height = footage.size
    if width * height > PIXELS_AT_MOST:
        footage.close()
        raise VideoError(
            f"{name}: frames of {width:,}×{height:,}, more than {PIXELS_AT_MOST:,} pixels. Make it smaller."
        )
    if not footage.wait():
        footage.close()
        raise VideoError(f"{name}: a video, but no frame of it can be read: damaged, or in a codec that OpenCV lacks.")
    return footage


def opencv_name(path: str | os.PathLike[str]) -> str:
    """A video's path as OpenCV takes it: absolute, so that none is ever a URL or a device, whatever it is called.

    Raises:
        VideoError: it holds bytes that are no text, as of old disks; OpenCV would crash.
    """
    name = str(Path(os.fsdecode(path)).absolute())
    try:
        name.encode()
    except UnicodeEncodeError:
        raise VideoError(f"{name_of(path)}: not a name in UTF-8, which OpenCV asks for. Rename it.") from None
    return name


def check_every(seconds: float | None) -> None:
    """Raise `VideoError` unless one frame can be looked at each so many seconds: more than 0; None: every frame."""
    if seconds is not None and not 0 < seconds < math.inf:
        raise VideoError(f"A frame every {seconds:g} seconds cannot be looked at. Name more than 0 seconds.")


def _due(seconds: float, every_seconds: float | None) -> float:
    """When to look again after a look; None: at once."""
    if every_seconds is None:
        return seconds
    return every_seconds * ((seconds + _ROUNDING) // every_seconds + 1) - _ROUNDING


def _open_camera(number: Camera, tell: Tell) -> Footage:
    import cv2

    name = f"camera {number}"
    if not 0 <= number < 2**31:  # OpenCV would crash
        raise VideoError(f"{name}: there is none; cameras are numbered from 0.")
    with muted_opening():
        capture = cv2.VideoCapture(number)
    if not capture.isOpened():
        raise VideoError(f"{name}: not there, in use, or not allowed to be read.")
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest frame, not the oldest of those that wait
    footage = Footage(capture, name=name, is_camera=True, counts=False, tell=tell)
    if not footage.wait():
        footage.close()
        raise VideoError(f"{name}: there, but it gives no frames.")
    return footage


def _start(path: str | os.PathLike[str]) -> bytes:
    """The first bytes of a file, enough to know its form by."""
    with opened_file(path, VideoError, "video", "Give a file's path or a camera's number.") as file:
        return file.read(START)
