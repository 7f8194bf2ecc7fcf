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
PREDICTIONS = "predictions"


class Ledger:
    """The finished runs of a folder, in the order in which they finished."""

    def __init__(self, folder: Path, records: Sequence[Record]) -> None:
        self.folder = folder
        self._records = {record.key: record for record in records}
        self._predictions: dict[str, Predictions] = {}

    @classmethod
    def open(cls, folder: Path) -> "Ledger":
        """The ledger in a folder, empty if it has none yet.

        A last line without an end was cut off by a kill: its run is not in the ledger and is taken over again from its
        own folder. Any other damage raises `RunError`.
        """
        path = folder / LEDGER
        complete, _, _ = (path.read_bytes() if path.is_file() else b"").rpartition(b"\n")
        records = []
        for number, line in enumerate(complete.splitlines(), start=1):
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
        place = self.folder / PREDICTIONS
        place.mkdir(parents=True, exist_ok=True)
        predictions.save(place / f"{record.key}.npz")
        path = self.folder / LEDGER
        # In bytes: a kill may cut a line inside a letter.
        with path.open("ab+") as file:
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
            file.write(record.model_dump_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._records[record.key] = record

    def predictions(self, record: Record) -> Predictions:
        """What a run of this ledger answered on the validation faces, read once; `RunError` if missing or damaged."""
        if record.key not in self._predictions:
            self._predictions[record.key] = Predictions.load(self.folder / PREDICTIONS / f"{record.key}.npz")
        return self._predictions[record.key]
