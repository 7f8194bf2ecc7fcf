"""benchmarks/fine.py: each trick trains, and does to the training what it says."""

import runpy
import shutil
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import torch

from mimika.data.drawn import draw_faces
from mimika.models.build import build
from mimika.recipe import ResidualArchitecture
from mimika.recipes import read_recipe
from mimika.record import Record
from mimika.training.checkpoint import load_network
from mimika.training.task import FaceTask

FINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "fine.py")))
FACES = draw_faces(160, seed=0)
SMALLER = ["architecture.stem=20", "architecture.stages=[12,16]", "architecture.blocks=1", "epochs=1", "batch_size=32"]


@pytest.fixture
def votes(tmp_path):
    """FER+'s file for the drawn faces: all ten votes of row k for answer k % 10."""
    path = tmp_path / "votes.csv"
    rows = [
        f"Training,face{row}," + ",".join("10" if row % 10 == one else "0" for one in range(10)) for row in range(160)
    ]
    path.write_text("\n".join(["Usage,Image name,a,b,c,d,e,f,g,h,i,j", *rows]))
    return path


def options(tmp_path, votes, trick, seed=42):
    return SimpleNamespace(
        trick=trick, seed=seed, recipe="large", changes=SMALLER, data="drawn", votes=votes, out=tmp_path
    )


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    monkeypatch.setitem(FINE.run.__globals__, "open_data", lambda data: SimpleNamespace(faces=FACES))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A folder with the run that has no trick."""
    folder = tmp_path_factory.mktemp("fine")
    with patch.dict(FINE.run.__globals__, open_data=lambda data: SimpleNamespace(faces=FACES)):
        FINE.run(options(folder, None, "none"))
    return folder


def weights_of(folder, trick):
    network, _ = load_network(folder / f"{trick}-42" / "last.safetensors")
    return dict(network.named_parameters())


OTHERWISE = [name for name, trick in FINE.TRICKS.items() if trick.task is not FaceTask]


@pytest.mark.parametrize("name", sorted(FINE.TRICKS.keys() - {*OTHERWISE, "none"}))
def test_what_is_left_out_was_in_the_recipe(name):
    small = read_recipe("small")
    assert small.changed(FINE.TRICKS[name].changes).fingerprint != small.fingerprint


@pytest.mark.parametrize("trick", OTHERWISE)
def test_a_trick_trains_otherwise_and_is_compared(trick, votes, plain, capsys):
    FINE.run(options(plain, votes, trick))
    FINE.compare(plain)
    assert f"\n  {trick:<10}" in capsys.readouterr().out
    before, after = weights_of(plain, "none"), weights_of(plain, trick)
    assert before.keys() == after.keys()
    assert not all(torch.equal(before[name], after[name]) for name in before)


def test_runs_that_differ_in_more_than_the_trick_are_not_compared(plain, tmp_path):
    shutil.copytree(plain / "none-42", tmp_path / "none-42")
    longer = Record.load(plain / "none-42" / "record.json")
    longer = longer.model_copy(update={"recipe": longer.recipe.changed({"epochs": 2})})
    (tmp_path / "sam-42").mkdir()
    (tmp_path / "sam-42" / "record.json").write_text(longer.model_dump_json())
    with pytest.raises(SystemExit) as refusal:
        FINE.compare(tmp_path)
    assert str(refusal.value) == f"{tmp_path / 'sam-42'}: differs from none-42 in more than sam; not to be compared."


def test_sharpness_counts_each_face_once(plain, votes, tmp_path):
    FINE.run(options(tmp_path, votes, "sam"))
    (row,) = Record.load(tmp_path / "sam-42" / "record.json").epochs
    assert row.faces_per_second * row.seconds == pytest.approx(len(FACES.of("train")))


def test_sharpness_without_a_climb_learns_as_ever(plain, votes, tmp_path, monkeypatch):
    monkeypatch.setitem(FINE.Sharpness.optimizer_step.__globals__, "SHARP", 0.0)
    FINE.run(options(tmp_path, votes, "sam"))
    torch.testing.assert_close(weights_of(tmp_path, "sam"), weights_of(plain, "none"))


def test_whitening_filters_stay_as_they_were_set(votes, tmp_path):
    stems = []

    class Watched(FINE.Whitening):
        def on_fit_start(self):
            super().on_fit_start()
            stems.append(self.network.features.stem.weight.detach().clone())

        def on_fit_end(self):
            stems.append(self.network.features.stem.weight.detach().clone())

    with patch.dict(FINE.TRICKS, whitening=FINE.Trick(task=Watched, changes={"ema_decay": None})):
        FINE.run(options(tmp_path, votes, "whitening"))
    before, after = stems
    torch.testing.assert_close(before[:18], after[:18])
    assert not torch.equal(before[18:], after[18:])


def test_a_trivial_change_leaves_some_faces_alone_and_keeps_shapes():
    torch.manual_seed(0)
    faces = torch.randn(200, 1, 24, 24)
    found = FINE.trivial(faces)
    changed = (found - faces).abs().amax(dim=(1, 2, 3)) > 1e-4
    assert found.shape == faces.shape
    assert found.isfinite().all()
    assert 0.8 < changed.float().mean() < 1
    with torch.autocast("cpu", torch.bfloat16):
        torch.manual_seed(0)
        torch.randn(200, 1, 24, 24)
        half = FINE.trivial(faces)
    assert torch.equal(half, found), "in half precision a face is moved to the same place"


def test_equalizing_gives_each_pixel_the_share_that_is_no_brighter():
    face = torch.tensor([[[[3.0, 1.0], [3.0, 2.0]]]])
    assert FINE.trivial.__globals__["_ranks"](face).flatten().tolist() == [1.0, 0.25, 1.0, 0.5]


def test_votes_are_shares_by_row(votes):
    table = FINE.votes_of(FACES, votes)
    rows = torch.from_numpy(FACES.of("train").rows.copy())
    assert table.argmax(dim=1).tolist() == ((rows - 1) % 10).tolist()
    torch.testing.assert_close(table.sum(dim=1), torch.ones(len(rows)))


def test_the_votes_head_is_not_part_of_what_is_kept():
    FINE.Votes.table = torch.zeros(3, 10)
    task = FINE.Votes(SimpleNamespace(architecture=ResidualArchitecture(stem=8, stages=(8,), dropout=0.1)))
    assert isinstance(task, FaceTask)
    assert task.network.state_dict().keys() == build(task.recipe.architecture).state_dict().keys()
