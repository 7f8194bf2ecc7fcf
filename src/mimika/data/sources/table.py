"""One CSV file of faces: header, then blocks of rows, parsed on every core when there are many."""

import csv
import hashlib
import json
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Final

import numpy as np

from mimika.data.faces import Faces
from mimika.data.sources import rows
from mimika.data.sources.form import Bad, Place, Progress
from mimika.data.sources.rows import Block, Columns, Fault, Span
from mimika.errors import SourceBroken

_BLOCK_BYTES: Final = 4 << 20
_MOST_CHILDREN: Final = 8
# Below this a child process costs more than it saves.
_SMALL_BYTES: Final = 8 << 20
_LONGEST_HEADER: Final = 1 << 20
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True)
class Table:
    """The good rows of a CSV, the bad ones, and the file's md5."""

    faces: Faces
    bad: list[Bad]
    md5: str


def csv_headers(place: Place) -> dict[Path, tuple[str, ...]]:
    """The column names of a file, or of each .csv file in a folder, without blanks and in lower case."""
    files = place.files if place.path.is_file() else [file for file in place.files if file.suffix.lower() == ".csv"]
    return {file: plain(read_header(file)) for file in files}


def read_header(path: Path) -> tuple[str, ...]:
    """The column names as they stand in the first line; none if the file does not start like text."""
    with path.open("rb") as file:
        line = file.readline(_LONGEST_HEADER).removeprefix(_BOM)
    try:
        return tuple(next(csv.reader([line.decode("utf-8").rstrip("\r\n")]), []))
    except (UnicodeDecodeError, csv.Error):
        return ()


def plain(header: tuple[str, ...]) -> tuple[str, ...]:
    """Column names as they are compared: without blanks around them, in lower case."""
    return tuple(name.strip().casefold() for name in header)


def has_no_labels(header: tuple[str, ...]) -> bool:
    """Whether the columns of a CSV are faces without their emotions, as in the competition's test.csv."""
    return "pixels" in header and set(header) <= {"id", "pixels", "usage"}


def read_table(path: Path, name: str, columns: Columns, progress: Progress | None = None) -> Table:
    """Read and check every row of a CSV with a header.

    Args:
        path: the file.
        name: what errors call it.
        columns: where its columns stand.
        progress: told how far the reading is.

    Raises:
        SourceBroken: if there is no row at all.
    """
    parts: list[Block] = []
    bad: list[Bad] = []
    before = 0
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor())
        md5 = threads.submit(_md5, path)
        size = path.stat().st_size
        starts = range(_length_of_header(path), size, _BLOCK_BYTES)
        spans = [(start, min(start + _BLOCK_BYTES, size)) for start in starts]
        for block, (_, stop) in zip(_parsed(path, columns, spans, stack), spans, strict=True):
            parts.append(replace(block, rows=block.rows + before))
            bad += [_bad(name, before + fault.row, fault) for fault in block.faults]
            before += block.total
            if progress:
                progress(stop / size)
    if not before:
        raise SourceBroken(f"{name}: a header but no rows. Get the file again.")
    faces = Faces(
        pixels=np.concatenate([part.pixels for part in parts]),
        emotions=np.concatenate([part.emotions for part in parts]),
        splits=np.concatenate([part.splits for part in parts]),
        rows=np.concatenate([part.rows for part in parts]),
    )
    return Table(faces=faces, bad=bad, md5=md5.result())


def _parsed(path: Path, columns: Columns, spans: Sequence[Span], stack: ExitStack) -> Iterator[Block]:
    """The parsed spans of a file in their order: parsed here if the file is small, else in a child process per core."""
    cores = min(len(spans), os.cpu_count() or 1, _MOST_CHILDREN)
    if path.stat().st_size < _SMALL_BYTES or cores == 1 or not sys.executable:
        return (rows.parse(rows.read_span(path, span), columns) for span in spans)
    command = [sys.executable, "-c", "from mimika.data.sources.rows import serve; serve()"]
    command += [str(path.absolute()), json.dumps(asdict(columns))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    idle = deque(stack.enter_context(Popen(command, stdin=PIPE, stdout=PIPE, env=environment)) for _ in range(cores))

    def ask(span: Span) -> Block:
        child = idle.popleft()  # there are as many threads as children, so one is always idle
        assert child.stdin is not None and child.stdout is not None
        block = rows.ask(span, child.stdin, child.stdout)
        idle.append(child)
        return block

    return stack.enter_context(ThreadPoolExecutor(cores)).map(ask, spans)


def _length_of_header(path: Path) -> int:
    with path.open("rb") as file:
        return len(file.readline(_LONGEST_HEADER))


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _bad(name: str, row: int, fault: Fault) -> Bad:
    return Bad(where=f"{name}, row {row:,}", short=f"{row:,}", kind=fault.kind, text=fault.text)
