import json
import logging
import math
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import which
from threading import Thread
from types import SimpleNamespace

import pytest

from mimika.emotions import EMOTIONS
from mimika.metrics import confusion
from mimika.recipe import Recipe
from mimika.record import Predictions, Record, Views
from mimika.training import tracking
from mimika.training.fit import check_fit
from mimika.training.offline import OfflineRun, mark_of, offline_files
from mimika.training.tracking import Mirror, Tracking
from mimika.training.train import train
from mimika.training.watch import Watch
from tests.records import make_predictions, make_record
from tests.training.runs import small_faces, small_recipe
from tests.training.wandb_files import Written

pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")

TRACKING = Tracking(project="depth_experiment", group="reference", entity="nobody")


class FakeRun:
    """As much of wandb's Run as mimika uses."""

    def __init__(self, settings):
        self.settings = settings
        self.id = settings["id"]
        self.name = settings["name"]
        self.step = 0
        self.offline = settings["mode"] != "online"
        self.url = "https://wandb.example/run"
        self.rows = []
        self.summary = {}
        self.finished = False
        self.config = FakeConfig(settings["config"])

    @property
    def dir(self):
        return f"{self.settings['dir']}/files"

    def define_metric(self, name, summary):
        assert (name, summary) == ("epoch/*", "none")

    def log(self, values, step, commit):
        assert commit
        self.rows.append((step, values))
        self.step = step + 1

    def finish(self, exit_code=0):
        self.finished = True


class FakeConfig(dict):
    def update(self, values, allow_val_change):
        assert allow_val_change
        super().update(values)


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

        super().__init__(
            login=login,
            init=init,
            teardown=teardown,
            Settings=lambda **settings: settings,
            Table=lambda columns, data: {"columns": columns, "data": data},
            Image=lambda pixels: pixels,
        )


@pytest.fixture
def wandb(monkeypatch):
    def install(**how):
        fake = FakeWandb(**how)
        monkeypatch.setitem(sys.modules, "wandb", fake)
        monkeypatch.setattr("mimika.training.tracking.find_spec", lambda name: object())
        monkeypatch.setattr("mimika.training.tracking._arrived", lambda file, record: True)
        tracking._login_works.cache_clear()
        tracking._say_once.cache_clear()
        monkeypatch.delenv("WANDB_MODE", raising=False)
        return fake

    yield install
    tracking._login_works.cache_clear()
    tracking._say_once.cache_clear()


def test_a_run_is_mirrored_with_its_stage_study_name_and_recipe(wandb, tmp_path):
    fake = wandb(key=True)
    record = train(small_recipe(), small_faces(), tmp_path, tracking=TRACKING)
    (run,) = fake.runs
    assert run.settings["project"] == "depth_experiment"
    assert run.settings["entity"] == "nobody"
    assert run.settings["group"] == "reference"
    assert run.settings["name"] == "cnn3+batch_norm-seed42"
    assert run.settings["id"] == record.key
    assert run.config == {**small_recipe().model_dump(mode="json"), **record.model_dump(include={"data", "machine"})}
    assert [step for step, _ in run.rows] == [1, 2, 3]
    for (_, values), row in zip(run.rows, record.epochs, strict=True):
        assert values == {f"epoch/{name}": value for name, value in row.model_dump(exclude={"epoch"}).items()}
    assert run.summary["validation_accuracy"] == record.scores.validation_accuracy
    assert run.summary["gap"] == record.scores.gap
    assert run.finished
    assert record.tracked_at == "https://wandb.example/run"


def test_a_run_that_did_not_arrive_has_no_address(wandb, tmp_path, monkeypatch):
    def cut_off(self, exit_code=0):
        raise TimeoutError("not sent in time")

    wandb(key=True)
    monkeypatch.setattr(FakeRun, "finish", cut_off)
    record = train(small_recipe(epochs=1), small_faces(), tmp_path, tracking=TRACKING)
    assert record.tracked_at is None
    assert Record.load(tmp_path / "record.json") == record


def test_a_training_that_fails_leaves_no_run_open(wandb, tmp_path):
    class Failing(Watch):
        def batch_ended(self, epoch, faces_done, faces):
            if epoch == 2:
                raise MemoryError

    fake = wandb(key=True)
    with pytest.raises(MemoryError):
        train(small_recipe(), small_faces(), tmp_path, tracking=TRACKING, watch=Failing())
    (run,) = fake.runs
    assert run.finished
    assert run.settings["resume"] is None, "what begins anew takes the place of what W&B may have"
    train(small_recipe(), small_faces(), tmp_path, tracking=TRACKING)
    assert [run.settings["resume"] for run in fake.runs] == [None, "allow"]


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
    assert caplog.messages == ["W&B: no answer from the server (no answer); runs are mirrored offline."]


def test_a_mirror_that_breaks_is_told_once_and_the_training_ends(wandb, tmp_path, caplog, monkeypatch):
    def broken(self, values, step, commit):
        raise BrokenPipeError("the W&B process is gone")

    wandb(key=False)
    monkeypatch.setattr(FakeRun, "log", broken)
    with caplog.at_level(logging.WARNING, logger="mimika"):
        record = train(small_recipe(), small_faces(), tmp_path, tracking=TRACKING)
    assert len(record.epochs) == 3
    assert caplog.messages == [
        "W&B: the mirror of cnn3+batch_norm-seed42 ends here (the W&B process is gone); the training goes on, and its "
        "record has everything."
    ]


def test_nothing_is_mirrored_unless_asked_for(wandb, tmp_path):
    fake = wandb(key=True)
    train(small_recipe(epochs=1), small_faces(), tmp_path)
    assert fake.runs == []


def test_faces_go_with_a_run_only_where_they_may(wandb, tmp_path):
    fake, predictions = wandb(key=False), make_predictions(0.6, 100)
    record = make_record(best_epoch=2, epochs=3, faces=100, predictions=predictions)
    pixels = small_faces(validation=100).of("validation").pixels
    for shown in (False, True):
        where = TRACKING.model_copy(update={"faces": shown})
        Mirror.start(where, record.recipe, record.key, tmp_path).finish(record, predictions, pixels)
    hidden, shown = (run.summary["mistakes"] for run in fake.runs)
    assert hidden["columns"] == ["face", "label", "answer", *EMOTIONS]
    assert shown["columns"] == ["picture", *hidden["columns"]]
    assert len(shown["data"]) == 16
    for (picture, place, label, *_), row in zip(shown["data"], hidden["data"], strict=True):
        assert (picture == pixels[place]).all()
        assert row[:2] == [place, label] == [place, EMOTIONS[predictions.emotions[place]]]


def test_a_continued_run_is_mirrored_from_its_first_epoch(wandb, tmp_path):
    fake, record = wandb(key=False), make_record(best_epoch=2, epochs=4, faces=100)
    mirror = Mirror.start(TRACKING, record.recipe, record.key, tmp_path)
    mirror.catch_up(record.epochs[:3])
    mirror.catch_up(record.epochs[:3])
    mirror.log_epoch(record.epochs[3])
    assert [step for step, _ in fake.runs[0].rows] == [1, 2, 3, 4]


@pytest.fixture
def result():
    """A record whose last epoch is not its best and whose first has diverged, and its predictions."""
    predictions = make_predictions(0.6, 300)
    record = make_record("cnn3", 0.6, 0.9, best_epoch=2, epochs=4, faces=300, predictions=predictions)
    first = record.epochs[0].model_copy(update={"train_loss": math.nan, "gradient_norm": math.inf})
    scores = record.scores.model_copy(update={"flipped": Views(accuracy=0.61, accuracy_without_twins=0.59)})
    return record.model_copy(update={"epochs": (first, *record.epochs[1:]), "scores": scores}), predictions


def told(caplog):
    """What mimika has said; W&B logs much of its own."""
    return [record.getMessage() for record in caplog.records if record.name == "mimika"]


def begin(record, folder, **where):
    return Mirror.start(Tracking(project="depth_experiment", **where), record.recipe, record.key, folder)


@pytest.mark.usefixtures("fresh_wandb")
def test_what_w_and_b_wrote_offline_is_the_record_number_by_number(tmp_path, caplog):
    record = train(small_recipe(), small_faces(), tmp_path / "run", tracking=TRACKING)
    assert told(caplog) == []
    assert record.tracked_at is None
    (file,) = offline_files(tmp_path / "run", record.key)
    written = Written(file)
    assert (written.run.run_id, written.run.project, written.run.run_group, written.run.display_name, written.exit) == (
        record.key,
        "depth_experiment",
        "reference",
        "cnn3+batch_norm-seed42",
        0,
    )
    ours = json.loads(record.model_dump_json())
    leaves = dict(flat_numbers(ours))
    epochs = {name: value for name, value in leaves.items() if name.startswith("epochs.")}
    assert len(epochs) == 3 * 9
    for name, value in epochs.items():
        _, position, field = name.split(".")
        row = written.rows[int(position) + 1]
        assert row["_step" if field == "epoch" else f"epoch/{field}"] == value
    rest = {name: value for name, value in leaves.items() if name not in epochs}
    mirrored = written.summary | written.config
    places = {name.removeprefix("scores.").removeprefix("recipe."): value for name, value in rest.items()}
    assert len(places) == len(rest) > 60
    assert {name: mirrored.get(name) for name in places} == places
    assert written.summary["gap"] == record.scores.gap
    fit = check_fit(record)
    assert [written.summary[f"fit.{part}"] for part in ("verdict", "evidence")] == [fit.verdict, fit.evidence]
    predictions = Predictions.load(tmp_path / "run" / "predictions.npz")
    counts = confusion(predictions.emotions, predictions.probabilities.argmax(axis=1)).tolist()
    assert table(file, written, "confusion") == {
        "columns": ["label", *EMOTIONS],
        "data": [[label, *row] for label, row in zip(EMOTIONS, counts, strict=True)],
    }
    mistakes = table(file, written, "mistakes")
    assert mistakes["columns"] == ["face", "label", "answer", *EMOTIONS]
    assert [row[0] for row in mistakes["data"]] == predictions.surest_mistakes[:16].tolist()
    assert mistakes["data"][0][3:] == predictions.probabilities[mistakes["data"][0][0]].astype(float).tolist()


def flat_numbers(tree, name=""):
    """Every number of a JSON tree by its dotted name; a null or a text is none."""
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for part, value in parts:
        yield from flat_numbers(value, f"{name}.{part}" if name else str(part))
    if isinstance(tree, (int, float)):
        yield name, tree


def table(file, written, name):
    return json.loads((file.parent / "files" / written.summary[f"{name}.path"]).read_text())


@pytest.mark.usefixtures("fresh_wandb")
def test_an_offline_run_is_held_against_its_record(tmp_path, result, caplog):
    record, predictions = result
    mirror = begin(record, tmp_path, page="study/page.html")
    mirror.catch_up(record.epochs)
    assert mirror.finish(record, predictions)
    assert told(caplog) == []
    (file,) = offline_files(tmp_path, record.key)
    written = Written(file)
    assert written.summary["page"] == "study/page.html"
    assert written.summary["validation_accuracy"] == 0.6
    assert written.summary["flipped.accuracy"] == 0.61
    assert [name for name in written.summary if name.startswith("epoch/")] == []
    assert math.isnan(written.rows[1]["epoch/train_loss"])
    assert written.rows[1]["epoch/gradient_norm"] == math.inf
    assert OfflineRun.read(file).holds(record)
    found = OfflineRun.read(file)
    neutral = [name for name, value in Recipe().model_dump().items() if value == 0 and name in found.config]
    assert {"mixup", "warmup"} <= set(neutral)
    earlier = replace(found, config={name: value for name, value in found.config.items() if name not in neutral})
    assert earlier.holds(record), "fields that an earlier version did not have are at their defaults"
    warmed = record.model_copy(update={"recipe": record.recipe.changed({"warmup": 0.1})})
    assert not replace(earlier, key=warmed.key).holds(warmed)
    for other in {"seconds": 1.0}, {"best_epoch": 3}, {"parameters": 1}:
        assert not OfflineRun.read(file).holds(record.model_copy(update=other))
    late = record.epochs[-1].model_copy(update={"epoch": 5})
    assert not OfflineRun.read(file).holds(record.model_copy(update={"epochs": (*record.epochs, late)}))
    cut = tmp_path / "cut.wandb"
    cut.write_bytes(file.read_bytes()[:-60])
    assert not OfflineRun.read(cut).holds(record)
    cut.write_bytes(b"")
    assert not OfflineRun.read(cut).holds(record)
    assert OfflineRun.read(tmp_path / "none.wandb") is None


@pytest.mark.usefixtures("fresh_wandb")
def test_tables_and_faces_wait_beside_the_run_and_not_in_the_users_home(tmp_path, result, monkeypatch):
    record, predictions = result
    monkeypatch.setenv("WANDB_DATA_DIR", "the user's own")
    mirror = begin(record, tmp_path / "study", faces=True)
    mirror.catch_up(record.epochs)
    assert mirror.finish(record, predictions, small_faces(validation=300).of("validation").pixels)
    assert os.environ["WANDB_DATA_DIR"] == "the user's own"
    (file,) = offline_files(tmp_path / "study", record.key)
    found = OfflineRun.read(file)
    assert {path.parent for path in found.staged} == {file.parent / "artifacts" / "staging"}
    faces = [path for path in found.staged if path.read_bytes().startswith(b"\x89PNG")]
    assert len(faces) == 16
    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file() and path.suffix != ".log"] == []
    faces[0].unlink()
    assert not OfflineRun.read(file).holds(record)
    mark_of(file).touch()
    assert OfflineRun.read(file).holds(record), "what was sent waits no more"


@pytest.mark.usefixtures("fresh_wandb")
def test_w_and_bs_process_killed_costs_the_mirror_and_the_next_run_has_a_new_one(tmp_path, result, caplog):
    record, predictions = result
    mirror = begin(record, tmp_path)
    mirror.log_epoch(record.epochs[0])
    for process in children_of(os.getpid()):
        os.kill(process, signal.SIGKILL)
    time.sleep(0.3)
    for row in record.epochs[1:]:
        mirror.log_epoch(row)
    assert not mirror.finish(record, predictions)
    assert told(caplog) == [
        "W&B: the mirror of cnn3-seed42 ends here (Connection lost); the training goes on, and its record has "
        "everything."
    ]
    mirror = begin(record, tmp_path / "next")
    mirror.catch_up(record.epochs)
    assert mirror.finish(record, predictions)
    assert len(told(caplog)) == 1


def children_of(process):
    """The processes called wandb-core that a process has started."""
    told = subprocess.run(
        ["ps", "-o", "pid=,comm=", "--ppid", str(process)], capture_output=True, text=True, check=True
    )
    found = [int(line.split()[0]) for line in told.stdout.splitlines() if "wandb-core" in line]
    assert found
    return found


@pytest.mark.usefixtures("fresh_wandb")
def test_a_folder_that_cannot_be_written_is_told_once(tmp_path, result, caplog):
    record, predictions = result
    (tmp_path / "wandb").write_text("a file where W&B wants its folder")
    mirror = begin(record, tmp_path)
    mirror.catch_up(record.epochs)
    assert not mirror.finish(record, predictions)
    (message,) = told(caplog)
    assert message.startswith(
        f"W&B: cnn3-seed42 is not mirrored ([Errno 20] Not a directory: '{tmp_path}/wandb/offline-"
    )
    assert message.endswith("); its record has everything.")


@pytest.mark.usefixtures("fresh_wandb")
def test_what_did_not_reach_the_disk_is_told(tmp_path, result, caplog, monkeypatch):
    monkeypatch.setattr(tracking, "_SECONDS_BETWEEN_LOOKS", 0)
    monkeypatch.setattr(tracking, "_LOOKS", 1)
    record, predictions = result
    mirror = begin(record, tmp_path)
    mirror.catch_up(record.epochs[1:])
    assert not mirror.finish(record, predictions)
    (file,) = offline_files(tmp_path, record.key)
    assert told(caplog) == [f"W&B: {file} is incomplete, the disk may be full; the run's record has everything."]


@pytest.mark.usefixtures("fresh_wandb")
def test_a_key_of_the_wrong_form_is_told_once_and_runs_are_offline(tmp_path, result, caplog, monkeypatch):
    monkeypatch.setenv("WANDB_API_KEY", "short")
    record, _ = result
    for folder in ("one", "two"):
        mirror = begin(record, tmp_path / folder)
        assert mirror.address is None
        mirror.abandon()
        assert len(offline_files(tmp_path / folder, record.key)) == 1
    assert told(caplog) == [
        "W&B: the login does not work (WANDB_API_KEY invalid: API key must have 40+ characters, has 5); runs are "
        "mirrored offline."
    ]


@pytest.mark.usefixtures("fresh_wandb")
def test_without_a_network_that_is_told_once_and_runs_are_offline(tmp_path, result, caplog, monkeypatch):
    monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("WANDB_HTTP_TIMEOUT", "1")
    record, predictions = result
    mirror = begin(record, tmp_path)
    mirror.catch_up(record.epochs)
    assert mirror.finish(record, predictions)
    (message,) = told(caplog)
    assert message.startswith("W&B: the login does not work (Failed to authenticate with http://127.0.0.1:9: ")
    assert message.endswith("); runs are mirrored offline.")


class Refusing(BaseHTTPRequestHandler):
    """Answers as W&B's server does to a key that it does not take, or no longer."""

    def do_POST(self):
        answer = b'{"errors": [{"message": "the key has expired"}]}'
        self.send_response(401)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.mark.usefixtures("fresh_wandb")
def test_an_expired_key_is_told_once_and_the_training_ends_with_its_record(tmp_path, caplog, monkeypatch):
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
        monkeypatch.setenv("WANDB_BASE_URL", address)
        record = train(small_recipe(epochs=1), small_faces(), tmp_path, tracking=TRACKING)
        server.shutdown()
    assert Record.load(tmp_path / "record.json") == record
    assert len(offline_files(tmp_path, record.key)) == 1
    assert told(caplog) == [
        f"W&B: the login does not work (Failed to authenticate with {address}: the key has expired); runs are mirrored "
        "offline."
    ]


OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount"]

ON_A_SMALL_DISK = """
import sys
from contextlib import suppress
from pathlib import Path

from mimika.training.tracking import Tracking
from mimika.training.train import train
from mimika.training.watch import Watch
from tests.training.runs import small_faces, small_recipe


class Filling(Watch):
    def epoch_ended(self, row, best_accuracy):
        with (disk / "other").open("ab", buffering=0) as other, suppress(OSError):
            while True:
                other.write(bytes(4096))


disk, out = map(Path, sys.argv[1:])
train(small_recipe(), small_faces(), out, tracking=Tracking(project="depth", folder=disk), watch=Filling())
"""


@pytest.mark.skipif(
    which("unshare") is None or subprocess.run([*OWN_MOUNTS, "true"], capture_output=True, check=False).returncode != 0,
    reason="nobody but root may mount a small disk here",
)
@pytest.mark.usefixtures("fresh_wandb")
def test_a_disk_that_is_full_is_told_once_and_the_training_ends_with_its_record(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    script = 'mount -t tmpfs -o size=512k small "$2" && exec "$0" -c "$1" "$2" "$3"'
    command = [*OWN_MOUNTS, "sh", "-c", script, sys.executable, ON_A_SMALL_DISK, str(disk), str(tmp_path / "run")]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert len(Record.load(tmp_path / "run" / "record.json").epochs) == 3
    (line,) = done.stderr.splitlines()
    assert line.startswith("W&B: the mirror of cnn3+batch_norm-seed42 ends here ([Errno 28] No space left on device")
    assert line.endswith("); the training goes on, and its record has everything.")


def test_w_and_b_is_imported_only_where_a_run_is_mirrored():
    code = (
        "import sys; from pathlib import Path; import mimika.report.mirror; from mimika.recipe import Recipe; "
        "from mimika.training.tracking import Mirror; Mirror.start(None, Recipe(), 'key', Path()).abandon(); "
        "print([name for name in sys.modules if name.partition('.')[0] in ('wandb', 'wandb_workspaces')])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
