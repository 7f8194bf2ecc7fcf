"""A data set is put into its folder all or nothing, whatever stands there and whenever Ctrl-C comes."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mimika.errors import DataError


def free_folder(out: Path, card: str) -> Path:
    """The folder that is meant, behind any links; raises `DataError` where something else stands in it."""
    if out.is_file():
        raise DataError(f"{out}: a file, but a data set is stored in a folder. Name a new folder with --out.")
    others = out.is_dir() and any(not entry.name.startswith(".") for entry in out.iterdir())
    if others and not (out / card).is_file():
        raise DataError(f"{out}: a folder with other files in it. Name a new folder with --out.")
    return Path(os.path.realpath(out))


@contextmanager
def scratch_beside(folder: Path, out: Path) -> Iterator[Path]:
    """A hidden folder on the disk of `folder`, for what is unfinished, so that a refused import leaves nothing.

    A refusal of the system names `out`, as the user does.
    """
    standing = next(path for path in (folder, *folder.parents) if path.is_dir())
    try:
        made = tempfile.TemporaryDirectory(prefix=".mimika-", dir=standing)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(out)) from None
    with made as scratch:
        yield Path(scratch)


def put(part: Path, folder: Path, card: str) -> None:
    """Rename a finished data set into its place; `OSError`, which names that, where it cannot be."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.rename(folder)
    except OSError as error:
        # Another process may have finished the same just now.
        if not (folder / card).is_file():
            raise OSError(error.errno, error.strerror, str(folder)) from None


def exchange(part: Path, folder: Path, scratch: Path, files: Sequence[str]) -> None:
    """Move a finished data set into a folder that stands, in place of the one in it, which comes back if that fails.

    The folder itself stays, as it may be where a disk is mounted or where the user is; so does the list of who opened
    the test faces. A kill in this very moment leaves the old files in the hidden folder `scratch`.

    Raises:
        OSError: where a file cannot be moved; all are where they were.
    """
    (before := scratch / "before").mkdir()
    moves = [(folder / name, before / name) for name in files if (folder / name).exists()]
    # The card comes last, as it first went away: a folder with a card is whole.
    moves += [(part / name, folder / name) for name in reversed(files) if (part / name).exists()]
    try:
        for here, there in moves:
            here.rename(there)
    except BaseException:
        for here, there in reversed(moves):
            if there.exists() and not here.exists():
                there.rename(here)
        raise
