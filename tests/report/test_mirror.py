import json
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from mimika.errors import RunError
from mimika.report import mirror as mirroring
from mimika.report.mirror import look, mirror_study
from mimika.study.ledger import Ledger
from mimika.training.offline import mark_of, offline_files
from tests.report.studies import FIGURES, write_study
from tests.training.conftest import fresh_wandb  # noqa: F401  # a fixture
from tests.training.wandb_files import Written

pytestmark = [
    pytest.mark.usefixtures("fresh_wandb"),
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """A study of which two networks of the first stage are finished, none of them mirrored; one has diverged."""
    leave_out = [name for name in FIGURES if name not in {"cnn1", "cnn7"}]
    return write_study(tmp_path_factory.mktemp("studies") / "part", faces=300, leave_out=leave_out)


@pytest.fixture
def study(ledger, tmp_path):
    return Path(shutil.copytree(ledger, tmp_path / "study"))


@pytest.fixture
def server(monkeypatch):
    """A login, and a sync that arrives as W&B's own does: with a mark beside the file. Keeps what it was asked to send.

    There is no server to test with.
    """
    commands = []

    def run(command, **_):
        if "sync" not in command:
            return ask(command, **_)
        commands.append(command[1:])
        for file in command[command.index("sync") + 1 :]:
            if file.endswith(".wandb"):
                mark_of(Path(file)).touch()
        return subprocess.CompletedProcess(command, 0, stdout="")

    ask = mirroring.subprocess.run
    monkeypatch.setattr(mirroring, "has_login", lambda: True)
    monkeypatch.setattr(mirroring.subprocess, "run", run)
    return commands


def files_of(study):
    return [offline_files(study, record.key)[0] for record in Ledger.open(study).records]


def test_without_a_login_what_was_never_logged_is_written_offline(study):
    told = []
    done = mirror_study(study, tell=told.append)
    assert told == ["cnn1, seed 42: written from the ledger", "cnn7, seed 42: written from the ledger"]
    assert done.lines() == [
        "2 runs in the ledger: 0 in W&B, 2 offline (2 written from the ledger).",
        f"Without a login nothing is sent. To send 2 runs: `wandb login`, then `mimika study mirror {study}`.",
    ]
    for record, file in zip(Ledger.open(study).records, files_of(study), strict=True):
        written = Written(file)
        assert (written.run.project, written.run.run_group, written.run.run_id) == (
            "depth_experiment",
            "reference",
            record.key,
        )
        assert written.summary["validation_accuracy"] == record.scores.validation_accuracy
        assert written.summary["page"] == "study/page.html"
        assert sorted(written.rows) == [row.epoch for row in record.epochs]


def test_a_second_call_finds_everything_in_its_place_and_sends_it_once_there_is_a_login(study, server, monkeypatch):
    monkeypatch.setattr(mirroring, "has_login", lambda: False)
    mirror_study(study)
    before = files_of(study)
    assert mirror_study(study).written == 0
    assert [run.place for run in look(study).runs] == ["offline", "offline"]
    monkeypatch.setattr(mirroring, "has_login", lambda: True)
    told = []
    assert mirror_study(study, entity="us", tell=told.append).lines() == [
        "2 runs in the ledger: 2 in W&B, 0 offline (2 sent)."
    ]
    assert told == ["Sending 2 runs to W&B"]
    assert server == [["-m", "wandb", "sync", "--entity", "us", *map(str, before)]]
    for _ in range(2):
        assert mirror_study(study).lines() == ["2 runs in the ledger: 2 in W&B, 0 offline."]
    assert len(server) == 1
    assert files_of(study) == before
    notes = json.loads((study / "mirror.json").read_text())["runs"]
    ended = {record.key: record.finished for record in Ledger.open(study).records}
    assert [datetime.fromisoformat(note.pop("finished")) for note in notes.values()] == [*ended.values()]
    assert notes == {file.stem.removeprefix("run-"): {"file": str(file.relative_to(study))} for file in before}
    # What was sent stays known, without its files and W&B's mark.
    shutil.rmtree(study / "wandb")
    assert [run.place for run in look(study).runs] == ["online", "online"]


def test_a_run_that_was_cut_off_is_written_again_and_its_file_is_passed_over(study, server):
    first, second = Ledger.open(study).records
    mirroring._write(mirroring.Findings.load(study), look(study).runs[0], None)
    (whole,) = offline_files(study, first.key)
    home = study / "runs" / mirroring.run_folder(second.recipe)
    cut = home / "wandb" / f"offline-run-20260101_000000-{second.key}" / f"run-{second.key}.wandb"
    cut.parent.mkdir(parents=True)
    cut.write_bytes(whole.read_bytes()[:800])
    assert [run.place for run in look(study).runs] == ["offline", "not mirrored"]
    done = mirror_study(study)
    assert (done.written, done.sent) == (1, 2)
    assert server == [["-m", "wandb", "sync", str(whole), str(offline_files(study, second.key)[0])]]
    assert mark_of(cut).exists()


def test_a_study_that_was_moved_before_it_was_sent_is_written_again_with_its_tables(study, server, monkeypatch):
    monkeypatch.setattr(mirroring, "has_login", lambda: False)
    mirror_study(study)
    before = files_of(study)
    moved = study.rename(study.with_name("moved"))
    assert [run.place for run in look(moved).runs] == ["not mirrored", "not mirrored"]
    monkeypatch.setattr(mirroring, "has_login", lambda: True)
    done = mirror_study(moved)
    assert (done.written, done.sent) == (2, 2)
    assert server == [["-m", "wandb", "sync", *map(str, files_of(moved))]]
    for file in before:
        assert mark_of(moved / file.relative_to(study)).exists()


def test_a_run_that_was_trained_anew_is_sent_anew(study, server):
    mirror_study(study)
    assert [run.place for run in look(study).runs] == ["online", "online"]
    ledger = study / "ledger.jsonl"
    first, second = ledger.read_text().splitlines()
    again = json.loads(first)
    again["finished"] = "2031-01-01T00:00:00Z"
    again["scores"]["macro_f1"] += 0.01
    ledger.write_text("\n".join([json.dumps(again), second, ""]))
    assert [run.place for run in look(study).runs] == ["not mirrored", "online"]
    done = mirror_study(study)
    assert (done.written, done.sent) == (1, 1)
    assert [run.place for run in look(study).runs] == ["online", "online"]
    assert len(server) == 2


def test_what_is_not_sent_is_told_with_the_reason_and_tried_again(study, monkeypatch):
    def send_one(command, **how):
        if "sync" not in command:
            return ask(command, **how)
        mark_of(Path(command[4])).touch()
        return subprocess.CompletedProcess(command, 1, stdout="Syncing\nwandb: ERROR permission denied\n\n")

    ask = subprocess.run
    monkeypatch.setattr(mirroring, "has_login", lambda: True)
    monkeypatch.setattr(mirroring.subprocess, "run", send_one)
    assert mirror_study(study).lines() == [
        "2 runs in the ledger: 1 in W&B, 1 offline (2 written from the ledger, 1 sent).",
        "1 run could not be sent (W&B: ERROR permission denied); the same command tries again.",
    ]
    assert [run.place for run in look(study).runs] == ["online", "offline"]


def test_what_cannot_be_written_is_told(study, caplog):
    (study / "wandb").write_text("a file where W&B wants its folder")
    assert mirror_study(study).lines() == [
        "2 runs in the ledger: 0 in W&B, 0 offline, 2 not mirrored.",
        f"2 runs could not be written below {study}: see the warnings.",
    ]
    assert [record.name for record in caplog.records if record.levelname == "WARNING"].count("mimika") == 2


def test_runs_logged_online_and_damaged_notes(study, tmp_path):
    leave_out = [name for name in FIGURES if name != "cnn3"]
    address = "https://wandb.ai/me/depth_experiment/runs/1"
    online = write_study(tmp_path / "online", faces=300, leave_out=leave_out, changes={"cnn3": {"tracked_at": address}})
    assert [run.to_row(online)["address"] for run in look(online).runs] == [address]
    assert mirror_study(online).lines() == ["1 run in the ledger: 1 in W&B, 0 offline."]
    empty = write_study(tmp_path / "empty", faces=300, leave_out=list(FIGURES))
    assert mirror_study(empty).lines() == ["No run of this study is finished yet: there is nothing to mirror."]
    (study / "mirror.json").write_text('{"runs": 1}')
    with pytest.raises(RunError) as mistake:
        look(study)
    assert str(mistake.value) == (
        f"{study}/mirror.json: damaged (runs: should be an object (found 1)). Remove it to have every run looked at "
        "again."
    )
