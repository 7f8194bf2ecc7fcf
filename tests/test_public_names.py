import subprocess
import sys

import pytest

import mimika


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


def test_an_unknown_name_is_an_attribute_error_that_lists_what_exists():
    with pytest.raises(AttributeError) as error:
        mimika.guess  # noqa: B018
    assert str(error.value) == (
        "module 'mimika' has no attribute 'guess'; it has Face, FaceDataset, Faces, Ledger, MimikaError, Recipe, "
        "Recogniser, Record, __version__, draw_faces, load, read, run_study, train"
    )
