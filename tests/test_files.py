"""Files are whole or as they were, and a folder has one user."""

import subprocess
import sys

import pytest

from mimika.errors import RunError
from mimika.files import hold, replacing, write_text


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "record.json"
    write_text(path, "before")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\udc00")
    assert path.read_text() == "before"


def test_a_file_is_replaced_whole_or_left_as_it_was(tmp_path):
    path = tmp_path / "figures.json"
    path.write_text("before")
    with pytest.raises(OSError, match="disk full"), replacing(path) as part:
        part.write_text("half")
        raise OSError("disk full")
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("figures.json", "before")]
    with replacing(path) as part:
        part.write_text("after")
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("figures.json", "after")]


def test_two_processes_that_write_one_file_do_not_meet(tmp_path):
    path = tmp_path / "page.html"
    write = f"from mimika.files import write_text; from pathlib import Path; write_text(Path({str(path)!r}), 'theirs')"
    with replacing(path) as part:
        part.write_text("ours")
        subprocess.run([sys.executable, "-c", write], check=True)
        assert path.read_text() == "theirs"
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("page.html", "ours")]


def test_a_rename_that_fails_leaves_nothing_beside(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"), replacing(tmp_path / "taken") as part:
        part.write_text("a folder has the name already")
    assert [entry.name for entry in tmp_path.iterdir()] == ["taken"]


def test_a_name_as_long_as_the_disk_takes_can_be_written(tmp_path):
    path = tmp_path / ("ა" * 84 + ".md")
    write_text(path, "after")
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_folder_is_held_by_one_and_let_go(tmp_path):
    def held():
        return hold(tmp_path / "run", ours=("mine",), in_use="in use.")

    for _ in range(2):
        with held(), pytest.raises(RunError, match=r"run: in use\."), held():
            pass


def test_recognising_needs_no_locks_of_unix():
    program = (
        "import sys; sys.modules['fcntl'] = None; import mimika; "
        "mimika.load().predict(mimika.draw_faces(7, seed=0).pixels[0])"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
