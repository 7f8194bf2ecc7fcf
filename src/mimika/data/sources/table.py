"""One CSV file of faces: header, then blocks of rows, parsed on every core when there are many."""

import csv
import hashlib
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Final

import numpy as np

from mimika.data.faces import Faces
from mimika.data.sources import rows
from mimika.data.sources.form import Bad, Place, Progress
from mimika.data.sources.rows import LENGTH, Block, Columns, Fault
from mimika.errors import SourceBroken

_BLOCK_BYTES: Final = 4 << 20
_AHEAD: Final = 8
# Below this a child process costs more than it saves.
_SMALL_BYTES: Final = 8 << 20
_LONGEST_LINE: Final = 1 << 20
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
        line = file.readline(_LONGEST_LINE).removeprefix(_BOM)
    try:
        return tuple(next(csv.reader([line.decode("utf-8").rstrip("\r\n")]), []))
    except (UnicodeDecodeError, csv.Error):
        return ()


def plain(header: tuple[str, ...]) -> tuple[str, ...]:
    """Column names as they are compared: without blanks around them, in lower case."""
    return tuple(name.strip().casefold() for name in header)


def read_table(path: Path, name: str, columns: Columns, progress: Progress | None = None) -> Table:
    """Read and check every row of a CSV with a header.

    Args:
        path: the file.
        name: what errors call it.
        columns: where its columns stand.
        progress: told how far the reading is.

    Raises:
        SourceBroken: if there is no row at all, or no line end where one must be.
    """
    digest = hashlib.md5(usedforsecurity=False)
    parts: list[Block] = []
    bad: list[Bad] = []
    before = 0
    with ExitStack() as stack:
        parse = _parser(path.stat().st_size, columns, stack)
        for block in _in_order(parse, _blocks(path, name, digest.update, progress)):
            parts.append(replace(block, rows=block.rows + before))
            bad += [_bad(name, before + fault.row, fault) for fault in block.faults]
            before += block.total
    if not before:
        raise SourceBroken(f"{name}: a header but no rows. Get the file again.")
    faces = Faces(
        pixels=np.concatenate([part.pixels for part in parts]),
        emotions=np.concatenate([part.emotions for part in parts]),
        splits=np.concatenate([part.splits for part in parts]),
        rows=np.concatenate([part.rows for part in parts]),
    )
    return Table(faces=faces, bad=bad, md5=digest.hexdigest())


def _bad(name: str, row: int, fault: Fault) -> Bad:
    return Bad(where=f"{name}, row {row:,}", short=f"{row:,}", kind=fault.kind, text=fault.text)


def _blocks(path: Path, name: str, seen: Callable[[bytes], object], progress: Progress | None) -> Iterator[bytes]:
    """Whole lines after the header, about four megabytes at a time."""
    size = path.stat().st_size
    with path.open("rb") as file:
        seen(file.readline(_LONGEST_LINE))
        rest = b""
        while data := file.read(_BLOCK_BYTES):
            seen(data)
            whole, end, tail = data.rpartition(b"\n")
            if not end and len(rest) + len(data) > 4 * _BLOCK_BYTES:
                raise SourceBroken(f"{name}: no line ends in {len(rest) >> 20} MiB, so no rows. Get the file again.")
            if end:
                yield rest + whole
                rest = b""
            rest += tail
            if progress:
                progress(file.tell() / size)
        if rest:
            yield rest


def _parser(size: int, columns: Columns, stack: ExitStack) -> Callable[[bytes], "Future[Block]"]:
    """A function that starts parsing a block: here for a small file, else in a child process per core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if size < _SMALL_BYTES or cores == 1 or not sys.executable:

        def parse_here(text: bytes) -> "Future[Block]":
            done: Future[Block] = Future()
            done.set_result(rows.parse(text, columns))
            return done

        return parse_here

    command = [sys.executable, "-c", "from mimika.data.sources.rows import serve; serve()", json.dumps(asdict(columns))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    children = deque(
        stack.enter_context(Popen(command, stdin=PIPE, stdout=PIPE, env=environment)) for _ in range(min(cores, 8))
    )
    threads = stack.enter_context(ThreadPoolExecutor(len(children)))

    def ask(text: bytes) -> Block:
        child = children.popleft()  # as many threads as children, so one is always free
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(LENGTH.pack(len(text)) + text)
        child.stdin.flush()
        block = rows.read_block(child.stdout)
        children.append(child)
        return block

    return lambda text: threads.submit(ask, text)


def _in_order(parse: Callable[[bytes], "Future[Block]"], blocks: Iterator[bytes]) -> Iterator[Block]:
    """Parsed blocks in their order, a few ahead of the one that is waited for."""
    under_way: deque[Future[Block]] = deque()
    for text in blocks:
        under_way.append(parse(text))
        if len(under_way) > _AHEAD:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
