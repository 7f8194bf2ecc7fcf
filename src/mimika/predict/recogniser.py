"""Pictures in, faces with their expressions out; many pictures as a stream, whose faces share the network's batches."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Final, TypeVar, overload

import numpy as np

from mimika.data.faces import SIDE, Pixels
from mimika.data.prepare import resize
from mimika.emotions import EMOTIONS
from mimika.errors import PictureError, RunError
from mimika.predict.crop import cut, is_blank
from mimika.predict.detector import DETECTORS, Detection, Detector, find_detector
from mimika.predict.face import UNSURE, Face, expression_of
from mimika.predict.network import Network, read_network
from mimika.predict.pictures import Source, is_picture, name_of, read_picture

_AnySource = TypeVar("_AnySource", bound=Source)

BATCH: Final = 64
"""Faces that go through the network at once, at most."""

_SMALL: Final = 2 * SIDE

WEIGHTS: Final = Path(__file__).parent / "weights"
"""Where the network is that comes with mimika, if one does."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What was found on one picture.

    Attributes:
        source: the picture, as it was given.
        size: its width and height, upright; None if it could not be read.
        detector: who looked for faces: "haar", "yunet" or "none".
        faces: sorted by x, then y.
        crops: what the network saw of each face, uint8 (n, 48, 48).
        fault: why the picture could not be read, in one line; None if it was.
    """

    source: Source
    size: tuple[int, int] | None
    detector: str
    faces: tuple[Face, ...]
    crops: Pixels
    fault: str | None = None

    @property
    def name(self) -> str:
        """What to call the picture, in one line."""
        return name_of(self.source)

    @property
    def reason(self) -> str | None:
        """Why there are no faces, in one line; None if there are."""
        if self.faces or self.size is None:
            return self.fault
        width, height = self.size
        hint = " A picture that is a face already needs the detector none." if max(width, height) <= _SMALL else ""
        return f"{self.name}: no face found by {self.detector} on {width:,}×{height:,} pixels.{hint}"

    def to_dict(self) -> dict[str, Any]:
        """The same without crops, as plain lists, dicts, texts and numbers, ready for JSON."""
        return {
            "path": self.name,
            "size": self.size and list(self.size),
            "detector": self.detector,
            "faces": [face.to_dict() for face in self.faces],
            "reason": self.reason,
            "fault": self.fault,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class _Seen:
    """A picture whose faces wait for the network."""

    source: Source
    size: tuple[int, int] | None
    found: Sequence[Detection]
    crops: Pixels
    fault: str | None = None


_NO_CROPS: Final[Pixels] = np.empty((0, SIDE, SIDE), np.uint8)


class Recogniser:
    """Finds faces on pictures and says which expression each shows; made by `load`.

    Threads may share one. Finding faces and reading files wait for each other, so more processes, each with one of its
    own, bring more than more threads do. A pickled one is loaded anew where it arrives.

    Attributes:
        network: with its card, which says where the network comes from.
        detector: with its name.
        threshold: an answer whose probability lies below it is unsure.
    """

    def __init__(self, network: Network, detector: Detector, *, threshold: float | None = None) -> None:
        if not (threshold is None or (isinstance(threshold, Real) and 0 <= threshold <= 1)):
            raise RunError(f"threshold={threshold!r}: a number from 0 to 1 is meant, or None: the one in the file.")
        self.network = network
        self.detector = detector
        self.threshold = network.card.threshold if threshold is None else threshold
        self._loaded_by: Callable[..., Recogniser] | None = None

    def __reduce__(self) -> tuple[Callable[[], "Recogniser"], tuple[()]]:
        """How to load it again, since neither networks nor cascades can be pickled."""
        if self._loaded_by is None:
            raise TypeError("Only a recogniser that `mimika.load` has made can be pickled.")
        return partial(self._loaded_by, threshold=self.threshold), ()

    @overload
    def predict(self, source: list[Source] | tuple[Source, ...]) -> list[list[Face]]: ...
    @overload
    def predict(self, source: list[_AnySource]) -> list[list[Face]]: ...  # lists of one type are no lists of any
    @overload
    def predict(self, source: Source) -> list[Face]: ...
    def predict(
        self, source: Source | list[_AnySource] | list[Source] | tuple[Source, ...]
    ) -> list[Face] | list[list[Face]]:
        """The faces on a picture, sorted by x, then y; of a list of pictures, a list for each.

        Args:
            source: a path, an open file, a file's content, an array or a PIL image, as `read_picture` understands them;
                or a list of such.

        Raises:
            PictureError: a picture cannot be read. `answers` goes on with the others.
        """
        if not isinstance(source, list | tuple):
            (answer,) = self.answers((source,))
            if answer.fault:
                raise PictureError(answer.fault)
            return list(answer.faces)
        found = []
        for number, answer in enumerate(self.answers(source), start=1):
            if answer.fault:
                raise PictureError(f"Picture {number} of {len(source)}: {answer.fault}")
            found.append(list(answer.faces))
        return found

    def answers(self, sources: Iterable[Source], *, batch: int = BATCH) -> Iterator[Answer]:
        """An answer for each picture, in order, as they come; a picture that cannot be read is answered with its fault.

        Pictures are read when their turn comes and let go at once: what waits for the network are sources and crops.

        Args:
            sources: may be endless.
            batch: how many faces go through the network at once, and how many pictures wait for that; 1 answers each
                picture before the next is read.

        Raises:
            PictureError: `sources` is one picture or cannot be gone through, or the batch is no whole number from 1.
        """
        if is_picture(sources):
            raise PictureError(f"{name_of(sources)}: one picture. Give several as a list, or ask `predict`.")
        try:
            sources = iter(sources)
        except TypeError:
            raise PictureError(f"{name_of(sources)}: not pictures. Give several as a list.") from None
        if not isinstance(batch, Integral) or batch < 1:
            raise PictureError(f"batch={batch!r}: a whole number from 1 is meant.")
        return self._answers(sources, batch)

    def _answers(self, sources: Iterable[Source], batch: int) -> Iterator[Answer]:
        waiting: list[_Seen] = []
        faces = 0
        for source in sources:
            seen = self._look(source)
            waiting.append(seen)
            faces += len(seen.crops)
            if faces >= batch or len(waiting) >= batch:
                yield from self._answer(waiting, batch)
                waiting, faces = [], 0
        yield from self._answer(waiting, batch)

    def _look(self, source: Source) -> _Seen:
        """Everything before the network's part."""
        try:
            picture = read_picture(source)
        except PictureError as error:
            return _Seen(source=source, size=None, found=(), crops=_NO_CROPS, fault=str(error))
        found = self.detector.find(picture)
        if self.detector.whole:
            crops = resize(picture.gray)[None]
        elif found:
            crops = np.stack([cut(picture.gray, detection.outline or detection.box) for detection in found])
        else:
            crops = _NO_CROPS
        return _Seen(source=source, size=picture.size, found=found, crops=crops)

    def _answer(self, waiting: Sequence[_Seen], batch: int) -> Iterator[Answer]:
        """The network's part."""
        crops = (
            waiting[0].crops if len(waiting) == 1 else np.concatenate([_NO_CROPS, *(seen.crops for seen in waiting)])
        )
        rows: list[list[float]] = []
        for start in range(0, len(crops), batch):
            rows += self.network.probabilities(crops[start : start + batch]).tolist()
        answers = iter(rows)
        for seen in waiting:
            faces = tuple(
                self._face(detection, crop, next(answers))
                for detection, crop in zip(seen.found, seen.crops, strict=True)
            )
            yield Answer(
                source=seen.source,
                size=seen.size,
                detector=self.detector.name,
                faces=faces,
                crops=seen.crops,
                fault=seen.fault,
            )

    def _face(self, detection: Detection, crop: Pixels, probabilities: list[float]) -> Face:
        return Face(
            box=detection.box,
            detection_score=detection.score,
            detector=self.detector.name,
            expression=UNSURE if is_blank(crop) else expression_of(probabilities, self.threshold),
            probabilities=dict(zip(EMOTIONS, probabilities, strict=True)),
        )


def load(
    network: str | os.PathLike[str] | None = None,
    detector: str | os.PathLike[str] = "auto",
    *,
    threads: int = 1,
    threshold: float | None = None,
) -> Recogniser:
    """A recogniser of expressions on pictures.

    Args:
        network: a file that `mimika export` wrote, or the name of the one that comes with mimika; None: that one.
        detector: "auto" (YuNet where its file is, otherwise Haar), "haar", "yunet", "none" (each picture is a face,
            cut out already), or the path of YuNet's file; `find_detector` says more.
        threads: how many threads network and detector may use.
        threshold: from 0 to 1: an answer whose probability lies below it is unsure; None: the one in the file.

    Raises:
        RunError: the network is no path, its file is missing or not one that `mimika export` wrote, or none comes with
            this version; or threads or threshold cannot be meant.
        DetectorError: no detector has that name, or YuNet's file is missing or not the known one.
    """
    if not isinstance(threads, Integral) or threads < 1:
        raise RunError(f"threads={threads!r}: a whole number from 1 is meant.")
    if not (network is None or isinstance(network, str | os.PathLike)):
        raise RunError(f"{name_of(network)}: not a network. Give the path of a file that `mimika export` wrote.")
    named = [path for path in WEIGHTS.glob("*.onnx") if path.stem == network]
    path = _bundled() if network is None else named[0] if named else Path(os.fsdecode(network))
    found = find_detector(detector, threads=threads)
    recogniser = Recogniser(read_network(path, threads=threads), found, threshold=threshold)
    known = found.name if detector in DETECTORS else Path(os.fsdecode(detector)).resolve()  # also from another folder
    recogniser._loaded_by = partial(load, path.resolve(), known, threads=threads)
    return recogniser


def _bundled() -> Path:
    """The network that comes with mimika."""
    path = next(WEIGHTS.glob("*.onnx"), None)
    if path is None:
        raise RunError("This version of mimika comes without a network: name a file that `mimika export` wrote.")
    return path
