"""leaderboard.csv: a row a run, for spreadsheets and other programs."""

import csv
import io
from collections.abc import Sequence

from mimika.record import Record
from mimika.study.stages import Study
from mimika.study.study import StageOutcome
from mimika.training.fit import check_fit

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


def leaderboard(study: Study, outcomes: Sequence[StageOutcome], records: Sequence[Record]) -> str:
    """The runs of a ledger as CSV text, the study's in its order, then any others, whose stage stays empty.

    A network that is a candidate in several stages stands in the first. Shares run from 0 to 1, times are seconds.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for stage, name, record in staged_runs(study, outcomes, records):
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
                check_fit(record).verdict,
                record.recipe.fingerprint,
                record.machine.commit or "",
                record.machine.device,
            ]
        )
    return text.getvalue()


def staged_runs(
    study: Study, outcomes: Sequence[StageOutcome], records: Sequence[Record]
) -> list[tuple[str, str, Record]]:
    """Each run once as (stage, network, record), in the order of the study; runs outside it last, without a stage."""
    left = {record.key: record for record in records}
    found = []
    for outcome in outcomes:
        for name, recipe in outcome.stage.recipes(outcome.base, study.recipe).items():
            for record in list(left.values()):
                if record.recipe.fingerprint == recipe.changed({"seed": record.recipe.seed}).fingerprint:
                    found.append((outcome.stage.name, name, left.pop(record.key)))
    return found + [("", record.name, record) for record in left.values()]
