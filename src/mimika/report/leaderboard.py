"""leaderboard.csv: one row per run, for spreadsheets and other programs."""

import csv
import io
from collections.abc import Sequence

from mimika.record import Record
from mimika.training.fit import verdict_of

COLUMNS = (
    "network",
    "stage",
    "seed",
    "train_faces",
    "validation_faces",
    "data_checksum",
    "validation_accuracy",
    "validation_accuracy_without_twins",
    "train_accuracy",
    "gap",
    "macro_f1",
    "calibration_error",
    "best_epoch",
    "epochs",
    "parameters",
    "multiply_adds",
    "seconds",
    "verdict",
    "fingerprint",
    "commit",
    "device",
)


def leaderboard(runs: Sequence[tuple[str, str, Record]]) -> str:
    """Runs with their stages and networks, as `Findings.runs` gives them, as CSV text.

    Shares run from 0 to 1, times are seconds.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for stage, name, record in runs:
        scores = record.scores
        writer.writerow(
            [
                name,
                stage,
                record.recipe.seed,
                record.data.train,
                record.data.validation,
                record.data.checksum,
                f"{scores.validation_accuracy:.6f}",
                f"{scores.validation_accuracy_without_twins:.6f}",
                f"{scores.train_accuracy:.6f}",
                f"{scores.gap:.6f}",
                f"{scores.macro_f1:.6f}",
                f"{scores.calibration_error:.6f}",
                record.best_epoch,
                len(record.epochs),
                record.parameters,
                record.multiply_adds,
                f"{record.seconds:.1f}",
                verdict_of(record),
                record.recipe.fingerprint,
                record.machine.commit or "",
                record.machine.device,
            ]
        )
    return text.getvalue()
