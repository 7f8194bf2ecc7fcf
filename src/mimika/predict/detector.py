"""Where the faces on a picture are: Haar out of the box, YuNet where its file is, or the whole picture as one face."""

import hashlib
import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import numpy as np

from mimika.data.store import home
from mimika.errors import DetectorError
from mimika.predict.face import Box
from mimika.predict.pictures import Bytes, Picture, name_of

DETECTORS: Final = ("auto", "haar", "yunet", "none")
"""The names that `find_detector` knows, beside the path of YuNet's file."""

YUNET_FILE: Final = "face_detection_yunet_2023mar.onnx"
"""YuNet (Wu et al. 2023, https://doi.org/10.1007/s11633-023-1423-y), MIT, as in OpenCV's model zoo."""

YUNET_SHA256: Final = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"

_CASCADE: Final = "haarcascade_frontalface_default.xml"
# Chosen on faces pasted into photos of things and textures: fewer neighbors, a lower score or a larger picture would
# find more of the small ones, and much more that is none.
_SCALE_FACTOR: Final = 1.1
_NEIGHBORS: Final = 8
_LEAST_SCORE: Final = 2.0
_SMALLEST: Final = 24  # pixels: the cascade's own window
_LARGEST: Final = 2  # times a picture's longer side: of faces that go past its border
_LONGEST: Final = 800  # pixels of a picture's longer side; larger ones are scaled down to be looked at


class Detection(NamedTuple):
    """A face that was found.

    Attributes:
        box: see `Face.box`.
        score: how sure the detector is: see `Face.detection_score`.
        outline: the box as the detector has it where it goes past the picture's border: what is cut out is as large
            and lies as if the picture went on. None elsewhere.
    """

    box: Box
    score: float | None
    outline: Box | None = None


class Detector(Protocol):
    """What finds faces."""

    @property
    def name(self) -> str:
        """As in `DETECTORS`."""

    @property
    def whole(self) -> bool:
        """Whether the whole picture is the face, whatever its shape."""

    def find(self, picture: Picture) -> list[Detection]:
        """The faces on a picture, sorted by x, then y; the same picture gives the same faces."""


class Whole:
    """Takes each picture as one face, the whole of it: right for faces that are cut out already."""

    name = "none"
    whole = True

    def find(self, picture: Picture) -> list[Detection]:
        """One face."""
        return [Detection((0, 0, *picture.size), None)]


class Haar:
    """OpenCV's cascade of Haar features for frontal faces (Viola and Jones 2001; Lienhart and Maydt 2002).

    Args:
        threads: of OpenCV's, while it looks for faces.
    """

    name = "haar"
    whole = False

    def __init__(self, *, threads: int = 1) -> None:
        import cv2

        folder: str = cv2.data.haarcascades  # type: ignore[attr-defined]  # OpenCV's types leave it out
        self._cascade = cv2.CascadeClassifier(folder + _CASCADE)
        self._threads = threads

    def find(self, picture: Picture) -> list[Detection]:
        """Upright frontal faces of at least 24 pixels, or 3 % of the longer side of pictures over 800."""
        gray = _scaled_down(picture.gray, _LONGEST)
        with _OpenCVThreads(self._threads):
            boxes, _, weights = self._cascade.detectMultiScale3(
                gray,
                scaleFactor=_SCALE_FACTOR,
                minNeighbors=_NEIGHBORS,
                minSize=(_SMALLEST, _SMALLEST),
                outputRejectLevels=True,
            )
        return _sorted(
            _mapped(box, weight, gray, picture)
            for box, weight in zip(np.reshape(boxes, (-1, 4)).tolist(), np.ravel(weights).tolist(), strict=True)
            if weight >= _LEAST_SCORE
        )


class YuNet:
    """YuNet, a small network that finds faces of any pose, through OpenCV.

    Args:
        content: of the file; `read_yunet` verifies it.
        threads: of OpenCV's, while it looks for faces.
    """

    name = "yunet"
    whole = False

    def __init__(self, content: bytes, *, threads: int = 1) -> None:
        import cv2

        buffer = np.frombuffer(content, np.uint8)
        self._detector = cv2.FaceDetectorYN.create("onnx", buffer, np.empty(0, np.uint8), (32, 32))
        self._threads = threads

    def find(self, picture: Picture) -> list[Detection]:
        """Faces with a score of at least OpenCV's default, 0.9."""
        import cv2

        pixels = _scaled_down(picture.pixels, _LONGEST)
        from_kind = cv2.COLOR_GRAY2BGR if pixels.ndim == 2 else cv2.COLOR_RGB2BGR
        with _OpenCVThreads(self._threads):
            self._detector.setInputSize((pixels.shape[1], pixels.shape[0]))
            _, found = self._detector.detect(cv2.cvtColor(pixels, from_kind))
        rows = [] if found is None else found.tolist()
        return _sorted(_mapped(row[:4], row[14], pixels, picture) for row in rows)


def find_detector(detector: str | os.PathLike[str] = "auto", *, threads: int = 1) -> Detector:
    """The detector of a name, or YuNet from a path.

    Args:
        detector: "auto" (YuNet where its file is in `yunet_path()` and is the known one, otherwise Haar), "haar",
            "yunet", "none", or the path of YuNet's file.
        threads: how many of OpenCV's threads it may use.

    Raises:
        DetectorError: no detector has that name, or YuNet's file is missing or not the known one.
    """
    if not isinstance(detector, str | os.PathLike):
        raise _unknown(repr(detector))
    detector = os.fsdecode(detector)
    if detector == "none":
        return Whole()
    if detector == "haar":
        return Haar(threads=threads)
    if detector == "auto":
        content = _content(yunet_path())
        return YuNet(content, threads=threads) if content and _is_yunet(content) else Haar(threads=threads)
    return YuNet(read_yunet(yunet_path() if detector == "yunet" else Path(detector)), threads=threads)


def yunet_path() -> Path:
    """Where YuNet's file is looked for: `$MIMIKA_HOME`, by default the user's cache folder; it is never downloaded."""
    return home() / YUNET_FILE


def read_yunet(path: Path) -> bytes:
    """The content of YuNet's file.

    Raises:
        DetectorError: there is no such file, or it is not the known one.
    """
    content = _content(path)
    if content is None and path.suffix != ".onnx":
        raise _unknown(name_of(path))
    if content is None:
        raise DetectorError(
            f"{name_of(path)}: no such file. Put {YUNET_FILE} of OpenCV's model zoo there, or take the detector haar."
        )
    if not _is_yunet(content):
        raise DetectorError(
            f"{name_of(path)}: not the known {YUNET_FILE}, whose sha256 starts {YUNET_SHA256[:8]}, but another file. "
            "Get it again from OpenCV's model zoo, or take the detector haar."
        )
    return content


def _unknown(detector: str) -> DetectorError:
    names = ", ".join(DETECTORS)
    return DetectorError(f"No detector is called {detector}. There are {names}, or the path of {YUNET_FILE}.")


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (OSError, ValueError):
        return None


def _is_yunet(content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == YUNET_SHA256


def _scaled_down(pixels: Bytes, longest: int) -> Bytes:
    """Pixels whose longer side is at most `longest`."""
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return pixels
    import cv2

    size = (max(1, round(scale * width)), max(1, round(scale * height)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _sorted(found: Iterable[Detection]) -> list[Detection]:
    return sorted(found, key=lambda one: (one.box, one.score))


def _mapped(box: Sequence[float], score: float, looked_at: Bytes, picture: Picture) -> Detection:
    """A box on the pixels that were looked at as a detection on the picture: whole pixels, at least 1×1 inside it."""
    x, y, width, height = box
    across, down = picture.size[0] / looked_at.shape[1], picture.size[1] / looked_at.shape[0]
    first, last = round(x * across), round((x + width) * across)
    upper, lower = round(y * down), round((y + height) * down)
    outline = (first, upper, max(last - first, 1), max(lower - upper, 1))
    left, right = _clipped(first, last, picture.size[0])
    top, bottom = _clipped(upper, lower, picture.size[1])
    inside = (left, top, right - left, bottom - top)
    is_face = max(outline[2:]) <= _LARGEST * max(picture.size)  # what is cut out takes memory
    return Detection(inside, score, outline if is_face and outline != inside else None)


def _clipped(start: int, end: int, size: int) -> tuple[int, int]:
    first = min(max(start, 0), size - 1)
    return first, min(max(end, first + 1), size)


class _OpenCVThreads:
    """Gives OpenCV some threads, and back what it had: the number is one for the whole program.

    One at a time, so that what is given back is what was there; OpenCV's detectors must not be shared at once anyway.
    """

    _one_at_a_time = threading.Lock()

    def __init__(self, threads: int) -> None:
        self._threads = threads

    def __enter__(self) -> None:
        import cv2

        self._one_at_a_time.acquire()
        self._before = cv2.getNumThreads()
        cv2.setNumThreads(self._threads)

    def __exit__(self, *_: object) -> None:
        import cv2

        cv2.setNumThreads(self._before)
        self._one_at_a_time.release()
