"""A CSV of faces without labels, such as the competition's `test.csv`: a column of pixels, and perhaps one of Ids.

It is read a part at a time, since nothing needs all of its faces at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mimika.data.faces import Pixels
from mimika.data.sources.rows import Fault, cells_of, pixels_of, read_span
from mimika.data.sources.table import plain, read_header
from mimika.errors import SourceUnknown, in_one_line

_PIXELS: Final = "pixels"
_ID: Final = "id"
_LABELS: Final = ("emotion", "usage")
_PART_BYTES: Final = 4 << 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """One row.

    Attributes:
        number: from 1, without the header and blank lines.
        id: what the column of Ids says; None where there is none.
        pixels: uint8 (48, 48); None where they cannot be read.
        fault: why not, as a phrase; None where they can.
    """

    number: int
    id: str | None
    pixels: Pixels | None
    fault: str | None = None


@dataclass(frozen=True, kw_only=True)
class Unlabelled:
    """A CSV whose header has been read; `read_unlabelled` makes it.

    Attributes:
        path: the file.
        header: its columns' names, as they stand there.
    """

    path: Path
    header: tuple[str, ...]

    @property
    def id_name(self) -> str | None:
        """What the column of Ids is called, if there is one."""
        names = plain(self.header)
        return self.header[names.index(_ID)].strip() if _ID in names else None

    def count(self) -> int:
        """How many lines below the header are not blank."""
        with self.path.open("rb") as file:
            file.readline()
            return sum(1 for line in file if not line.isspace())

    def parts(self) -> Iterator[list[Row]]:
        """The rows in their order, a few hundred at a time."""
        with self.path.open("rb") as file:
            start = len(file.readline())
        size, before = self.path.stat().st_size, 0
        for place in range(start, size, _PART_BYTES):
            rows = self._rows(read_span(self.path, (place, min(place + _PART_BYTES, size))), before)
            before += len(rows)
            yield rows

    def _rows(self, text: bytes, before: int) -> list[Row]:
        names = plain(self.header)
        place, id_place = names.index(_PIXELS), names.index(_ID) if _ID in names else None
        lines = [self._checked(cells) for cells in cells_of(text)]
        good = [number for number, cells in enumerate(lines) if not isinstance(cells, Fault)]
        pixels, bad = pixels_of([lines[number][place] for number in good])  # type: ignore[index]
        faces: dict[int, Pixels] = dict(zip(good, pixels, strict=True))
        faults = {number: cells for number, cells in enumerate(lines) if isinstance(cells, Fault)}
        faults |= {good[which]: fault for which, fault in bad.items()}
        return [
            Row(
                number=before + number + 1,
                id=None if id_place is None or isinstance(cells, Fault) else cells[id_place].strip(),
                pixels=None if number in faults else np.asarray(faces[number]),
                fault=faults[number].text if number in faults else None,
            )
            for number, cells in enumerate(lines)
        ]

    def _checked(self, cells: list[str] | Fault) -> list[str] | Fault:
        if isinstance(cells, Fault) or len(cells) == len(self.header):
            return cells
        return Fault(0, "cells", f"{len(cells)} cells, but the header has {len(self.header)}")


def has_faces(path: Path) -> bool:
    """Whether a file is a CSV with a column of pixels, labelled or not."""
    return _PIXELS in plain(read_header(path))


def read_unlabelled(path: Path) -> Unlabelled:
    """A CSV of faces, known by its header.

    Raises:
        SourceUnknown: it has no column of pixels, or has labels.
    """
    header, name = read_header(path), in_one_line(str(path))
    names = plain(header)
    if _PIXELS not in names:
        shown = ", ".join(name.strip()[:20] for name in header[:6]) + (", …" if len(header) > 6 else "")
        raise SourceUnknown(
            f"{name}: the header is {shown or 'empty'}, but a CSV of faces has a column pixels, as the competition's "
            "test.csv, and perhaps one Id."
        )
    labels = [name for name in _LABELS if name in names]
    if labels:
        raise SourceUnknown(
            f"{name}: faces with labels (a column {labels[0]}), of which the test split stays sealed. Recognised are "
            "faces without: a CSV with the column pixels, and perhaps one Id."
        )
    return Unlabelled(path=path, header=header)
