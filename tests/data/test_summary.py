"""What a data set holds, in numbers and in words."""

import numpy as np
import pytest

from mimika.data.faces import Faces
from mimika.data.store import import_data
from mimika.data.summary import headline, remarks, summarise, table
from tests.data.copies import FACE, random_faces, write_csv, write_rows


@pytest.fixture
def stored(tmp_path):
    faces = random_faces(70)
    pixels = faces.pixels.copy()
    pixels[faces.splits == 0] = 100
    pixels[faces.splits == 1, :, :24], pixels[faces.splits == 1, :, 24:] = 10, 20
    faces = Faces(pixels=pixels, emotions=faces.emotions, splits=faces.splits, rows=faces.rows)
    return import_data(write_csv(tmp_path / "fer2013.csv", faces), tmp_path / "out")


def test_gray_levels_are_those_of_train_and_validation(stored):
    levels = summarise(stored).gray_levels
    assert list(levels) == ["train", "validation"]
    assert (levels["train"].mean, levels["train"].std) == (100, 0)
    assert (levels["validation"].mean, levels["validation"].std) == (15, 5)


def test_gray_levels_agree_with_numpy(tmp_path):
    faces = random_faces(20, splits=(0,))
    levels = summarise(import_data(write_csv(tmp_path / "a.csv", faces), tmp_path / "out")).gray_levels["train"]
    assert np.isclose(levels.mean, faces.pixels.mean())
    assert np.isclose(levels.std, faces.pixels.std())


def test_two_lines_say_what_a_data_set_is(stored):
    first, second = headline(stored.provenance)
    assert first.startswith("fer2013.csv: no known copy of FER2013 (")
    assert first.endswith("), 70 faces")
    assert second == "  train 50 · validation 10 · test 10 (sealed until `mimika final`)"


def test_missing_splits_and_rows_left_out_are_said(tmp_path):
    rows = [f"0,{FACE},Training", *[f"7,{FACE},Training"] * 6]
    stored = import_data(write_rows(tmp_path / "fer.csv", *rows), tmp_path / "out", skip_bad=True)
    assert headline(stored.provenance)[1] == "  train 1 · no validation · no test"
    assert summarise(stored).missing_splits == ("validation", "test")
    assert list(remarks(stored.provenance)) == [
        "Left out and recorded in dataset.json: 6. The first: fer.csv, row 2: emotion 7, but FER2013 has 0 (angry) to "
        "6 (neutral).",
        "No validation split: train and study need --validation 0.1, which cuts one from train.",
    ]


def test_no_cut_is_advised_where_there_is_nothing_to_cut_from(tmp_path):
    stored = import_data(write_csv(tmp_path / "fer.csv", random_faces(7, splits=(2,))), tmp_path / "out")
    assert list(remarks(stored.provenance)) == []


def test_the_table_is_aligned(stored):
    assert table(summarise(stored)) == [
        "                         train        validation              test",
        "angry               8   16.0 %        1   10.0 %        1   10.0 %",
        "disgust             7   14.0 %        2   20.0 %        1   10.0 %",
        "fear                7   14.0 %        2   20.0 %        1   10.0 %",
        "happy               7   14.0 %        2   20.0 %        1   10.0 %",
        "sad                 7   14.0 %        1   10.0 %        2   20.0 %",
        "surprise            7   14.0 %        1   10.0 %        2   20.0 %",
        "neutral             7   14.0 %        1   10.0 %        2   20.0 %",
        "all                50                10                10",
        "gray level      100.0 ± 0.0        15.0 ± 5.0",
    ]
