"""Parquet mirrors: a column of image files and one of labels, whose names stand in the metadata.

The numbers are usually alphabetical, so they mean nothing without those names: without names the file is refused.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mimika.data.faces import Faces, Pixels
from mimika.data.sources.form import MIXED_TEST, Bad, Found, Place, Progress, settle, split_in, split_of, usage_in
from mimika.data.sources.images import AT_ONCE, read_images, resized_note
from mimika.data.split import SPLITS, USAGES, Split
from mimika.emotions import EMOTIONS, emotion_number
from mimika.errors import SourceBroken, SourceUnknown, require
from mimika.wording import listed

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_IMAGES: Final = ("image", "img", "face")
_LABELS: Final = ("label", "labels", "emotion", "emotions", "expression", "class")
_USAGES: Final = ("usage", "split")


def fits(place: Place) -> bool:
    """Whether a file, or one in a folder, is parquet."""
    return any(map(_is_parquet, _files(place)))


def read(place: Place, *, skip_bad: bool = False, progress: Progress | None = None) -> Found:
    """The faces of all files; a face's split is that in its own column, of its image's name or of the file's path.

    Raises:
        ExtraMissing: without pyarrow.
        SourceBroken: if a file is damaged, or its labels are numbers without names.
        SourceUnknown: if some faces say their split and others do not.
    """
    require("pyarrow", "parquet", "reading parquet")
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    reading = _Reading()
    for file in _files(place):
        name = place.name_of(file)
        try:
            with ParquetFile(file) as opened:
                _read_file(opened, name, split_of(file, place), reading, progress)
        except (pa.ArrowException, OSError):
            raise SourceBroken(f"{name}: the parquet file is cut off or damaged. Get it again.") from None
    skipped = settle(reading.bad, len(reading.pixels), place.name, skip_bad=skip_bad)
    if 0 < reading.without_split < len(reading.pixels):
        raise SourceUnknown(
            f"{place.name}: {reading.without_split:,} faces say no split, neither in a column nor in a name, while "
            "others here do. Name their file train, validation or test, or put it elsewhere."
        )
    return Found(
        faces=Faces(
            pixels=np.stack(reading.pixels),
            emotions=np.array(reading.emotions, np.uint8),
            splits=np.array([SPLITS.index(split) for split in reading.splits], np.uint8),
            rows=np.array(reading.rows, np.int64),
        ),
        form="parquet",
        notes=tuple(_notes(reading)),
        skipped=skipped,
    )


class _Reading:
    """What has been read so far."""

    def __init__(self) -> None:
        self.pixels: list[Pixels] = []
        self.emotions: list[int] = []
        self.splits: list[Split] = []
        self.rows: list[int] = []
        self.bad: list[Bad] = []
        self.resized = 0
        self.by_name = 0
        self.without_split = 0


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """The names of a file's columns, and those of its label numbers."""

    image: str
    label: str
    usage: str | None
    names: Sequence[str] | None
    usages: Sequence[str] | None

    def name_of(self, label: object) -> str:
        """What a label is called: by the metadata, if it is a number."""
        return "missing" if label is None else _named(label, self.names)

    def usage_of(self, cell: Mapping[str, Any]) -> str:
        """What a row itself says of its split; "" where it says nothing."""
        usage = cell[self.usage] if self.usage else None
        return "" if usage is None else _named(usage, self.usages).strip()


def _named(value: object, names: Sequence[str] | None) -> str:
    if isinstance(value, int) and names is not None and 0 <= value < len(names):
        return names[value]
    return str(value)


def _read_file(
    file: "ParquetFile", name: str, split: Split | None, reading: _Reading, progress: Progress | None
) -> None:
    columns = _columns(file, name)
    wanted = [column for column in (columns.image, columns.label, columns.usage) if column]
    before = 0
    for batch in file.iter_batches(batch_size=AT_ONCE, columns=wanted):
        cells = batch.to_pylist()
        images = read_images([_bytes(cell[columns.image]) for cell in cells])
        for row, (cell, image) in enumerate(zip(cells, images, strict=True), before + 1):
            label = columns.name_of(cell[columns.label])
            emotion = emotion_number(label)
            usage = columns.usage_of(cell)
            of_image = _split_of_image(cell[columns.image])
            own = split_in(usage) if usage else of_image
            if emotion is None:
                text = f"label {label:.20}, but FER2013 has {listed(EMOTIONS)}"
                reading.bad.append(_bad(name, row, "class", text))
            elif image is None:
                reading.bad.append(_bad(name, row, "image", "not a readable image"))
            elif usage and own is None:
                text = f"{columns.usage} {usage:.20}, but FER2013 has {USAGES}"
                reading.bad.append(_bad(name, row, "usage", text))
            else:
                reading.pixels.append(image.pixels)
                reading.emotions.append(emotion)
                reading.splits.append(own or split or "train")
                reading.rows.append(row)
                reading.resized += image.resized
                reading.by_name += usage_in(usage) is None and of_image is None
                reading.without_split += own is None and split is None
        before += len(cells)
        if progress:
            progress(before / file.metadata.num_rows)


def _columns(file: "ParquetFile", name: str) -> _Columns:
    import pyarrow.types as kinds

    schema = file.schema_arrow
    features = _features(schema.metadata or {})
    images = [
        field.name for field in schema if kinds.is_struct(field.type) and field.type.get_field_index("bytes") >= 0
    ]
    images += [field.name for field in schema if kinds.is_binary(field.type) or kinds.is_large_binary(field.type)]
    images.sort(key=lambda column: (features.get(column, {}).get("_type") != "Image", column.casefold() not in _IMAGES))
    labels = [column for column in schema.names if features.get(column, {}).get("_type") == "ClassLabel"]
    labels += [field.name for field in schema if field.name.casefold() in _LABELS]
    labels = [column for column in labels if column.casefold() not in _USAGES]
    labels.sort(key=lambda column: column.casefold() not in _LABELS)
    if not images or not labels:
        raise SourceBroken(
            f"{name}: the columns are {', '.join(schema.names)}, but faces in parquet have image (bytes) and label."
        )
    usage = next((column for word in _USAGES for column in schema.names if column.casefold() == word), None)
    doubled = [column for column in (images[0], labels[0], usage) if schema.names.count(column) > 1]
    if doubled:
        raise SourceBroken(f"{name}: several columns are called {doubled[0]}. Rename all but the one that is meant.")
    names = features.get(labels[0], {}).get("names")
    if names is None and kinds.is_integer(schema.field(labels[0]).type):
        raise SourceBroken(
            f"{name}: {labels[0]} holds numbers, and the metadata does not name them; their order differs from copy to "
            "copy and is not guessed. Get a copy with names."
        )
    usages = features.get(usage, {}).get("names") if usage else None
    return _Columns(image=images[0], label=labels[0], usage=usage, names=names, usages=usages)


def _features(metadata: Mapping[bytes, bytes]) -> dict[str, dict[str, Any]]:
    """The columns as Hugging Face's `datasets` describes them in a file's metadata."""
    try:
        features = json.loads(metadata.get(b"huggingface", b"{}"))["info"]["features"]
        return {column: feature for column, feature in features.items() if isinstance(feature, dict)}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _bytes(cell: object) -> bytes:
    """The bytes of an image's cell, which may be a structure; none where there is no image."""
    data = cell.get("bytes") if isinstance(cell, dict) else cell
    return data if isinstance(data, bytes) else b""


def _split_of_image(image: object) -> Split | None:
    """The split that an image's name in its cell speaks of."""
    path = image.get("path") if isinstance(image, dict) else None
    return usage_in(Path(path).name) if path else None


def _bad(name: str, row: int, kind: str, text: str) -> Bad:
    return Bad(where=f"{name}, row {row:,}", short=f"{row:,}", kind=kind, text=text)


def _notes(reading: _Reading) -> Iterator[str]:
    if reading.resized:
        yield resized_note(reading.resized)
    if reading.without_split:
        yield f"Faces in no file of a split, which count as train: {reading.without_split:,}."
    if reading.by_name and "test" in reading.splits:
        yield MIXED_TEST


def _files(place: Place) -> list[Path]:
    return [
        file for file in place.files if file.suffix.lower() == ".parquet" or (file == place.path and _is_parquet(file))
    ]


def _is_parquet(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(4) == b"PAR1"
