"""`mimika predict` on a CSV of faces without labels, row by row."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mimika.cli.answers import expression
from mimika.cli.interrupts import Stopped, noticing_interrupts
from mimika.wording import numbered

if TYPE_CHECKING:
    from mimika.data.sources.unlabelled import Row, Unlabelled
    from mimika.predict.face import Face
    from mimika.predict.recogniser import Recogniser

_BAD_ROWS_TOLD: Final = 5


def predict_rows(
    path: Path,
    load: "Callable[[str], Recogniser]",
    detector: str,
    csv: Path | None,
    draw: Path | None,
    *,
    as_json: bool,
) -> bool:
    """Answer the rows of a CSV as they come; whether any could be read."""
    from mimika.cli.progress import counting, say
    from mimika.data.sources.unlabelled import read_unlabelled
    from mimika.errors import PictureError
    from mimika.predict.pictures import name_of
    from mimika.predict.table import answer_cells, columns_of_rows, writing_csv, writing_json

    name = name_of(path)
    table = read_unlabelled(path)
    _check(path, detector, csv, draw)
    recogniser = load("none")
    rows = table.count()
    if not rows:
        raise PictureError(f"{name}: no rows below its header.")
    answered = bad = 0
    with ExitStack() as stack:
        write_row = stack.enter_context(writing_csv(csv, columns_of_rows(table.id_name))) if csv else None
        write_entry = stack.enter_context(writing_json(print)) if as_json else None
        count = stack.enter_context(counting("faces", rows, whole_lines=as_json))
        is_interrupted = stack.enter_context(noticing_interrupts())
        for row, face in _answered_rows(table, recogniser):
            answered += face is not None
            if row.fault:
                bad += 1
                if bad <= _BAD_ROWS_TOLD:
                    say(f"{name}, row {row.number:,}: {name_of(row.fault)}.")
            if write_entry:
                write_entry(_row_tree(row, face))
            elif face:
                print(f"  {name_of(row.id) if row.id else row.number:>{len(str(rows))}}   {expression(face)}")
            if write_row:
                write_row([row.id if table.id_name else row.number, *answer_cells(face)])
            count()
            if is_interrupted():
                break
    say(" · ".join([numbered(answered, "face"), *([f"{numbered(bad, 'row')} unreadable"] if bad else [])]))
    if csv:
        say(f"{csv}: {numbered(answered + bad, 'row')}")
    if is_interrupted() and answered + bad < rows:
        raise Stopped(f"Stopped after {answered + bad:,} of {rows:,} rows; what is written ends there.")
    return bool(answered)


def _check(path: Path, detector: str, csv: Path | None, draw: Path | None) -> None:
    """Raise `PictureError` where something was asked that a CSV of faces cannot be given."""
    from mimika.errors import PictureError
    from mimika.predict.pictures import name_of

    name = name_of(path)
    if detector not in ("auto", "none"):
        raise PictureError(
            f"{name}: its faces are cut out already, so that no detector looks at them. Leave --detector out."
        )
    if draw:
        raise PictureError(f"{name}: faces in a CSV are not drawn. Leave --draw out.")
    if csv and realpath(csv) == realpath(path):
        raise PictureError(f"{name}: the faces themselves, which --csv would replace. Name another file.")


def _answered_rows(table: "Unlabelled", recogniser: "Recogniser") -> "Iterator[tuple[Row, Face | None]]":
    for part in table.parts():
        answers = recogniser.answers(row.pixels for row in part if row.pixels is not None)
        for row in part:
            yield row, None if row.pixels is None else next(answers).faces[0]


def _row_tree(row: "Row", face: "Face | None") -> dict[str, Any]:
    return {
        "row": row.number,
        "id": row.id,
        "expression": face and face.expression,
        "likeliest": face and face.likeliest,
        "probabilities": face and dict(face.probabilities),
        "fault": row.fault,
    }
