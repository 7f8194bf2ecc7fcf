"""What every form of source has in common: where it lies, what it gives back, and how its faults are told."""

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol, Self

from mimika.data.faces import Faces
from mimika.data.split import Split, split_of_usage
from mimika.errors import ClassUnknown, SourceBroken, SourceMissing, SourceUnknown, in_one_line

Progress = Callable[[float], None]
"""Told now and then which share of the source, from 0 to 1, has been read."""

MIXED_TEST: Final = (
    "Its test faces may be PublicTest and PrivateTest mixed, and nothing says which is which: all count as test."
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A file or a folder that faces may lie in.

    Attributes:
        path: where it is.
        name: what the user calls it, in one line.
        files: the file itself, or all files of the folder, sorted; hidden ones and what macOS adds are left out.
        split: that of the folder in which the archive lay that it was unpacked from.
    """

    path: Path
    name: str
    files: tuple[Path, ...]
    split: Split | None = None

    @classmethod
    def at(cls, path: Path, name: str | None = None, *, refused: Callable[[OSError], None] | None = None) -> Self:
        """What lies at a path.

        Args:
            path: a file or a folder; links to folders in it are not followed.
            name: what the user calls it, if not by its own name.
            refused: is told what cannot be looked into; without it, that raises.

        Raises:
            SourceMissing: nothing lies there.
            OSError: it, or a folder in it, may not be read.
        """
        name = in_one_line(name or path.name or str(path))
        if path.is_dir():
            return cls(path=path, name=name, files=tuple(sorted(_files(path, refused or _raised))))
        if not path.is_file():
            raise SourceMissing(missing(path))
        return cls(path=path, name=name, files=(path,))

    @cached_property
    def own_split(self) -> Split | None:
        """The split that its own name says, or that of the folder it is or lies in, or of its archive's folder."""
        folder = self.path if self.path.is_dir() else self.path.parent
        # Resolved, too: a folder may be given as `..`, or by a link.
        names = (Path(self.name).name.partition(".")[0], folder.absolute().name, folder.resolve().name)
        return next((split for name in names if (split := split_of_name(name))), self.split)

    def name_of(self, file: Path) -> str:
        """What errors and notes call one of the files."""
        if file == self.path:
            return self.name
        return f"{self.name}/{in_one_line(file.relative_to(self.path).as_posix())}"


@dataclass(frozen=True, kw_only=True)
class Found:
    """The faces of a source and what is to be said of them.

    Attributes:
        faces: all splits, test included, in the source's order.
        form: the name of the form, such as "official CSV".
        md5: of the one file that the faces come from; None where there are several.
        notes: what the user should know, a sentence each.
        skipped: the rows or files that --skip-bad left out, with the reason.
    """

    faces: Faces
    form: str
    md5: str | None = None
    notes: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


class Form(Protocol):
    """A module of this package: one form in which FER2013 is found."""

    def fits(self, place: Place) -> bool:
        """Whether a place holds this form, by its content."""

    def read(self, place: Place, *, skip_bad: bool, progress: Progress | None) -> Found:
        """The faces of all splits; raises `SourceBroken` for what is damaged, unless it is to be skipped."""


@dataclass(frozen=True, kw_only=True)
class Bad:
    """One row or image that cannot be taken.

    Attributes:
        where: the file, and the row where there are rows, as errors name it.
        short: what a list of them calls it: the row's number, or the file or folder.
        kind: equal for faults of the same kind.
        text: what is wrong with it.
        noun: "row", "image" or "folder".
    """

    where: str
    short: str
    kind: str
    text: str
    noun: str = "row"

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def settle(bad: Sequence[Bad], good: int, name: str, *, skip_bad: bool) -> tuple[str, ...]:
    """What was skipped, in words.

    Raises:
        SourceBroken: if something is bad and not to be skipped, or if nothing good is left.
        ClassUnknown: the same, if the first bad one has an emotion that FER2013 does not have.
    """
    if bad and not skip_bad:
        raise _refusal(bad)
    if not good and not bad:
        raise SourceBroken(f"{name}: no faces in it. Get it again.")
    if not good:
        raise SourceBroken(f"{name}: none of its {len(bad):,} {bad[0].noun}s can be taken. The first: {bad[0]}.")
    return tuple(map(str, bad))


def _refusal(bad: Sequence[Bad]) -> SourceBroken:
    """The first with its reason, the next four by number, the count of the rest."""
    first, *others = bad
    text = f"{first}."
    if others:
        alike = all(one.kind == first.kind for one in others)
        what = f"{first.noun}{'s' if len(others) > 1 else ''} like it" if alike else "to mend"
        which = " ".join(one.short for one in others[:4])
        text += f" {len(others):,} more {what}{': ' if len(others) <= 4 else ', the first of them: '}{which}."
    kind = ClassUnknown if first.kind == "class" else SourceBroken
    verb = "Rename" if first.noun == "folder" else "Mend"
    these, them = ("them", "them") if others else (f"the {first.noun}", "it")
    return kind(f"{text} {verb} {these}, or import with --skip-bad to leave {them} out.")


_SPLIT_WORDS: Final[dict[str, Split]] = {
    "publictest": "validation",
    "public": "validation",
    "privatetest": "test",
    "private": "test",
    "training": "train",
    "train": "train",
    "validation": "validation",
    "validate": "validation",
    "valid": "validation",
    "dev": "validation",
    "val": "validation",
    "testing": "test",
    "test": "test",
}


def split_in(name: str) -> Split | None:
    """The split that a file or folder name speaks of, if any; the Usage words count more than the usual ones.

    >>> split_in("train-00000-of-00001.parquet"), split_in("PublicTest_17.jpg"), split_in("faces.csv")
    ('train', 'validation', None)
    """
    words = re.split(r"[^a-z]+", name.casefold())
    return next((split for word, split in _SPLIT_WORDS.items() if word in words), None)


def split_of(file: Path, place: Place) -> Split | None:
    """The split that a file's name speaks of, or else the nearest folder above it, or what the place is called.

    Given `fer2013/test` itself, its faces must not pass for train; but a word in a place's longer name says nothing.
    """
    names = (file.stem, *reversed(file.relative_to(place.path).parts[:-1]))
    return next((split for name in names if (split := split_in(name))), None) or place.own_split


def split_of_name(name: str) -> Split | None:
    """The split that a folder is, by its name; a word in a longer name of somebody's own says nothing.

    Neither do Public, Private and dev, which are also what people call folders of their own.
    """
    return split_in(name) if name.isalpha() and name.casefold() not in ("public", "private", "dev") else None


def check_splits(said: Mapping[Path, Split | None], place: Place) -> None:
    """Raise `SourceUnknown` where some files or folders say which split they are, and others do not.

    What says nothing beside `train` and `test` may be anything, and must not be trained on by a guess.
    """
    silent = [file for file, split in said.items() if split is None]
    if silent and len(silent) < len(said):
        raise SourceUnknown(
            f"{place.name_of(silent[0])}: no name on its path says a split, while others here do. Name it or its "
            "folder train, validation or test, or put it elsewhere."
        )


def usage_in(name: str) -> Split | None:
    """The split of the Usage that a file name starts with, as in `PublicTest_17.jpg`."""
    first_word = re.match("[a-z]*", name.casefold())
    return split_of_usage(first_word[0]) if first_word else None


def missing(path: Path) -> str:
    """What to say where nothing stands at a path: the copies that exist and the forms that are taken."""
    return (
        f"{in_one_line(str(path))}: no such file or folder. FER2013 is fer2013.csv or icml_face_data.csv of the Kaggle "
        "competition challenges-in-representation-learning-facial-expression-recognition-challenge, or the image "
        "folders of kaggle.com/datasets/msambare/fer2013. Taken are those, train.csv with test.csv and val.csv, and "
        "parquet mirrors, also in .zip, .tar.gz or .gz; `drawn` stands for drawn faces and needs no download."
    )


def _files(folder: Path, refused: Callable[[OSError], None]) -> Iterator[Path]:
    """The files below a folder that are not hidden."""
    for above, folders, names in os.walk(folder, onerror=refused):
        folders[:] = [name for name in folders if not _hidden(name)]  # where walk goes on
        for file in (Path(above, name) for name in names if not _hidden(name)):
            try:
                if stat.S_ISREG(file.stat().st_mode):
                    yield file
            except FileNotFoundError:
                pass  # a link to nothing
            except OSError as error:
                refused(error)


def _raised(error: OSError) -> None:
    raise error


def _hidden(name: str) -> bool:
    return name.startswith((".", "__MACOSX"))
