"""leaderboard.csv: one row per run, for spreadsheets and other programs."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from mimika.metrics import wilson_interval
from mimika.record import Record
from mimika.training.fit import verdict_of

COLUMNS: Final[Mapping[str, Callable[[Record], object]]] = {
    "seed": lambda run: run.recipe.seed,
    "train_faces": lambda run: run.data.train,
    "validation_faces": lambda run: run.data.validation,
    "data_checksum": lambda run: run.data.checksum,
    "validation_accuracy": lambda run: f"{run.scores.validation_accuracy:.6f}",
    "interval_low": lambda run: f"{_interval(run)[0]:.6f}",
    "interval_high": lambda run: f"{_interval(run)[1]:.6f}",
    "validation_accuracy_without_twins": lambda run: f"{run.scores.validation_accuracy_without_twins:.6f}",
    "train_accuracy": lambda run: f"{run.scores.train_accuracy:.6f}",
    "gap": lambda run: f"{run.scores.gap:.6f}",
    "macro_f1": lambda run: f"{run.scores.macro_f1:.6f}",
    "calibration_error": lambda run: f"{run.scores.calibration_error:.6f}",
    "best_epoch": lambda run: run.best_epoch,
    "epochs": lambda run: len(run.epochs),
    "parameters": lambda run: run.parameters,
    "multiply_adds": lambda run: run.multiply_adds,
    "seconds": lambda run: f"{run.seconds:.1f}",
    "verdict": verdict_of,
    "fingerprint": lambda run: run.recipe.fingerprint,
    "commit": lambda run: run.machine.commit or "",
    "device": lambda run: run.machine.device,
}
"""What stands behind network and stage."""


def _interval(run: Record) -> tuple[float, float]:
    return wilson_interval(run.scores.validation_accuracy, run.data.validation)


def leaderboard(runs: Sequence[tuple[str, str, Record]]) -> str:
    """Runs with their stages and networks, as `Findings.runs` gives them, as CSV text.

    Shares run from 0 to 1, times are seconds; the interval is that of the validation accuracy, 95 %.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["network", "stage", *COLUMNS])
    for stage, name, run in runs:
        writer.writerow([name, stage, *(value(run) for value in COLUMNS.values())])
    return text.getvalue()
