"""The append-only truth of a study: a `Record` a line in ledger.jsonl, and each run's `Predictions` beside it.

Tables, tests and pages are made from these alone, so a ledger copied to another machine is enough to go on with.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from mimika.errors import RunError
from mimika.recipe import Recipe, first_fault
from mimika.record import Predictions, Record, run_key

LEDGER = "ledger.jsonl"

_ANSWERS = "predictions"


class Ledger:
    """The finished runs of a folder, in the order in which they finished."""

    def __init__(self, folder: Path, records: Sequence[Record]) -> None:
        self.folder = folder
        self._records = {record.key: record for record in records}
        self._predictions: dict[str, Predictions] = {}

    @classmethod
    def open(cls, folder: Path | str) -> "Ledger":
        """The ledger in a folder, empty if it has none yet; `RunError` if there is no such folder.

        A last line that a kill has cut off does not count: its run is taken over again from its own folder. Any other
        damage raises `RunError`.
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise RunError(f"{folder}: no such folder, so no ledger.")
        path = folder / LEDGER
        whole = _whole(path.read_bytes() if path.is_file() else b"")
        records = []
        for number, line in enumerate(whole.splitlines(), start=1):
            try:
                records.append(Record.model_validate_json(line))
            except ValidationError as error:
                raise RunError(
                    f"{path}, line {number}: not a record ({first_fault(error)}). "
                    "Remove the line to have its run trained again."
                ) from None
        return cls(folder, records)

    @property
    def records(self) -> tuple[Record, ...]:
        """Every finished run."""
        return tuple(self._records.values())

    def find(self, recipe: Recipe, checksum: str) -> Record | None:
        """The finished run of a recipe on the faces with this checksum, or None."""
        record = self._records.get(run_key(recipe, checksum))
        return record if record is not None and record.data.checksum == checksum else None

    def append(self, record: Record, predictions: Predictions) -> None:
        """Add a finished run; its predictions are on disk before the line that refers to them."""
        if record.key in self._records:
            raise RunError(
                f"{self.folder / LEDGER}: the run {record.name}, seed {record.recipe.seed} is there already."
            )
        place = self.folder / _ANSWERS
        place.mkdir(parents=True, exist_ok=True)
        predictions.save(place / f"{record.key}.npz")
        path = self.folder / LEDGER
        # In bytes: a kill may cut a line inside a letter.
        with path.open("ab+") as file:
            file.seek(0)
            text = file.read()
            whole = _whole(text)
            file.truncate(min(len(whole), len(text)))
            file.write(whole[len(text) :] + record.model_dump_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._records[record.key] = record

    def predictions(self, record: Record) -> Predictions:
        """What a run of this ledger answered on the validation faces, read once; `RunError` if missing or damaged."""
        if record.key not in self._predictions:
            path = self.folder / _ANSWERS / f"{record.key}.npz"
            try:
                self._predictions[record.key] = Predictions.load(path)
            except RunError:
                raise RunError(
                    f"{path}: the validation probabilities are missing or damaged. Remove the line of {record.name}, "
                    f"seed {record.recipe.seed} from {self.folder / LEDGER}, and `mimika study run` makes both again."
                ) from None
        return self._predictions[record.key]


def _whole(text: bytes) -> bytes:
    """The lines of a ledger without the last one if it was cut off; whole, it gets the end that an editor left out."""
    complete, end, tail = text.rpartition(b"\n")
    try:
        Record.model_validate_json(tail)
    except ValidationError:
        return complete + end
    return text + b"\n"
