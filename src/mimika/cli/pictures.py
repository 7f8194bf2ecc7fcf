"""`mimika predict` on pictures, one by one as they come."""

import errno
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING

from mimika.cli.answers import BOLD, expression, styled
from mimika.cli.interrupts import Stopped, noticing_interrupts
from mimika.wording import numbered

if TYPE_CHECKING:
    from PIL.Image import Image

    from mimika.predict.network import Network
    from mimika.predict.recogniser import Answer, Recogniser
    from mimika.predict.sources import Entry, Pictures


def predict_pictures(
    found: "Pictures",
    recogniser: "Recogniser",
    *,
    csv: Path | None,
    draw: Path | None,
    explain: Path | None,
    as_json: bool,
) -> set[int]:
    """Answer pictures as they come; the numbers of the sources of which something could be read."""
    from mimika.cli.progress import counting, say
    from mimika.errors import PictureError
    from mimika.predict.pictures import name_of
    from mimika.predict.table import COLUMNS, picture_rows, picture_tree, writing_csv, writing_json

    drawn_as = _drawn_names(found.entries) if draw else []
    explained_as = _explained_names(found.entries) if explain else []
    tally = _Tally()
    drawings = explained = 0
    with ExitStack() as stack:
        write_row = stack.enter_context(writing_csv(csv, COLUMNS)) if csv else _nowhere
        write_entry = stack.enter_context(writing_json(print)) if as_json else None
        count = stack.enter_context(counting("pictures", len(found.entries), whole_lines=as_json))
        is_interrupted = stack.enter_context(noticing_interrupts())
        answers = recogniser.answers(_counted_off(found.entries, count, is_interrupted))
        # Ctrl-C ends the sources: what has been looked at is answered.
        for which, (entry, answer) in enumerate(zip(found.entries, answers, strict=False)):
            tally.add(entry, answer)
            if answer.fault:
                say(entry.told(answer.fault))
            if write_entry:
                write_entry(picture_tree(entry.name, answer, entry.told))
            elif not answer.fault:
                print("\n".join(_picture_lines(entry, answer)))
            for row in picture_rows(entry.name, answer.faces):
                write_row(row)
            if draw and not answer.fault:
                drawings += _drawn(entry, answer, draw / drawn_as[which])
            if explain:
                explained += _explain(recogniser.network, answer, explain / explained_as[which])
    for line in tally.lines(found):
        say(line)
    written = (
        (csv, numbered(tally.faces, "row")),
        (draw, f"{numbered(drawings, 'picture')} drawn"),
        (explain, f"{numbered(explained, 'face')} explained"),
    )
    for place, what in written:
        if place:
            say(f"{place}: {what}")
    if is_interrupted() and tally.pictures < len(found.entries):
        raise Stopped(
            f"Stopped after {tally.pictures:,} of {len(found.entries):,} pictures; what is written ends there."
        )
    if draw and tally.served and not drawings:
        raise PictureError(f"{name_of(draw)}: nothing could be drawn there.")
    return tally.served


def _nowhere(row: object) -> None:
    """Where rows go that nobody asked for."""


class _Tally:
    """What has been answered so far, and the numbers of the sources of which something could be read."""

    def __init__(self) -> None:
        self.pictures = self.faces = self.empty = self.bad = 0
        self.served: set[int] = set()

    def add(self, entry: "Entry", answer: "Answer") -> None:
        """Count a picture."""
        self.pictures += 1
        self.faces += len(answer.faces)
        if answer.fault:
            self.bad += 1
        else:
            self.served.add(entry.origin)
            self.empty += not answer.faces

    def lines(self, found: "Pictures") -> list[str]:
        """It all in a line, beside what was left out; none for one picture alone."""
        from mimika.predict.sources import unread_told

        if self.pictures == 1 and not found.others and not found.unread:
            return []
        parts = [numbered(self.pictures, "picture"), numbered(self.faces, "face")]
        parts += [f"{self.empty:,} without a face"] if self.empty else []
        parts += [f"{self.bad:,} unreadable"] if self.bad else []
        parts += unread_told(found.unread)
        parts += [f"{numbered(found.others, 'other file')} left out"] if found.others else []
        return [" · ".join(parts)]


def _counted_off(
    entries: "Sequence[Entry]", count: Callable[[], None], is_over: Callable[[], bool]
) -> "Iterator[Path | bytes]":
    """The sources; each is counted when the next is asked for, since answers come many at a time."""
    for entry in entries:
        if is_over():
            return
        yield entry.source
        count()


def _drawn(entry: "Entry", answer: "Answer", path: Path) -> bool:
    """Draw a picture, which is read again for it: answers do not keep pixels. Whether it was still there."""
    from mimika.cli.progress import say
    from mimika.errors import PictureError
    from mimika.predict.drawing import annotate
    from mimika.predict.pictures import read_picture

    try:
        picture = read_picture(entry.source)
    except PictureError as error:
        say(entry.told(str(error)))
        return False
    return _saved(annotate(picture, answer.faces), path)


def _explain(network: "Network", answer: "Answer", path: Path) -> int:
    """Where the network looked, a picture a face: of photo.jpg photo-1.png, photo-2.png and so on. How many."""
    from mimika.predict.explain import explain

    return sum(
        _saved(explain(network, crop, face), path.with_name(f"{path.name}-{number}.png"))
        for number, (crop, face) in enumerate(zip(answer.crops, answer.faces, strict=True), start=1)
    )


def _saved(drawing: "Image", path: Path) -> bool:
    """Write a drawing if it can be; whether it was. Its name may be longer than a disk takes, as it adds to another."""
    from mimika.cli.progress import say
    from mimika.errors import PictureError
    from mimika.predict.drawing import save_drawing
    from mimika.predict.pictures import name_of

    try:
        save_drawing(drawing, path)
    except PictureError as refusal:
        say(str(refusal))
        return False
    except OSError as refusal:
        if refusal.errno != errno.ENAMETOOLONG:
            raise
        say(f"{name_of(path)}: not drawn, as the name is too long.")
        return False
    return True


def _drawn_names(entries: "Sequence[Entry]") -> list[Path]:
    """A name for the drawing of each picture."""
    from mimika.predict.drawing import drawn_name

    return _each_once(Path(drawn_name(entry.inside)) for entry in entries)


def _explained_names(entries: "Sequence[Entry]") -> list[Path]:
    """What the names of each picture's explanations begin with, before the number of the face."""
    return _each_once(Path(entry.inside).with_suffix("") for entry in entries)


def _each_once(wishes: "Iterable[Path]") -> list[Path]:
    """The names; where two would be the same, on a disk that ignores case too, the later gets a number."""
    names: list[Path] = []
    taken: set[str] = set()
    for wanted in wishes:
        name, copy = wanted, 2
        while str(name).casefold() in taken:
            name = wanted.with_stem(f"{wanted.stem}-{copy}")
            copy += 1
        taken.add(str(name).casefold())
        names.append(name)
    return names


def check_not_replaced(csv: Path | None, draw: Path | None, explain: Path | None, found: "Pictures") -> None:
    """Raise `PictureError` where results would take the place of a picture."""
    from mimika.errors import PictureError
    from mimika.predict.pictures import name_of

    # Not resolve(), which before Python 3.13 raises where a link leads to itself.
    pictures = {realpath(entry.source) for entry in found.entries if isinstance(entry.source, Path)}
    if draw and explain and realpath(draw) == realpath(explain):
        raise PictureError(f"{name_of(draw)}: --draw and --explain may write files of one name. Name two folders.")
    if csv and realpath(csv) in pictures:
        raise PictureError(f"{name_of(csv)}: one of the pictures, which --csv would replace. Name another file.")
    if draw and not pictures.isdisjoint(realpath(draw / name) for name in _drawn_names(found.entries)):
        raise PictureError(f"{name_of(draw)}: a drawing there would replace its picture. Name another folder.")
    if explain:
        begins = {realpath(explain / name) for name in _explained_names(found.entries)}
        matches = (re.fullmatch(r"(.+)-\d+\.png", picture, re.DOTALL) for picture in pictures)
        if any(match and match[1] in begins for match in matches):
            raise PictureError(
                f"{name_of(explain)}: an explanation there might replace a picture. Name another folder."
            )


def _picture_lines(entry: "Entry", answer: "Answer") -> list[str]:
    from mimika.predict.pictures import name_of

    name = "standard input" if isinstance(entry.source, bytes) else name_of(entry.name)
    if answer.reason:
        return [f"{styled(name, BOLD)}   {entry.told(answer.reason).removeprefix(f'{name}: ')}"]
    boxes = [(f"{face.box[0]}, {face.box[1]}", f"{face.box[2]}×{face.box[3]}") for face in answer.faces]
    place, size = (max(map(len, column)) for column in zip(*boxes, strict=True))
    digits = len(str(len(boxes)))
    found = "taken as one face" if answer.detector == "none" else f"{numbered(len(boxes), 'face')} ({answer.detector})"
    return [
        f"{styled(name, BOLD)}   {found}",
        *(
            f"  {which:>{digits}}   {corner:<{place}}   {extent:<{size}}   {expression(face)}"
            for which, (face, (corner, extent)) in enumerate(zip(answer.faces, boxes, strict=True), start=1)
        ),
    ]
