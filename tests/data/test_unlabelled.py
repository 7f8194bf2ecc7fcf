"""CSVs of faces without labels."""

import numpy as np
import pytest

from mimika.data.drawn import draw_faces
from mimika.data.sources import unlabelled
from mimika.data.sources.unlabelled import read_unlabelled

FACES = draw_faces(14, seed=3).pixels


def write(path, lines):
    path.write_bytes("\n".join(["pixels", *lines]).encode())
    return path


def text(face):
    return " ".join(map(str, face.ravel()))


@pytest.mark.parametrize("part_bytes", [100, 9_000, 1 << 22])
def test_every_part_size_gives_the_same_rows(tmp_path, monkeypatch, part_bytes):
    monkeypatch.setattr(unlabelled, "_PART_BYTES", part_bytes)
    table = read_unlabelled(write(tmp_path / "test.csv", [f'"{text(face)}"' for face in FACES]))
    rows = [row for part in table.parts() for row in part]
    assert [row.number for row in rows] == list(range(1, 15))
    assert np.array_equal(np.stack([row.pixels for row in rows]), FACES)
    assert {row.id for row in rows} == {row.fault for row in rows} == {None}


def test_bad_rows_keep_their_numbers_and_say_why(tmp_path):
    good = text(FACES[0])
    lines = [good, "1 2 3", "", " \t", f"{good},extra", good.replace(" ", " -", 1), f'"{good}', good]
    table = read_unlabelled(write(tmp_path / "test.csv", lines))
    rows = [row for part in table.parts() for row in part]
    assert table.count() == len(rows)
    assert [(row.number, row.fault) for row in rows] == [
        (1, None),
        (2, "3 pixels, but a face has 2,304 (48×48)"),
        (3, "2 cells, but the header has 1"),
        (4, f"pixel 2 is -{FACES[0].ravel()[1]}, but pixels are whole numbers from 0 to 255"),
        (5, "not a row of a CSV (unexpected end of data)"),
        (6, None),
    ]
    assert [row.pixels is None for row in rows] == [False, True, True, True, True, False]


def test_ids_are_kept_under_their_own_name(tmp_path):
    (tmp_path / "test.csv").write_text(f"Pixels, ID\n{text(FACES[0])}, 17\n{text(FACES[1])},x\n")
    table = read_unlabelled(tmp_path / "test.csv")
    assert table.id_name == "ID"
    assert [row.id for part in table.parts() for row in part] == ["17", "x"]


@pytest.mark.parametrize(("content", "rows"), [("pixels", 0), ("pixels\n", 0), ("pixels\n1\n2", 2), ("pixels\n1\n", 1)])
def test_rows_are_counted_without_being_read(tmp_path, content, rows):
    (tmp_path / "test.csv").write_text(content)
    assert read_unlabelled(tmp_path / "test.csv").count() == rows
