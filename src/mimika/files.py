"""Files and folders that nothing is half-written in, and that one process has at a time."""

import hashlib
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from mimika.errors import RunError

UNREADABLE: Final = (OSError, EOFError, ValueError, KeyError, BadZipFile, zlib.error)
"""What reading an .npz raises that is missing, damaged, or holds something else."""

_LONGEST_NAME: Final = 255  # bytes, on most disks


@contextmanager
def hold(folder: Path, *, ours: Sequence[str], in_use: str) -> Iterator[None]:
    """Make a folder and keep it for this process; the hold ends with the process, however it ends.

    Args:
        folder: a new or empty one, or one that holds a file of one of the names in `ours`.
        ours: what tells that the folder is meant.
        in_use: what to say where another process holds it.

    Raises:
        RunError: when another process holds the folder, or other files stand in it.
    """
    import fcntl  # not everywhere, and recognising does without

    folder.mkdir(parents=True, exist_ok=True)
    if not any((folder / name).exists() for name in ours):
        others = [entry.name for entry in folder.iterdir() if not entry.name.startswith(".")]
        if others:
            raise RunError(f"{folder}: holds other files ({min(others)}). Take another --out, or an empty folder.")
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(f"{folder}: {in_use}") from None
        yield


@contextmanager
def replacing(path: Path, *, mark: str = "") -> Iterator[Path]:
    """A hidden name beside `path` to write to; it takes the place of `path` when all went well, and goes otherwise.

    What was written is on the disk before the name is, so that no loss of power leaves an empty file under it. The
    name has a `mark`, such as the process's number, where two processes may write the same file.
    """
    hidden = f".{path.name}{mark}.part"
    if len(os.fsencode(hidden)) > _LONGEST_NAME:
        hidden = f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}{mark}.part"
    part = path.with_name(hidden)
    try:
        yield part
        with part.open("r+b") as file:  # Windows syncs only what may be written
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a file all or nothing: to a hidden name beside it, then renamed. Of two processes the later one wins."""
    with replacing(path, mark=f".{os.getpid()}") as part:
        part.write_text(text, encoding="utf-8")
