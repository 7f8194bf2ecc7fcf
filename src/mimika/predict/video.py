"""Expressions on a video or a camera's picture, frame by frame: who is who, and answers without the flicker."""

import math
import os
import warnings
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mimika.emotions import EMOTIONS
from mimika.errors import VideoError
from mimika.predict.crop import is_blank
from mimika.predict.face import UNSURE, Face, expression_of
from mimika.predict.footage import Camera, Footage, OwnFrames, Tell, check_every, open_footage
from mimika.predict.people import FORGET_SECONDS, People
from mimika.predict.pictures import Bytes
from mimika.predict.recogniser import Recogniser

Vector: TypeAlias = npt.NDArray[np.float64]
"""One number for each of `EMOTIONS`."""

SMOOTH_SECONDS: Final = 0.5
"""Time constant of the smoothing: half a second later, a frame counts for 1/e of what it did."""


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A person's face on one frame.

    Attributes:
        person: a number from 1, the same on every frame as long as the person is followed; never given twice.
        face: what is seen on this frame alone.
        smoothed: the same box, with the probabilities smoothed over the person's frames so far, and their expression.
            Where the crop is blank, it is unsure, and the probabilities are those of the frames before; of none before,
            or where nothing is smoothed, the frame's own.
    """

    person: int
    face: Face
    smoothed: Face

    def to_dict(self) -> dict[str, Any]:
        """The same as plain lists, dicts, texts and numbers, ready for JSON."""
        smoothed = self.smoothed.to_dict()
        answer = {name: smoothed[name] for name in ("expression", "likeliest", "probabilities")}
        return {"person": self.person, **self.face.to_dict(), "smoothed": answer}


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """A frame that was looked at.

    Attributes:
        number: how many frames could be read before it.
        seconds: see `Look.seconds`.
        pixels: see `Look.pixels`.
        sightings: of its faces, sorted by x, then y; none where no face was found.
    """

    number: int
    seconds: float
    pixels: Bytes
    sightings: tuple[Sighting, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def to_dict(self) -> dict[str, Any]:
        """The same without pixels, as plain lists, dicts, texts and numbers, ready for JSON."""
        return {
            "frame": self.number,
            "seconds": self.seconds,
            "size": list(self.size),
            "faces": [sighting.to_dict() for sighting in self.sightings],
        }


class Smoothing:
    """Exponential smoothing of each person's probabilities in time.

    After t seconds, what was believed counts for exp(-t / seconds), and what is seen now for the rest: the same at
    every frame rate, and after a gap the past counts for less. It starts with the person's first frame.

    Args:
        seconds: the time constant; 0: no smoothing.
    """

    def __init__(self, *, seconds: float = SMOOTH_SECONDS) -> None:
        self._seconds = seconds
        self._believed: dict[int, tuple[float, Vector]] = {}

    def add(self, person: int, probabilities: Vector, seconds: float) -> Vector:
        """What is believed of a person, given the probabilities (7,) of one more frame and its time stamp."""
        before, believed = self._believed.get(person, (seconds, probabilities))
        kept = math.exp(-(seconds - before) / self._seconds) if self._seconds else 0.0
        believed = kept * believed + (1 - kept) * probabilities
        self._believed[person] = seconds, believed
        return believed

    def believed(self, person: int) -> Vector | None:
        """What is believed of a person so far, (7,); None without a frame, or without smoothing."""
        return self._believed[person][1] if self._seconds and person in self._believed else None

    def keep(self, people: Collection[int]) -> None:
        """Forget all others."""
        self._believed = {person: known for person, known in self._believed.items() if person in people}


def watch(
    recogniser: Recogniser,
    source: str | os.PathLike[str] | Camera | Footage | Iterable[tuple[float, Bytes]],
    *,
    every_seconds: float | None = None,
    smooth_seconds: float = SMOOTH_SECONDS,
    forget_seconds: float = FORGET_SECONDS,
    tell: Tell = warnings.warn,
) -> Iterator[Frame]:
    """Look at a video, through a camera or at one's own frames, one by one; a camera goes on until the caller stops.

    Memory does not grow with length. All frames of a file are looked at unless `every_seconds` says otherwise; of a
    camera's, as many as there is time for.

    Args:
        recogniser: as `mimika.load` gives it.
        source: a file's path, a camera's number, or footage that is open already, whose own `tell` is then used, or
            one's own frames: pairs of seconds, which never go back, and an RGB array.
        every_seconds: look at one frame each so many seconds.
        smooth_seconds: time constant of the smoothing, see `Smoothing`; 0: none.
        forget_seconds: how long a person who is not seen is remembered, at least, see `People`.
        tell: is given a line on each damaged passage, and on a file that ends early.

    Raises:
        VideoError: there is no such file or camera, it is no video, no frame of it can be read, or a number of seconds
            cannot be meant. At once, not with the first frame. Of one's own frames, when a time goes back.
        PictureError: one's own frame is no picture.
    """
    check_every(every_seconds)
    for name, seconds in (("smooth_seconds", smooth_seconds), ("forget_seconds", forget_seconds)):
        if not 0 <= seconds < math.inf:
            raise VideoError(f"{name} is {seconds:g}, but it is 0 or more.")
    smoothing, people = Smoothing(seconds=smooth_seconds), People(forget_seconds=forget_seconds)
    opened: AbstractContextManager[Footage | OwnFrames]
    if isinstance(source, str | os.PathLike | int | Integral):
        opened = open_footage(source, tell=tell)
    else:
        opened = nullcontext(source if isinstance(source, Footage) else OwnFrames(source))
    return _frames(recogniser, opened, every_seconds, people, smoothing)


def _frames(
    recogniser: Recogniser,
    opened: AbstractContextManager[Footage | OwnFrames],
    every_seconds: float | None,
    people: People,
    smoothing: Smoothing,
) -> Iterator[Frame]:
    with opened as footage:
        for look in footage.looks(every_seconds):
            (answer,) = recogniser.answers((look.pixels,))
            numbers = people.follow([face.box for face in answer.faces], look.seconds)
            sightings = []
            for person, face, crop in zip(numbers, answer.faces, answer.crops, strict=True):
                smoothed = face
                if not is_blank(crop):
                    seen = np.array([face.probabilities[emotion] for emotion in EMOTIONS])
                    believed = smoothing.add(person, seen, look.seconds).tolist()
                    smoothed = _with(face, believed, expression_of(believed, recogniser.threshold))
                elif (before := smoothing.believed(person)) is not None:  # what shows nothing changes no belief
                    smoothed = _with(face, before.tolist(), UNSURE)
                sightings.append(Sighting(person=person, face=face, smoothed=smoothed))
            smoothing.keep(people.remembered)
            yield Frame(number=look.number, seconds=look.seconds, pixels=look.pixels, sightings=tuple(sightings))


def _with(face: Face, probabilities: list[float], expression: str) -> Face:
    """A face with another answer."""
    return replace(face, expression=expression, probabilities=dict(zip(EMOTIONS, probabilities, strict=True)))
