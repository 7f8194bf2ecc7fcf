"""Studies that several tests read, written and reported once."""

import pytest

from mimika.report import write_report
from mimika.study.ledger import Ledger
from mimika.study.study import RUNS, run_folder
from tests.report.studies import sealed_result, write_study

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x05\xa0\x00\x00\x05\xa0"
"""As much of a picture, 1,440 pixels wide, as the page looks at."""


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A finished study of FER2013's size, its test split opened, its page with faces."""
    folder = write_study(
        tmp_path_factory.mktemp("studies") / "reference",
        changes={"cnn3": {"tracked_at": "https://wandb.ai/me/depth/runs/1"}},
    )
    chosen = next(record for record in Ledger.open(folder).records if record.name == "cnn5+batch_norm+skip")
    runs = folder / RUNS / run_folder(chosen.recipe)
    runs.mkdir(parents=True)
    (runs / "mistakes.png").write_bytes(PNG)
    (folder / "final.json").write_text(sealed_result(chosen).model_dump_json(), encoding="utf-8")
    write_report(folder)
    return folder


@pytest.fixture(scope="session")
def unfinished(tmp_path_factory):
    """A study of another data set, of which a run of the second stage and all others of the third are missing."""
    leave_out = (
        "cnn5+augmentation",
        *(f"cnn5+batch_norm{part}" for part in ("+attention", "+skip", "+attention+skip")),
    )
    folder = write_study(tmp_path_factory.mktemp("studies") / "part", faces=400, train=3200, leave_out=leave_out)
    write_report(folder)
    return folder
