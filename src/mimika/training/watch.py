"""Who wants to see a training while it runs."""

from mimika.recipe import Recipe
from mimika.record import EpochRow, Record


class Watch:
    """Told about a run as it goes; this one says nothing, and the command line's draws bars."""

    def run_started(self, recipe: Recipe, epoch: int) -> None:
        """A run begins, or continues, with this epoch (from 1)."""

    def batch_ended(self, epoch: int, faces_done: int, faces: int) -> None:
        """So many of the epoch's faces have been learned from."""

    def epoch_ended(self, row: EpochRow, best: float) -> None:
        """An epoch and its validation are over; `best` is the highest validation accuracy so far."""

    def run_ended(self, record: Record) -> None:
        """The run is finished and recorded."""
