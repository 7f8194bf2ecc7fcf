"""Folders of images named by emotion, as Kaggle's copies have them: `train/happy/Training_17.jpg`.

Emotions go by the folder's name, never by its place in the alphabet. The split goes by the Usage that the file's name
starts with, if it does: Kaggle's `test/` mixes PublicTest and PrivateTest, which must not be taken for one another.
"""

import filecmp
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from mimika.data.faces import SIDE, Faces
from mimika.data.sources.form import (
    MIXED_TEST,
    Bad,
    Found,
    Place,
    Progress,
    check_splits,
    settle,
    split_in,
    split_of,
    usage_in,
)
from mimika.data.sources.images import AT_ONCE, read_images, resized_note
from mimika.data.split import SPLITS, Split
from mimika.emotions import EMOTIONS, emotion_number
from mimika.wording import listed

_SUFFIXES: Final = {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm"}


def fits(place: Place) -> bool:
    """Whether a folder has images in it, at least one of them in a folder named by an emotion."""
    return any(emotion_number(file.parent.name) is not None for file in _images(place))


def read(place: Place, *, skip_bad: bool = False, progress: Progress | None = None) -> Found:
    """The faces of all images, ordered by split and number.

    `rows` are the numbers in the file names where each is there once in its split; else they count.
    """
    images = _images(place)
    known = [file for file in images if emotion_number(file.parent.name) is not None]
    splits = {file: usage_in(file.name) or split_of(file.parent, place) or split_in(file.stem) for file in known}
    check_splits(splits, place)
    known, twice = _once(known, splits)
    numbers = {file: _number(file) for file in known}
    known.sort(key=lambda file: (SPLITS.index(splits[file] or "train"), numbers[file] or 0, file))
    bad = _unknown_folders(images, place)
    pixels = np.empty((len(known), SIDE, SIDE), np.uint8)
    good: list[int] = []
    resized = 0
    for start in range(0, len(known), AT_ONCE):
        part = known[start : start + AT_ONCE]
        for at, (file, image) in enumerate(zip(part, read_images(part), strict=True), start):
            if image is None:
                name = place.name_of(file)
                bad.append(Bad(where=name, short=name, kind="image", text="not a readable image", noun="image"))
            else:
                pixels[at] = image.pixels
                resized += image.resized
                good.append(at)
        if progress:
            progress((start + len(part)) / len(known))
    skipped = settle(bad, len(good), place.name, skip_bad=skip_bad)
    files = [known[at] for at in good]
    numbered = {(splits[file] or "train", numbers[file]) for file in files if numbers[file] is not None}
    are_unique = len(numbered) == len(files)
    faces = Faces(
        pixels=pixels if len(files) == len(pixels) else pixels[good],
        emotions=np.array([emotion_number(file.parent.name) for file in files], np.uint8),
        splits=np.array([SPLITS.index(splits[file] or "train") for file in files], np.uint8),
        rows=np.array([numbers[file] if are_unique else at + 1 for at, file in enumerate(files)], np.int64),
    )
    return Found(
        faces=faces, form="image folders", notes=tuple(_notes(files, splits, faces, resized, twice)), skipped=skipped
    )


def _images(place: Place) -> list[Path]:
    return [file for file in place.files if file.suffix.lower() in _SUFFIXES] if place.path.is_dir() else []


def _number(file: Path) -> int | None:
    digits = re.search(r"[0-9]{1,18}$", file.stem)
    return int(digits[0]) if digits else None


def _unknown_folders(images: Sequence[Path], place: Place) -> list[Bad]:
    counts = Counter(file.parent for file in images if emotion_number(file.parent.name) is None)
    return [
        Bad(
            where=place.name_of(folder),
            short=place.name_of(folder),
            kind="class",
            text=f"a folder of {n:,} image{'s' if n > 1 else ''} that no emotion is named by; FER2013 has "
            + listed(EMOTIONS),
            noun="folder",
        )
        for folder, n in counts.items()
    ]


def _once(files: Sequence[Path], splits: Mapping[Path, Split | None]) -> tuple[list[Path], int]:
    """The files without those that another is: the same bytes under the same name, split and emotion; and how many.

    A copy on Kaggle has its folders a second time in a folder of themselves. Duplicates in FER2013 have other names.
    """
    kept: dict[tuple[Split | None, int | None, str], list[Path]] = {}
    for file in files:
        same = kept.setdefault((splits[file], emotion_number(file.parent.name), file.name), [])
        if not any(filecmp.cmp(file, other, shallow=False) for other in same):
            same.append(file)
    found = [file for same in kept.values() for file in same]
    return found, len(files) - len(found)


def _notes(
    files: Sequence[Path], splits: Mapping[Path, Split | None], faces: Faces, resized: int, twice: int
) -> list[str]:
    notes = []
    if twice:
        notes.append(f"Images that are there twice, under the same name, and were left out once: {twice:,}.")
    if any(file.suffix.lower() in {".jpg", ".jpeg"} for file in files):
        notes.append("JPEG has changed the pixels a little, so figures differ slightly from the CSV's.")
    if resized:
        notes.append(resized_note(resized))
    without = sum(splits[file] is None for file in files)
    if without:
        notes.append(f"Images in no folder of a split, which count as train: {without:,}.")
    if faces.count("test") and not any(usage_in(file.name) for file in files):
        notes.append(MIXED_TEST)
    return notes
