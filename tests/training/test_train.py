import csv
import errno
import math
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from mimika.data.sources.form import Found
from mimika.data.store import save
from mimika.errors import RecipeError, RunError, SplitMissing
from mimika.record import EpochRow, Predictions, Record
from mimika.training.course import Course
from mimika.training.fit import Verdict, check_fit
from mimika.training.settings import threads_for
from mimika.training.train import train
from mimika.training.watch import Watch
from tests.training.runs import small_faces, small_recipe

# Everything at once that has a state of its own: momentum, schedule, averaged weights, augmentation, dropout.
EVERYTHING = {
    "optimizer": "muon",
    "schedule": "cosine",
    "warmup": 0.2,
    "ema_decay": 0.9,
    "label_smoothing": 0.1,
    "augmentation": {"erasing": 0.5, "brightness": 0.1, "contrast": 0.1},
}


def full_recipe():
    return small_recipe("cnn3+batch_norm+dropout+augmentation", **EVERYTHING)


RESIDUAL = {
    "architecture": {"stem": 8, "stages": [16, 24], "dropout": 0.2},
    "sizes": [[24, 0.5], [48, 0.5]],
    "keep": "last",
    "patience": 0,
    "optimizer": "sgd",
    "ema_every": 2,
    "mixup": 0.4,
    "precision": "bf16-mixed",
}


def shipped_recipe():
    """As those of the networks that are shipped: residual, at growing sizes, in bf16, its last weights averaged."""
    return small_recipe(**EVERYTHING).changed(RESIDUAL)


KILLED = """
import os, signal, sys
from pathlib import Path
from mimika.training.fit import Verdict, check_fit
from mimika.training.train import train
from mimika.training.watch import Watch
from tests.training.runs import small_faces
from tests.training.test_train import full_recipe, shipped_recipe

class Killer(Watch):
    def batch_ended(self, epoch, faces_done, faces):
        if epoch == 2 and faces_done > faces / 2:
            os.kill(os.getpid(), signal.SIGKILL)

train({recipe}(), small_faces(), Path(sys.argv[1]), watch=Killer())
"""


class Notes(Watch):
    def __init__(self) -> None:
        self.started: list[int] = []
        self.epochs: list[int] = []

    def run_started(self, recipe, epoch):
        self.started.append(epoch)

    def epoch_ended(self, row, best):
        self.epochs.append(row.epoch)


class Stop(Watch):
    """Presses Ctrl-C in the second epoch."""

    def batch_ended(self, epoch, faces_done, faces):
        if epoch == 2:
            raise KeyboardInterrupt


def without_time(rows: tuple[EpochRow, ...]) -> list[dict]:
    return [row.model_dump(exclude={"seconds", "faces_per_second"}) for row in rows]


def same_result(one: Path, other: Path) -> bool:
    first, second = Record.load(one / "record.json"), Record.load(other / "record.json")
    assert without_time(first.epochs) == without_time(second.epochs)
    assert first.scores == second.scores
    assert first.gradient_norms == second.gradient_norms
    for name in ("best.safetensors", "last.safetensors", "predictions.npz"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    return True


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that nothing disturbed."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    train(full_recipe(), small_faces(), out)
    return out


def test_a_run_leaves_everything_a_person_looks_for(whole):
    assert sorted(path.name for path in whole.glob("[!.]*")) == [
        "best.json",
        "best.safetensors",
        "confusion.png",
        "curves.png",
        "last.json",
        "last.safetensors",
        "metrics.csv",
        "mistakes.png",
        "predictions.npz",
        "recipe.json",
        "record.json",
    ]


def test_the_record_says_what_was_run_on_what_and_where(whole):
    record = Record.load(whole / "record.json")
    assert record.recipe == full_recipe()
    assert (record.data.train, record.data.validation, record.data.validation_twins) == (160, 40, 5)
    assert record.data.checksum == small_faces().checksum
    assert record.data.description == "noise"
    assert record.machine.threads == 1
    assert record.machine.precision == "32-true"
    assert set(record.machine.versions) == {"mimika", "torch", "lightning", "numpy"}
    assert record.seconds == pytest.approx(sum(row.seconds for row in record.epochs))


def test_metrics_csv_has_a_row_an_epoch_with_the_records_figures(whole):
    with (whole / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    record = Record.load(whole / "record.json")
    assert [int(row["epoch"]) for row in rows] == [1, 2, 3]
    for row, epoch in zip(rows, record.epochs, strict=True):
        assert list(row) == list(EpochRow.model_fields)
        assert float(row["validation_loss"]) == pytest.approx(epoch.validation_loss, rel=1e-5)


def test_the_scores_are_those_of_the_saved_probabilities(whole):
    record, predictions = Record.load(whole / "record.json"), Predictions.load(whole / "predictions.npz")
    kept = max(record.epochs, key=lambda row: row.validation_accuracy)
    assert record.best_epoch == kept.epoch
    assert record.scores.validation_accuracy == predictions.correct.mean()
    assert record.scores.validation_accuracy == pytest.approx(kept.validation_accuracy)
    assert record.scores.validation_accuracy_without_twins == predictions.correct[~predictions.twins].mean()


def test_the_same_command_on_a_finished_run_trains_nothing(whole):
    notes = Notes()
    assert train(full_recipe(), small_faces(), whole, watch=notes) == Record.load(whole / "record.json")
    assert notes.started == []


def test_faces_may_be_given_by_their_path(whole, tmp_path):
    found = Found(faces=small_faces(), form="noise")
    stored = save(found, tmp_path / "faces", source="noise", description="noise")
    assert train(full_recipe(), str(stored.path), whole) == Record.load(whole / "record.json")


def kill(recipe, out):
    """Train a recipe of this module until it is killed in its second epoch."""
    program, root = KILLED.replace("{recipe}", recipe), Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", program, out], cwd=root, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL


def test_a_killed_run_continues_and_ends_as_if_nothing_had_happened(whole, tmp_path):
    kill("full_recipe", tmp_path / "run")
    assert not (tmp_path / "run" / "record.json").exists()
    notes = Notes()
    train(full_recipe(), small_faces(), tmp_path / "run", watch=notes)
    assert notes.started == [2]
    assert notes.epochs == [2, 3]
    assert same_result(whole, tmp_path / "run")


def test_a_killed_run_of_the_kind_that_is_shipped_continues_too(tmp_path):
    record = train(shipped_recipe(), small_faces(), tmp_path / "whole")
    assert record.machine.precision == "bf16-mixed"
    assert record.best_epoch == 3
    kill("shipped_recipe", tmp_path / "run")
    train(shipped_recipe(), small_faces(), tmp_path / "run")
    assert same_result(tmp_path / "whole", tmp_path / "run")


def test_control_c_is_passed_on_and_the_run_continues(whole, tmp_path):
    class Interrupter(Watch):
        def batch_ended(self, epoch, faces_done, faces):
            if epoch == 3:
                os.kill(os.getpid(), signal.SIGINT)

    # A shell starts what runs in the background with Ctrl-C switched off.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            train(full_recipe(), small_faces(), tmp_path, watch=Interrupter())
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    notes = Notes()
    train(full_recipe(), small_faces(), tmp_path, watch=notes)
    assert notes.epochs == [3]
    assert same_result(whole, tmp_path)


def train_without_a_record(recipe, folder, monkeypatch):
    """Do all epochs of a run, and end before it is recorded."""

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("mimika.training.train.draw", full_disk)
        with pytest.raises(OSError, match="No space left"):
            train(recipe, small_faces(), folder)


def test_a_run_killed_between_its_last_epoch_and_its_record_is_only_judged(whole, tmp_path, monkeypatch):
    train_without_a_record(full_recipe(), tmp_path, monkeypatch)
    notes = Notes()
    train(full_recipe(), small_faces(), tmp_path, watch=notes)
    assert notes.epochs == []
    assert same_result(whole, tmp_path)


def test_what_a_kill_after_the_record_left_is_cleared_away(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "run")
    (tmp_path / "run" / "state.ckpt").write_bytes(b"left")
    train(full_recipe(), small_faces(), tmp_path / "run")
    assert not (tmp_path / "run" / "state.ckpt").exists()


def test_weights_of_another_epoch_than_the_figures_are_refused(whole, tmp_path, monkeypatch):
    train_without_a_record(full_recipe(), tmp_path, monkeypatch)
    best = Record.load(whole / "record.json").best_epoch
    card = tmp_path / "best.json"
    card.write_text(card.read_text().replace(f'"epoch": {best}', f'"epoch": {best + 1}'))
    with pytest.raises(RunError) as refused:
        train(full_recipe(), small_faces(), tmp_path)
    assert str(refused.value) == (
        f"{tmp_path / 'best.safetensors'}: of epoch {best + 1}, and the run's figures are of epoch {best}, as it was "
        "stopped between writing the two. Remove the folder to train the run anew."
    )


def test_a_run_that_is_only_to_be_judged_is_not_judged_in_another_precision(tmp_path, monkeypatch):
    train_without_a_record(small_recipe(epochs=1), tmp_path, monkeypatch)
    state = torch.load(tmp_path / "state.ckpt", weights_only=True)
    state["callbacks"]["Course"]["precision"] = "bf16-mixed"  # as on a GPU, where "auto" is that
    torch.save(state, tmp_path / "state.ckpt")
    with pytest.raises(RunError, match="trained in bf16-mixed until epoch 1, and would go on in 32-true here"):
        train(small_recipe(epochs=1), small_faces(), tmp_path)
    assert not (tmp_path / "record.json").exists()


def test_a_run_does_not_go_on_in_another_precision(tmp_path, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        train(small_recipe(), small_faces(), tmp_path, watch=Stop())
    state = (tmp_path / "state.ckpt").read_bytes()
    with monkeypatch.context() as elsewhere:
        # As on a GPU, where "auto" is bf16.
        elsewhere.setattr(Course, "setup", lambda self, *_, **__: setattr(self, "_precision", "bf16-mixed"))
        with pytest.raises(RunError) as refused:
            train(small_recipe(), small_faces(), tmp_path)
    assert str(refused.value) == (
        f"{tmp_path}: trained in 32-true until epoch 1, and would go on in bf16-mixed here. "
        "Continue it on a machine like the first, or remove the folder to train it anew."
    )
    assert (tmp_path / "state.ckpt").read_bytes() == state
    assert len(train(small_recipe(), small_faces(), tmp_path).epochs) == 3


def test_a_residual_network_is_trained_at_growing_sizes_with_averaged_weights(tmp_path):
    changes = {"architecture": {"stem": 8, "stages": [16, 24]}, "sizes": [[24, 0.5], [48, 0.5]], "keep": "last"}
    recipe = small_recipe(**EVERYTHING, ema_every=2, patience=0).changed(changes)
    record = train(recipe, small_faces(), tmp_path)
    assert record.best_epoch == 3
    assert record.scores.validation_accuracy == pytest.approx(record.epochs[-1].validation_accuracy)
    assert list(record.gradient_norms)[0::11] == ["stem", "linear"]


def test_early_stopping_waits_for_the_recipes_patience(tmp_path):
    # With a learning rate of next to nothing no epoch is better than the first.
    record = train(small_recipe(epochs=9, patience=2, learning_rate=1e-12), small_faces(), tmp_path)
    assert [row.epoch for row in record.epochs] == [1, 2, 3]
    assert record.best_epoch == 1


def test_a_folder_with_another_run_is_refused(whole):
    with pytest.raises(RunError) as refused:
        train(full_recipe().changed({"seed": 7}), small_faces(), whole)
    assert str(refused.value) == (
        f"{whole}: holds another run (seed 42, not 7). Take another --out, or remove the folder."
    )


def test_the_same_recipe_on_other_faces_is_another_run(whole):
    with pytest.raises(RunError, match=r"holds another run \(on other faces\)"):
        train(full_recipe(), small_faces(seed=1), whole)


def test_without_validation_faces_nothing_is_trained(tmp_path):
    faces = small_faces()
    with pytest.raises(SplitMissing) as refused:
        train(small_recipe(), faces.of("train"), tmp_path / "run")
    assert str(refused.value) == (
        "Training needs train and validation faces, and this copy has no validation split. "
        "Cut one from train: --validation 0.1, or in Python mimika.read(source, validation=0.1)."
    )
    assert not (tmp_path / "run").exists()


def test_more_gpus_than_there_are_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 1)
    with pytest.raises(RecipeError) as refused:
        train(small_recipe(devices=4), small_faces(), tmp_path)
    assert str(refused.value) == "The recipe asks for 4 GPUs, and there are 1: --set devices=1."


def test_two_devices_are_two_processes_that_share_every_batch(tmp_path):
    notes = Notes()
    record = train(small_recipe(epochs=2, devices=2), small_faces(), tmp_path, watch=notes)
    assert notes.epochs == [1, 2]
    assert record.recipe.fingerprint == small_recipe(epochs=2).fingerprint
    # Both shares are counted: sums over 160 faces, of which each process saw 80.
    assert all((row.train_accuracy * 160).is_integer() for row in record.epochs)
    assert sum(record.predicted_shares.values()) == pytest.approx(1)


def test_a_training_that_diverges_is_recorded_judged_and_drawn(tmp_path):
    record = train(small_recipe("cnn3", learning_rate=1e6), small_faces(), tmp_path)
    fit = check_fit(Record.load(tmp_path / "record.json"))
    assert fit.verdict is Verdict.COLLAPSED
    assert not any(math.isfinite(row.train_loss) for row in record.epochs)
    assert fit.evidence.endswith("the loss is not finite from epoch 1 on")
    assert sum(record.predicted_shares.values()) == pytest.approx(1)
    assert (tmp_path / "curves.png").is_file()


def test_the_scores_are_those_of_the_kept_epoch_to_the_last_face(whole):
    record = Record.load(whole / "record.json")
    kept = record.epochs[record.best_epoch - 1]
    assert record.scores.validation_accuracy == kept.validation_accuracy


def test_a_folder_with_other_files_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(RunError) as refused:
        train(small_recipe(), small_faces(), tmp_path)
    assert str(refused.value) == (
        f"{tmp_path}: holds other files (holiday.jpg). Take another --out, or an empty folder."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_two_trainings_do_not_share_a_folder(tmp_path):
    class Second(Watch):
        def batch_ended(self, epoch, faces_done, faces):
            with pytest.raises(RunError) as refused:
                train(small_recipe(epochs=1), small_faces(), tmp_path)
            self.said = str(refused.value)

    second = Second()
    train(small_recipe(epochs=1), small_faces(), tmp_path, watch=second)
    assert second.said == f"{tmp_path}: another process is training there. Wait for it, or take another --out."


def test_a_damaged_state_is_one_line_and_a_remedy(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train(small_recipe(), small_faces(), tmp_path, watch=Stop())
    state = tmp_path / "state.ckpt"
    state.write_bytes(state.read_bytes()[:5000])
    with pytest.raises(RunError) as refused:
        train(small_recipe(), small_faces(), tmp_path)
    assert str(refused.value) == (
        f"{state}: the state of the run is damaged or of another version. Remove the file to train the run anew."
    )
    state.unlink()
    assert len(train(small_recipe(), small_faces(), tmp_path).epochs) == 3


def test_a_disk_that_is_full_leaves_the_state_of_the_epoch_before(whole, tmp_path, monkeypatch):
    save, saved = torch.save, []

    def full(state, path):
        saved.append(path)
        if len(saved) == 2:
            Path(path).write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        save(state, path)

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(OSError, match="No space left"):
        train(full_recipe(), small_faces(), tmp_path)
    assert not list(tmp_path.glob(".*.part"))
    notes = Notes()
    train(full_recipe(), small_faces(), tmp_path, watch=notes)
    assert notes.started == [2]
    assert same_result(tmp_path, whole)


def test_a_finished_run_without_its_weights_is_trained_again(tmp_path):
    before = train(small_recipe(epochs=1), small_faces(), tmp_path)
    (tmp_path / "best.safetensors").unlink()
    notes = Notes()
    again = train(small_recipe(epochs=1), small_faces(), tmp_path, watch=notes)
    assert notes.epochs == [1]
    assert again.scores == before.scores
    assert (tmp_path / "best.safetensors").is_file()


def test_while_it_is_trained_again_no_record_vouches_for_weights_on_the_way(tmp_path):
    before = train(small_recipe(), small_faces(), tmp_path)
    (tmp_path / "best.safetensors").unlink()
    with pytest.raises(KeyboardInterrupt):
        train(small_recipe(), small_faces(), tmp_path, watch=Stop())
    assert (tmp_path / "best.safetensors").is_file()
    assert not (tmp_path / "record.json").exists()
    notes = Notes()
    assert train(small_recipe(), small_faces(), tmp_path, watch=notes).scores == before.scores
    assert notes.epochs == [2, 3]


def test_a_state_whose_weights_did_not_come_along_is_one_line(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train(small_recipe(), small_faces(), tmp_path, watch=Stop())
    (tmp_path / "best.safetensors").unlink()
    with pytest.raises(RunError) as refused:
        train(small_recipe(), small_faces(), tmp_path)
    assert str(refused.value) == (
        f"{tmp_path}/best.safetensors: missing, and state.ckpt beside it goes on from there. Bring it back, or remove "
        "state.ckpt to train the run anew."
    )


def test_what_a_training_sets_for_the_whole_process_is_given_back(tmp_path):
    cudnn, before = torch.backends.cudnn, torch.get_num_threads()
    seen = []

    class Look(Watch):
        def batch_ended(self, epoch, faces_done, faces):
            seen.append((torch.get_num_threads(), cudnn.deterministic, cudnn.allow_tf32))

    settings = cudnn.deterministic, cudnn.allow_tf32
    train(small_recipe(epochs=1, threads=before + 1), small_faces(), tmp_path, watch=Look())
    assert set(seen) == {(before + 1, True, False)}
    assert (torch.get_num_threads(), cudnn.deterministic, cudnn.allow_tf32) == (before, *settings)


@pytest.mark.parametrize(("asked", "threads"), [("3", 3), ("", None), ("many", None), ("0", None)])
def test_the_environment_says_how_many_threads_unless_the_recipe_does(monkeypatch, asked, threads):
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 4, 5, 7, 9}, raising=False)
    assert threads_for(small_recipe(threads=None)) == (threads or 5)
    assert threads_for(small_recipe(threads=2)) == 2
