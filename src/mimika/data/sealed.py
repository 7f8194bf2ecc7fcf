"""The test faces, in a file of their own: the store writes it, `mimika final` opens it, nobody else imports this."""

from pathlib import Path
from zipfile import ZipFile

import numpy as np

from mimika.data.faces import Faces
from mimika.errors import SourceBroken
from mimika.files import UNREADABLE, replacing

_UNREADABLE = (*UNREADABLE, RuntimeError)  # zipfile's word for what looks encrypted, or packed in an unknown way
_ARRAYS = ("pixels", "emotions", "splits", "rows")


def write_sealed(faces: Faces, path: Path) -> None:
    """Write the test faces, all or nothing."""
    with replacing(path) as part, part.open("wb") as file:
        np.savez(file, allow_pickle=False, **{name: getattr(faces, name) for name in _ARRAYS})


def check_sealed(path: Path) -> None:
    """Raise `SourceBroken` if the file is missing or damaged, by its checksums: no face is looked at."""
    try:
        with ZipFile(path) as file:
            whole = file.testzip() is None and {f"{name}.npy" for name in _ARRAYS} <= set(file.namelist())
    except _UNREADABLE:
        whole = False
    if not whole:
        raise SourceBroken(_broken(path))


def _broken(path: Path) -> str:
    return f"{path}: the test faces are missing or damaged. Import the data set again."


def open_sealed(path: Path) -> Faces:
    """The test faces; raises `SourceBroken` if the file is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Faces(**{name: arrays[name] for name in _ARRAYS})
    except _UNREADABLE:
        raise SourceBroken(_broken(path)) from None
