"""CSV files with emotion and pixels whose split stands in their name or that of a folder above them.

They are the competition's `train.csv` + `test.csv`, of which the second has no labels, and `train.csv` + `val.csv` +
`test.csv` as they are passed around.
"""

from pathlib import Path

from mimika.data.faces import Faces
from mimika.data.sources.form import Found, Place, Progress, check_splits, settle, split_of
from mimika.data.sources.rows import Columns
from mimika.data.sources.table import Table, csv_headers, has_no_labels, read_table
from mimika.data.split import USAGES
from mimika.errors import SourceBroken, SourceUnknown


def fits(place: Place) -> bool:
    """Whether a file, or one in a folder, has emotion and pixels but no Usage."""
    return bool(_labelled(place))


def read(place: Place, *, skip_bad: bool = False, progress: Progress | None = None) -> Found:
    """The faces of each file in the split that its path says; where no path says any, all are train.

    Raises:
        SourceUnknown: some say a split and others do not, or a column does.
        SourceBroken: one of the files is empty.
    """
    labelled = _labelled(place)
    headers = csv_headers(place)
    check_splits({file: split_of(file, place) for file in labelled}, place)
    empty = [file for file, header in headers.items() if not header and split_of(file, place)]
    if empty:
        raise SourceBroken(f"{place.name_of(empty[0])}: no header; the file is empty or damaged. Get it again.")
    own = [file for file, header in labelled.items() if "split" in header]
    if own:
        raise SourceUnknown(
            f"{place.name_of(own[0])}: a column split, which is not read. Call it Usage, with the words {USAGES}."
        )
    tables = [_read(file, header, place, progress) for file, header in labelled.items()]
    faces = Faces.joined(*(table.faces for table in tables))
    unlabelled = [file for file, header in headers.items() if has_no_labels(header)]
    notes = [f"{place.name_of(file)} has no labels and was left out." for file in unlabelled]
    notes += [
        f"{place.name_of(file)} has no Usage, nor a split in its name: its faces count as train."
        for file in labelled
        if split_of(file, place) is None
    ]
    bad = [one for table in tables for one in table.bad]
    return Found(
        faces=faces,
        form="CSV per split" if len(labelled) > 1 else "competition CSV",
        md5=tables[0].md5 if len(tables) == 1 else None,
        notes=tuple(notes),
        skipped=settle(bad, len(faces), place.name, skip_bad=skip_bad),
    )


def _read(file: Path, header: tuple[str, ...], place: Place, progress: Progress | None) -> Table:
    columns = Columns(
        emotion=header.index("emotion"),
        pixels=header.index("pixels"),
        usage=None,
        count=len(header),
        split=split_of(file, place) or "train",
    )
    return read_table(file, place.name_of(file), columns, progress)


def _labelled(place: Place) -> dict[Path, tuple[str, ...]]:
    return {
        file: header
        for file, header in csv_headers(place).items()
        if {"emotion", "pixels"} <= set(header) and "usage" not in header
    }
