"""The official `fer2013.csv` and `icml_face_data.csv`: emotion, pixels and Usage in one file, in any order."""

from pathlib import Path
from typing import Final

from mimika.data.sources.form import Found, Place, Progress, settle
from mimika.data.sources.rows import Columns
from mimika.data.sources.table import csv_headers, read_table

_COLUMNS: Final = ("emotion", "pixels", "usage")


def fits(place: Place) -> bool:
    """Whether a file, or one in a folder, has the three official columns."""
    return bool(_candidates(place))


def read(place: Place, *, skip_bad: bool = False, progress: Progress | None = None) -> Found:
    """The faces of all splits; classes are the official numbers, splits come from Usage."""
    candidates = _candidates(place)
    file, *others = candidates
    names = candidates[file]
    name = place.call(file)
    emotion, pixels, usage = map(names.index, _COLUMNS)
    columns = Columns(emotion=emotion, pixels=pixels, usage=usage, count=len(names))
    table = read_table(file, name, columns, progress)
    return Found(
        faces=table.faces,
        form="official CSV" if names == _COLUMNS else "icml CSV",
        md5=table.md5,
        notes=tuple(f"{place.call(other)} was not read: its columns are the same." for other in others),
        skipped=settle(table.bad, len(table.faces), name, skip_bad=skip_bad),
    )


def _candidates(place: Place) -> dict[Path, tuple[str, ...]]:
    """Files with the official columns and their headers, those in the official order first."""
    found = [(file, header) for file, header in csv_headers(place).items() if set(_COLUMNS) <= set(header)]
    return dict(sorted(found, key=lambda entry: entry[1] != _COLUMNS))
