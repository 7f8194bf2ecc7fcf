"""Rows of a FER2013 CSV, a block of whole lines at a time: text in, checked arrays and faults out.

`serve` does the same in a child process for spans of a file, so that a large file is parsed on every core. A plain
child is used instead of `multiprocessing`, whose spawned children import the caller's script again and fail where that
script has no `__main__` guard.
"""

import csv
import json
import string
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import numpy as np
import numpy.typing as npt

from mimika.data.faces import SIDE, Pixels
from mimika.data.split import SPLITS, USAGES, Split, split_of_usage
from mimika.emotions import NUMBERED, emotion_in

PIXELS: Final = SIDE * SIDE
Span = tuple[int, int]
"""First byte of a part of a file, and the first byte after it."""

_SPAN: Final = struct.Struct("<QQ")
_LENGTH: Final = struct.Struct("<Q")
_IN_PIXELS: Final = (string.digits + string.whitespace).encode()
_LONGEST_LINE: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Where a CSV's columns stand; `usage` is None where the file has none and all its faces are of one `split`."""

    emotion: int
    pixels: int
    usage: int | None
    count: int
    split: Split = "train"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row: its number from 1, the kind of fault, and the words for it."""

    row: int
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """The good rows of one block of lines, the faults of the others, and how many rows there were in all.

    `rows` are numbered from 1 within the block, as are those of the faults.
    """

    pixels: Pixels
    emotions: npt.NDArray[np.uint8]
    splits: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.int64]
    faults: list[Fault]
    total: int


def parse(text: bytes, columns: Columns) -> Block:
    """The faces in a block of whole lines without header; bad rows become faults, blank lines do not count."""
    texts: list[str] = []
    labels: list[tuple[int, int, int]] = []
    faults: list[Fault] = []
    total = 0
    for total, cells in enumerate(cells_of(text), start=1):
        checked = cells if isinstance(cells, Fault) else _check(cells, columns)
        if isinstance(checked, Fault):
            faults.append(Fault(total, checked.kind, checked.text))
        else:
            texts.append(cells[columns.pixels])  # type: ignore[index]
            labels.append((*checked, total))
    pixels, bad = pixels_of(texts)
    table = np.array(labels, np.int64).reshape(-1, 3)
    faults += [Fault(int(table[place, 2]), fault.kind, fault.text) for place, fault in bad.items()]
    good = np.array([place not in bad for place in range(len(texts))], np.bool_)
    return Block(
        pixels=pixels[good],
        emotions=table[good, 0].astype(np.uint8),
        splits=table[good, 1].astype(np.uint8),
        rows=table[good, 2],
        faults=sorted(faults, key=lambda fault: fault.row),
        total=total,
    )


def cells_of(text: bytes) -> Iterator[list[str] | Fault]:
    """The cells of each line in a block of whole lines, or what is wrong with it; blank lines do not count.

    No cell of FER2013 holds a line's end, so a stray quote spoils its own line alone.
    """
    lines = (line.rstrip("\r") for line in text.decode("utf-8", "replace").split("\n"))
    return (_cells(line) for line in lines if line.strip(string.whitespace))


def _cells(line: str) -> list[str] | Fault:
    if '"' not in line:
        return line.split(",")  # ten times faster than csv
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error as error:
        return Fault(0, "csv", f"not a row of a CSV ({error})")


def _check(cells: Sequence[str], columns: Columns) -> tuple[int, int] | Fault:
    """Emotion and split of a row, as codes."""
    if len(cells) != columns.count:
        return Fault(0, "cells", f"{len(cells)} cells, but the header has {columns.count}")
    name = cells[columns.emotion].strip()
    emotion = emotion_in(name)
    if emotion is None:
        return Fault(0, "class", f"emotion {name or 'missing'}, but FER2013 has {NUMBERED}")
    if columns.usage is None:
        return emotion, SPLITS.index(columns.split)
    usage = cells[columns.usage].strip()
    split = split_of_usage(usage)
    if split is None:
        return Fault(0, "usage", f"Usage {usage or 'missing'}, but FER2013 has {USAGES}")
    return emotion, SPLITS.index(split)


def pixels_of(texts: Sequence[str]) -> tuple[Pixels, dict[int, Fault]]:
    """Pixels (n, 48, 48) of n texts, and the faults by place; a faulty face is left black."""
    pixels = np.zeros((len(texts), SIDE, SIDE), np.uint8)
    faults = {}
    for place, text in enumerate(texts):
        face = _numbers(text)
        if face is None:
            faults[place] = _pixel_fault(text)
        else:
            pixels[place] = face.reshape(SIDE, SIDE)
    return pixels, faults


def _numbers(text: str) -> npt.NDArray[np.int64] | None:
    """int64 (2304,), or None unless a text holds exactly 2,304 whole numbers from 0 to 255."""
    if text.encode().translate(None, _IN_PIXELS):
        return None
    numbers = np.fromstring(text, np.int64, sep=" ")  # the largest there is for what is larger
    return numbers if numbers.size == PIXELS and numbers.max() <= 255 else None


def _pixel_fault(text: str) -> Fault:
    words = text.split()
    if len(words) != PIXELS:
        return Fault(0, "count", f"{len(words):,} pixels, but a face has {PIXELS:,} ({SIDE}×{SIDE})")
    for place, word in enumerate(words, start=1):
        if not (word.isascii() and word.isdecimal() and int(word) <= 255):
            return Fault(0, "value", f"pixel {place:,} is {word[:20]}, but pixels are whole numbers from 0 to 255")
    return Fault(0, "value", "pixels that are parted by other characters than blanks")


def read_span(path: Path, span: Span) -> bytes:
    """The whole lines of a file that begin within a span of bytes, which itself begins after the header."""
    start, stop = span
    with path.open("rb") as file:
        # A line that begins before the span belongs to the span before, unless it ends just there.
        file.seek(start - 1)
        skipped = file.readline(_LONGEST_LINE)
        begin = start - 1 + len(skipped)
        if begin >= stop:
            return b""
        text = file.read(stop - begin)
        return text if text.endswith(b"\n") else text + file.readline(_LONGEST_LINE)


def ask(span: Span, requests: IO[bytes], answers: IO[bytes]) -> Block:
    """Have a child process that runs `serve` parse a span of its file."""
    requests.write(_SPAN.pack(*span))
    requests.flush()
    (size,) = _LENGTH.unpack(_read_exactly(answers, _LENGTH.size))
    total, n, faults = json.loads(_read_exactly(answers, size))
    return Block(
        pixels=np.frombuffer(_read_exactly(answers, n * PIXELS), np.uint8).reshape(n, SIDE, SIDE),
        emotions=np.frombuffer(_read_exactly(answers, n), np.uint8),
        splits=np.frombuffer(_read_exactly(answers, n), np.uint8),
        rows=np.frombuffer(_read_exactly(answers, n * 8), np.int64),
        faults=[Fault(*fault) for fault in faults],
        total=total,
    )


def serve() -> None:
    """In a child process: parse spans of a file as `ask` wants them, until nobody asks any more.

    The file and its columns stand in the arguments.
    """
    path, columns = Path(sys.argv[1]), Columns(**json.loads(sys.argv[2]))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        while request := requests.read(_SPAN.size):
            block = parse(read_span(path, _SPAN.unpack(request)), columns)
            faults = [(fault.row, fault.kind, fault.text) for fault in block.faults]
            head = json.dumps([block.total, len(block.rows), faults]).encode()
            arrays = (block.pixels, block.emotions, block.splits, block.rows)
            answers.write(b"".join([_LENGTH.pack(len(head)), head, *(array.tobytes() for array in arrays)]))
            answers.flush()
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(1)  # the parent was stopped, and says so itself


def _read_exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise RuntimeError("A process that parses rows has ended early; what it says is above.")
    return data
