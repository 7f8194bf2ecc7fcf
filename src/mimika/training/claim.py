"""What stands in a run's folder: whose it is, whether the run is finished, and where it stopped."""

import json
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from pydantic import ValidationError

from mimika.data.faces import Faces
from mimika.errors import RunError
from mimika.files import write_text
from mimika.recipe import Recipe
from mimika.record import PREDICTIONS, RECORD, EpochRow, Record, run_key, weights_of
from mimika.training.course import Course, rows_of
from mimika.wording import listed

CLAIM: Final = "recipe.json"
"""The name under which a run's folder says whose it is, from the start."""

STATE: Final = "state.ckpt"
"""Lightning's checkpoint after the last epoch; removed once the run has ended."""


def claim(out: Path, recipe: Recipe, faces: Faces) -> Record | None:
    """Make `out` this run's folder; the record, if the run is finished and still has its weights.

    Raises:
        RunError: when another run's files stand there, or damaged ones of this.
        RecipeError: when the recipe that stands there is none of this version.
    """
    key = run_key(recipe, faces.checksum)
    if (out / RECORD).is_file():
        record = Record.load(out / RECORD)
        if record.key != key:
            raise RunError(_foreign(out, record.recipe, recipe))
        if weights_of(out, recipe).is_file() and (out / PREDICTIONS).is_file():
            (out / STATE).unlink(missing_ok=True)  # a kill may have come between the record and this
            return record
    path = out / CLAIM
    if path.is_file():
        try:
            tree = json.loads(path.read_text(encoding="utf-8"))
            before = Recipe.read(tree["recipe"], str(path))
        except (ValueError, KeyError, TypeError):
            raise RunError(f"{path}: damaged. Remove the folder to train the run anew.") from None
        if tree["key"] != key:
            raise RunError(_foreign(out, before, recipe))
    write_text(path, json.dumps({"key": key, "recipe": recipe.model_dump(mode="json")}, indent=2) + "\n")
    # What lacks its weights is trained again: until that is done, no record may vouch for the weights on the way.
    (out / RECORD).unlink(missing_ok=True)
    return None


def _foreign(out: Path, there: Recipe, asked: Recipe) -> str:
    was = there.changes_from(asked)
    unlike = [f"{field} {was[field]}, not {value}" for field, value in asked.changes_from(there).items()]
    return (
        f"{out}: holds another run ({listed(unlike) if unlike else 'on other faces'}). Take another --out, or remove "
        "the folder."
    )


def course_in(out: Path) -> dict[str, Any]:
    """What the course has left in Lightning's checkpoint, which is there."""
    callbacks = torch.load(out / STATE, map_location="cpu", weights_only=True)["callbacks"]
    course: dict[str, Any] = callbacks[Course.__qualname__]
    return course


def rows_in(out: Path, recipe: Recipe) -> Sequence[EpochRow]:
    """The epochs in Lightning's checkpoint, none where there is none yet; `RunError` where a part of it is missing."""
    state, weights = out / STATE, weights_of(out, recipe)
    if not state.is_file():
        return ()
    try:
        rows = rows_of(course_in(out))
    except (OSError, RuntimeError, KeyError, EOFError, pickle.UnpicklingError, ValidationError):
        raise RunError(
            f"{state}: the state of the run is damaged or of another version. Remove the file to train the run anew."
        ) from None
    if rows and not weights.is_file():
        raise RunError(
            f"{weights}: missing, and {STATE} beside it goes on from there. Bring it back, or remove {STATE} to train "
            "the run anew."
        )
    return rows
