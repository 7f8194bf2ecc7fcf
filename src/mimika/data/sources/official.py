"""The official `fer2013.csv` and `icml_face_data.csv`: emotion, pixels and Usage in one file, in any order."""

from pathlib import Path
from typing import Final

import numpy as np

from mimika.data.faces import Faces
from mimika.data.sources.form import Found, Place, Progress, settle
from mimika.data.sources.rows import Columns
from mimika.data.sources.table import Table, csv_headers, read_table
from mimika.errors import SourceUnknown

_COLUMNS: Final = ("emotion", "pixels", "usage")


def fits(place: Place) -> bool:
    """Whether a file, or one in a folder, has the three official columns."""
    return bool(_candidates(place))


def read(place: Place, *, skip_bad: bool = False, progress: Progress | None = None) -> Found:
    """The faces of all splits; classes are the official numbers, splits come from Usage.

    Raises:
        SourceUnknown: if several files have the official columns and are no copies of one another.
    """
    candidates = _candidates(place)
    file, *others = candidates
    name = place.name_of(file)
    table, *copies = (_read(one, names, place, progress) for one, names in candidates.items())
    for other, copy in zip(others, copies, strict=True):
        if not _same(table.faces, copy.faces):
            raise SourceUnknown(
                f"{name} and {place.name_of(other)} both have emotion, pixels and Usage, but not the same faces. Name "
                "the one that is meant, or put the rows of both into one file."
            )
    return Found(
        faces=table.faces,
        form="official CSV" if candidates[file] == _COLUMNS else "icml CSV",
        md5=table.md5,
        notes=tuple(f"{place.name_of(other)} holds the same faces and was left out." for other in others),
        skipped=settle(table.bad, len(table.faces), name, skip_bad=skip_bad),
    )


def _read(file: Path, names: tuple[str, ...], place: Place, progress: Progress | None) -> Table:
    emotion, pixels, usage = map(names.index, _COLUMNS)
    columns = Columns(emotion=emotion, pixels=pixels, usage=usage, count=len(names))
    return read_table(file, place.name_of(file), columns, progress)


def _same(faces: Faces, others: Faces) -> bool:
    return all(np.array_equal(getattr(faces, name), getattr(others, name)) for name in ("pixels", "emotions", "splits"))


def _candidates(place: Place) -> dict[Path, tuple[str, ...]]:
    """Files with the official columns and their headers, those in the official order first."""
    found = [(file, header) for file, header in csv_headers(place).items() if set(_COLUMNS) <= set(header)]
    return dict(sorted(found, key=lambda entry: entry[1] != _COLUMNS))
