"""benchmarks/lessons.py: how far a student is from its teachers, on what it has learned from and on what it has not."""

import re
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mimika.recipe import Augmentation, Distillation
from mimika.training.augment import moved
from mimika.training.batches import as_input, as_tensors
from mimika.training.lessons import draw_views
from mimika.training.teachers import Teachers, TeachersCard
from mimika.training.train import train
from tests.training.runs import small_faces, small_recipe

LESSONS = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "lessons.py")))
MOVING = Augmentation(contrast=0.2, brightness=0.2)
FACES = small_faces(160, 40)
ROW = re.compile(r"^(.+?) +(\d\.\d{4}) +(\S+)% +(\S+)%$", re.MULTILINE)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A student's run, and one of a network that is to pass for its teacher."""
    folder = tmp_path_factory.mktemp("lessons")
    card = TeachersCard(teachers=("a",), faces=FACES.checksum, augmentation=MOVING, mirrored=False)
    rows = np.random.default_rng(0).dirichlet(np.ones(7), size=(3, 160)).astype(np.float16)
    student = small_recipe("cnn3", augmentation=MOVING, distillation=Distillation(views=3), epochs=1)
    train(student, FACES, folder / "student", teachers=Teachers(card=card, probabilities=rows))
    train(small_recipe("cnn3", seed=43, epochs=2), FACES, folder / "teacher")
    return folder


def told(runs, monkeypatch, capsys, teacher):
    """The rows that the benchmark prints of the student: what was looked at, divergence, the accuracies of both."""
    monkeypatch.setitem(LESSONS.main.__globals__, "opened", lambda data, _: SimpleNamespace(faces=FACES))
    # Which faces they are is asked of what was stored; the noise was not.
    monkeypatch.setitem(LESSONS.main.__globals__, "check_faces", lambda *_: None)
    options = ["--data", "drawn", "--student", str(runs / "student"), "--teachers", str(runs / teacher)]
    monkeypatch.setattr(sys, "argv", ["lessons.py", *options, "--faces", "100"])
    LESSONS.main()
    return ROW.findall(capsys.readouterr().out)


def test_a_student_is_at_no_distance_from_itself(runs, monkeypatch, capsys):
    rows = told(runs, monkeypatch, capsys, "student")
    assert [name for name, *_ in rows] == [
        "100 training faces, a view learned",
        "100 training faces, a fresh view",
        "40 validation faces, a view",
    ]
    assert [float(far) for _, far, *_ in rows] == [0, 0, 0]
    assert all(theirs == its for *_, theirs, its in rows)


def test_another_network_is_at_some_distance(runs, monkeypatch, capsys):
    assert all(float(far) > 0.001 for _, far, *_ in told(runs, monkeypatch, capsys, "teacher"))


def test_the_view_learned_is_one_that_students_learn_from_and_the_fresh_one_is_not():
    views, faces = draw_views(160, MOVING, 8), as_input(as_tensors(FACES.of("train")).pixels)
    shown = [moved(faces, views.at(torch.full((160,), view), torch.arange(160))) for view in range(8)]
    assert torch.equal(moved(faces, LESSONS.learned_from(160, MOVING)), shown[0])
    assert not any(torch.equal(moved(faces, LESSONS.fresh(160, MOVING)), view) for view in shown)


def test_the_divergence_is_that_of_kullback_and_leibler():
    theirs, its = torch.tensor([[0.5, 0.5], [1.0, 0.0]]), torch.tensor([[0.25, 0.75], [0.5, 0.5]])
    expected = (0.5 * np.log(2) + 0.5 * np.log(2 / 3) + np.log(2)) / 2
    assert LESSONS.divergence(theirs, its) == pytest.approx(expected, rel=1e-6)
