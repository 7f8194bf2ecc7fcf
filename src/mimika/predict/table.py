"""Answers as tables and JSON: one row per face in a CSV, one entry per picture in JSON, both written as they come."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from mimika.emotions import EMOTIONS
from mimika.files import replacing
from mimika.predict.face import Face
from mimika.predict.recogniser import Answer
from mimika.predict.video import Frame

_ANSWER: Final = ("emotion", "expression", *EMOTIONS)

COLUMNS: Final = ("picture", "face", "x", "y", "width", "height", "detector", "detection_score", *_ANSWER)
"""Of a CSV of faces on pictures. `emotion` is the number of the most probable one, where `expression` may be unsure."""

VIDEO_COLUMNS: Final = (
    *("video", "frame", "seconds", "person", "x", "y", "width", "height", "detector", "detection_score"),
    *_ANSWER,
    *(f"smoothed_{column}" for column in _ANSWER),
)
"""Of a CSV of faces on a video's frames."""

Write = Callable[[Any], object]


def columns_of_rows(id_name: str | None) -> tuple[str, ...]:
    """The columns of a CSV that answers another CSV: its Ids, or the numbers of its rows from 1, before the answer."""
    return (id_name or "row", *_ANSWER)


def picture_rows(name: str, faces: Sequence[Face]) -> list[list[object]]:
    """The rows of `COLUMNS` for the faces on a picture, numbered from 1; none where there are none."""
    return [
        [name, number, *face.box, face.detector, face.detection_score, *answer_cells(face)]
        for number, face in enumerate(faces, start=1)
    ]


def video_rows(name: str, frame: Frame) -> list[list[object]]:
    """The rows of `VIDEO_COLUMNS` for the faces on a frame; none where there are none."""
    return [
        [
            *(name, frame.number, frame.seconds, one.person),
            *(*one.face.box, one.face.detector, one.face.detection_score),
            *answer_cells(one.face),
            *answer_cells(one.smoothed),
        ]
        for one in frame.sightings
    ]


def answer_cells(face: Face | None) -> list[object]:
    """What was answered for a face, as cells; empty ones where nothing was, so that the row keeps its place."""
    if face is None:
        return [None] * len(_ANSWER)
    probabilities = list(face.probabilities.values())
    return [probabilities.index(max(probabilities)), face.expression, *probabilities]


def picture_tree(name: str, answer: Answer, told: Callable[[str], str]) -> dict[str, Any]:
    """A picture as JSON has it; `told` puts its name into what is said of it."""
    texts = {"reason": answer.reason and told(answer.reason), "fault": answer.fault and told(answer.fault)}
    return {**answer.to_dict(), "path": name, **texts}


@contextmanager
def writing_csv(path: Path, columns: Sequence[str]) -> Iterator[Write]:
    """What to give each row of a new CSV to; the file takes its name when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        replacing(path) as part,
        part.open("w", 1, encoding="utf-8", errors="surrogateescape", newline="") as file,  # 1: each row at once
    ):
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        yield rows.writerow


@contextmanager
def writing_json(put: Callable[[str], None]) -> Iterator[Write]:
    """What to give each entry of a JSON list to; `put` is told the list one entry per line, as they come.

    In ASCII, so that names survive every terminal and pipe.
    """
    put("[")
    waiting = ""

    def write(entry: object) -> None:
        nonlocal waiting
        if waiting:
            put(f"{waiting},")
        waiting = json.dumps(entry)

    def end() -> None:
        if waiting:
            put(waiting)
        put("]")

    try:
        yield write
    except BaseException:  # what was answered until then is whole
        with suppress(OSError):  # such as a pipe whose reader has gone
            end()
        raise
    end()
