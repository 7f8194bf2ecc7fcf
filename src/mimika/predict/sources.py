"""What is to be recognised: the sources that a user names, and the pictures among and in them."""

import re
import stat
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from os.path import realpath
from pathlib import Path, PurePath
from typing import Final

from mimika.data.sources.form import Place
from mimika.data.sources.unlabelled import has_faces
from mimika.errors import PictureError
from mimika.predict.forms import START, form_of, starts_as_video, unread_form_of
from mimika.predict.pictures import name_of
from mimika.wording import counted

STANDARD_INPUT: Final = "-"

_BYTES_AT_MOST: Final = 1 << 28  # of standard input: a picture of `PIXELS_AT_MOST` pixels, uncompressed

_PICTURE_SUFFIXES: Final = {
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff"),
    *(".ppm", ".pgm", ".pbm", ".pnm"),
}
_VIDEO_SUFFIXES: Final = {
    *(".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".m2ts", ".mts", ".wmv", ".flv", ".ogv"),
    *(".3gp", ".mjpeg", ".mjpg"),
}


class Kind(Enum):
    """What a source is."""

    PICTURE = auto()
    FOLDER = auto()
    TABLE = auto()
    VIDEO = auto()
    CAMERA = auto()


@dataclass(frozen=True, kw_only=True, eq=False)
class Entry:
    """A picture that is to be recognised.

    Attributes:
        source: its path, or its bytes where it came through standard input.
        name: its path as the user would write it; "-" for standard input.
        origin: which of the named sources it comes from, from 0.
        inside: where a copy of it belongs in a folder of results.
    """

    source: Path | bytes
    name: str
    origin: int
    inside: PurePath

    def told(self, text: str) -> str:
        """What is said of the picture, which begins with what `name_of` calls it, in one line with its name here."""
        name = "standard input" if isinstance(self.source, bytes) else name_of(self.name)
        return f"{name}{text.removeprefix(name_of(self.source))}"


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """The pictures among and in the named sources.

    Attributes:
        entries: in the order of the sources; within a folder sorted by name, numbers by size.
        unread: how many pictures in folders are of a form that is not read, by its name.
        others: how many files in folders are no pictures.
        refusals: for each source without any picture, and each folder in one that cannot be read, why, in one line.
    """

    entries: tuple[Entry, ...]
    unread: Mapping[str, int]
    others: int
    refusals: tuple[str, ...]


def kind_of(source: str) -> Kind:
    """What a source is: by its content, except for videos, whose names count too.

    A whole number is a camera's, unless a file is called so. What is nothing of all this counts as a picture, so that
    reading it tells what is wrong.
    """
    try:
        mode = Path(source).stat().st_mode
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        return Kind.CAMERA if source.isdecimal() else Kind.PICTURE
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return _kind_of_file(Path(source)) if source != STANDARD_INPUT and stat.S_ISREG(mode) else Kind.PICTURE


def find_pictures(sources: Sequence[str], *, apart: Sequence[Path] = ()) -> Pictures:
    """The pictures that are meant by files, folders and "-".

    Folders are searched with their subfolders, but not through links; hidden files are left out.

    Args:
        sources: as the user wrote them; those of another kind are read as pictures, and refused there.
        apart: folders of results, which are left out where they lie in one of the sources.

    Raises:
        PictureError: standard input is a terminal, or gives too much.
    """
    entries: list[Entry] = []
    refusals: list[str] = []
    unread: Counter[str] = Counter()
    others = 0
    for origin, source in enumerate(sources):
        if source == STANDARD_INPUT:
            picture = PurePath("standard-input")
            entries.append(Entry(source=_standard_input(), name=source, origin=origin, inside=picture))
        elif kind_of(source) is Kind.FOLDER:
            folder = Path(source)
            above = PurePath(_called(folder) if len(sources) > 1 else "")
            files, faults = _sorted_files(folder, apart)
            refusals += faults
            pictures = [file for file in files if _is_picture(file)]
            entries += [
                Entry(source=file, name=str(file), origin=origin, inside=above / file.relative_to(folder))
                for file in pictures
            ]
            forms = Counter(filter(None, map(_unread_form, sorted(set(files).difference(pictures)))))
            unread += forms
            others += len(files) - len(pictures) - forms.total()
            if not pictures and not (faults and not files):
                refusals.append(_without_pictures(source, files, forms))
        else:
            path = Path(source)
            entries.append(Entry(source=path, name=source, origin=origin, inside=PurePath(path.name)))
    return Pictures(entries=tuple(entries), unread=unread, others=others, refusals=tuple(refusals))


def unread_told(unread: Mapping[str, int]) -> list[str]:
    """How many pictures are of which form that is not read, and what to do, each in a few words."""
    return [f"{count:,} {form} (not read; save as JPEG)" for form, count in unread.items()]


def _kind_of_file(path: Path) -> Kind:
    try:
        start = _start(path)
        if form_of(start):
            return Kind.PICTURE
        if path.suffix.lower() in _VIDEO_SUFFIXES or starts_as_video(start):
            return Kind.VIDEO
        return Kind.TABLE if path.suffix.lower() == ".csv" or has_faces(path) else Kind.PICTURE
    except OSError:
        return Kind.PICTURE


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(START)


def _is_picture(path: Path) -> bool:
    """Whether a file in a folder is, or is called, a picture."""
    if path.suffix.lower() in _PICTURE_SUFFIXES:
        return True
    try:
        return form_of(_start(path)) is not None
    except OSError:
        return False


def _unread_form(path: Path) -> str | None:
    try:
        return unread_form_of(_start(path))
    except OSError:
        return None


def _sorted_files(folder: Path, apart: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """The files of a folder, and why which of its folders could not be read, a line each."""
    faults: list[str] = []
    place = Place.at(folder, refused=lambda error: faults.append(_refusal(error)))
    whole = Path(realpath(folder))
    results = [Path(realpath(one)) for one in apart]
    left_out = [one for one in results if one != whole and one.is_relative_to(whole)]
    files = (
        file
        for file in place.files
        if not any((whole / file.relative_to(folder)).is_relative_to(one) for one in left_out)
    )
    return sorted(files, key=lambda file: _natural(file.relative_to(folder))), faults


def _called(folder: Path) -> str:
    """A folder's own name, even where the user wrote . or .. for it."""
    return folder.name if folder.name not in ("", "..") else Path(realpath(folder)).name


def _refusal(error: OSError) -> str:
    return f"{name_of(error.filename)}: {error.strerror or 'cannot be read'}."


def _natural(path: PurePath) -> list[list[tuple[int, str]]]:
    """A key by which frame 9 comes before frame 10."""
    return [
        [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in re.split(r"(\d+)", name)]
        for name in path.parts
    ]


def _without_pictures(source: str, files: Sequence[Path], unread: Counter[str]) -> str:
    if not files:
        return f"{name_of(source)}: an empty folder."
    others = len(files) - unread.total()
    parts = [*unread_told(unread), *([counted(others, "other file")] if others else [])]
    hint = " Name a video itself." if any(file.suffix.lower() in _VIDEO_SUFFIXES for file in files) else ""
    return f"{name_of(source)}: no picture in this folder, {', '.join(parts)}.{hint}"


def _standard_input() -> bytes:
    if sys.stdin.isatty():
        raise PictureError("-: standard input is a terminal. Send it a picture: mimika predict - < photo.jpg")
    content = sys.stdin.buffer.read(_BYTES_AT_MOST + 1)
    if len(content) > _BYTES_AT_MOST:
        raise PictureError(f"-: more than {_BYTES_AT_MOST >> 20} MB on standard input, which is more than a picture.")
    return content
