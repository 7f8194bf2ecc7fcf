import logging
import sys
import time
from types import SimpleNamespace

import pytest

from mimika.training.tracking import Mirror, Tracking
from mimika.training.train import train
from tests.training.runs import small_faces, small_recipe

TRACKING = Tracking(project="depth_experiment", group="reference", entity="nobody")


class FakeRun:
    """As much of wandb's Run as mimika uses."""

    def __init__(self, settings):
        self.settings = settings
        self.offline = settings["mode"] != "online"
        self.url = "https://wandb.example/run"
        self.rows = []
        self.summary = {}
        self.finished = False

    def log(self, values, step):
        self.rows.append((step, values))

    def finish(self, exit_code=0):
        self.finished = True


class FakeWandb(SimpleNamespace):
    """wandb with a login or without, and with a server that answers or does not."""

    def __init__(self, *, key, server=True):
        self.runs, self.torn_down = [], False

        def login(prompt):
            assert prompt is False
            return key

        def init(**settings):
            if settings["mode"] == "online" and not server:
                raise TimeoutError("no answer")
            self.runs.append(FakeRun(settings))
            return self.runs[-1]

        def teardown():
            self.torn_down = True

        super().__init__(login=login, init=init, teardown=teardown, Settings=lambda **settings: settings)


@pytest.fixture
def wandb(monkeypatch):
    def install(**how):
        fake = FakeWandb(**how)
        monkeypatch.setitem(sys.modules, "wandb", fake)
        monkeypatch.setattr("mimika.training.tracking.find_spec", lambda name: object())
        monkeypatch.delenv("WANDB_MODE", raising=False)
        return fake

    return install


def test_a_run_is_mirrored_with_its_stage_study_name_and_recipe(wandb, tmp_path):
    fake = wandb(key=True)
    record = train(small_recipe(), small_faces(), tmp_path, tracking=TRACKING)
    (run,) = fake.runs
    assert run.settings["project"] == "depth_experiment"
    assert run.settings["entity"] == "nobody"
    assert run.settings["group"] == "reference"
    assert run.settings["name"] == "cnn3+batch_norm-seed42"
    assert run.settings["id"] == record.key
    assert run.settings["config"] == small_recipe().model_dump(mode="json")
    assert [step for step, _ in run.rows] == [1, 2, 3]
    for (_, values), row in zip(run.rows, record.epochs, strict=True):
        assert values == row.model_dump(exclude={"epoch"})
    assert run.summary["validation_accuracy"] == record.scores.validation_accuracy
    assert run.summary["gap"] == record.scores.gap
    assert run.finished
    assert record.tracked_at == "https://wandb.example/run"


def test_without_a_login_a_run_is_offline_in_its_own_folder(wandb, tmp_path):
    fake = wandb(key=False)
    mirror = Mirror.start(TRACKING, small_recipe(), "key", tmp_path)
    assert fake.runs[0].settings["mode"] == "offline"
    assert fake.runs[0].settings["dir"] == tmp_path
    assert mirror.address is None


def test_a_server_that_does_not_answer_costs_the_mirror_its_place_and_not_the_run(wandb, tmp_path, caplog):
    fake = wandb(key=True, server=False)
    mirror = Mirror.start(TRACKING, small_recipe(), "key", tmp_path)
    assert fake.torn_down
    assert fake.runs[0].settings["mode"] == "offline"
    assert mirror.address is None
    assert caplog.messages == ["W&B: no answer from the server; this run is mirrored offline, into its folder."]


def test_a_mirror_that_breaks_is_told_once_and_the_training_ends(wandb, tmp_path, caplog, monkeypatch):
    def broken(self, values, step):
        raise BrokenPipeError("the W&B process is gone")

    wandb(key=False)
    monkeypatch.setattr(FakeRun, "log", broken)
    with caplog.at_level(logging.WARNING, logger="mimika"):
        record = train(small_recipe(), small_faces(), tmp_path, tracking=TRACKING)
    assert len(record.epochs) == 3
    assert caplog.messages == ["W&B: mirroring stopped (the W&B process is gone); the ledger has everything."]


def test_nothing_is_mirrored_unless_asked_for(wandb, tmp_path):
    fake = wandb(key=True)
    train(small_recipe(epochs=1), small_faces(), tmp_path)
    assert fake.runs == []


def test_the_real_wandb_writes_an_offline_run_without_asking(tmp_path, monkeypatch, caplog):
    pytest.importorskip("wandb")
    for name in ("WANDB_API_KEY", "WANDB_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    record = train(small_recipe(epochs=1), small_faces(), tmp_path / "run", tracking=TRACKING)
    assert caplog.messages == []
    (offline,) = (tmp_path / "run" / "wandb").glob("offline-run-*")
    assert offline.name.endswith(record.key)
    (data,) = offline.glob("*.wandb")
    # finish() returns before W&B's own process has written the last of it.
    for _ in range(100):
        if data.stat().st_size > 1000:
            break
        time.sleep(0.1)
    assert data.stat().st_size > 1000
    assert record.tracked_at is None
