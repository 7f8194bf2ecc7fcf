import subprocess
import sys
from unittest.mock import Mock

import pytest

import mimika
from mimika.data.store import draw_data
from mimika.training.watch import Watch
from tests.cli.pretending import pretend_to_train


def run_python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_importing_mimika_loads_neither_numpy_nor_torch():
    loaded = run_python("import sys, mimika; print({'numpy', 'torch', 'pydantic', 'typer'} & set(sys.modules))")
    assert loaded == "set()\n"


def test_importing_mimika_takes_next_to_no_time():
    # The best of three: other processes may have the cores.
    code = "import time; start = time.perf_counter(); import mimika; print(time.perf_counter() - start)"
    assert min(float(run_python(code)) for _ in range(3)) < 0.2


def test_every_public_name_is_there_and_documented():
    for name in mimika.__all__:
        assert getattr(mimika, name).__doc__
        assert name in dir(mimika)


def test_the_docstring_maps_every_public_name():
    for name in set(mimika.__all__) - {"__version__"}:
        assert f"mimika.{name}" in mimika.__doc__


def test_reading_and_drawing_need_no_torch():
    code = (
        "import sys, mimika; mimika.read, mimika.draw_faces, mimika.Faces, mimika.Ledger, mimika.load, mimika.Face\n"
        "print('torch' in sys.modules)"
    )
    assert run_python(code) == "False\n"


def test_what_is_not_installed_is_listed_and_imported_and_says_so_when_it_is_used():
    code = """
import sys; sys.modules["torch"] = None
import inspect, pydoc, mimika
from mimika import *
assert {"train", "FaceDataset"} <= dict(inspect.getmembers(mimika)).keys() and hasattr(mimika, "train")
pydoc.render_doc(mimika)
for name in (train, FaceDataset, run_study):
    try:
        name("cnn1", "drawn", "out")
    except MimikaError as error:
        print(error)
"""
    missing = 'needs torch, which is not installed: pip install "mimika[train]"'
    names = ("train", "FaceDataset", "run_study")
    assert run_python(code) == "".join(f"mimika.{name} {missing}\n" for name in names)


def test_a_study_of_ones_own_is_run_on_what_a_path_names_and_watched(tmp_path, monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr("mimika.training.train.train", pretend_to_train)
    stage = mimika.Stage(name="depth", question="How deep?", variants={"cnn1": {"architecture.depth": 1}})
    study = mimika.Study(name="mine", stages=(stage,))
    watch = Mock(spec=Watch)
    ledger = mimika.run_study(study, draw_data(20, out=tmp_path / "faces").path, tmp_path / "study", watch=watch)
    assert [record.data.description for record in ledger.records] == ["faces drawn by mimika, seed 0"]
    watch.run_ended.assert_called_once_with(ledger.records[0])


def test_an_unknown_name_is_an_attribute_error_that_lists_what_exists():
    with pytest.raises(AttributeError) as error:
        mimika.guess  # noqa: B018
    assert str(error.value) == (
        "module 'mimika' has no attribute 'guess'; it has EMOTIONS, Answer, Face, FaceDataset, Faces, Ledger, "
        "MimikaError, Recipe, Recogniser, Record, Stage, Study, __version__, draw_faces, load, read, run_study, train, "
        "watch"
    )
