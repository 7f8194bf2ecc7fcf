import copy
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mimika.data.cut import cut_validation
from mimika.data.drawn import draw_faces
from mimika.data.faces import Faces
from mimika.errors import DataError, ExtraMissing
from tests.training.runs import small_faces

FACE = " ".join(map(str, range(48))) + " " + " ".join(["255"] * (2304 - 48))


def frame(**columns):
    """Two rows as the official file has them, with some columns replaced; None leaves one out."""
    whole = {"emotion": [3, 6], "pixels": [FACE, FACE], "Usage": ["Training", "PublicTest"], **columns}
    return pd.DataFrame({name: values for name, values in whole.items() if values is not None})


def test_a_frame_with_the_official_columns_becomes_faces():
    faces = Faces.from_frame(frame(Usage=["PrivateTest", "PublicTest"]))
    assert faces.emotions.tolist() == [3, 6]
    assert faces.splits.tolist() == [2, 1]
    assert faces.rows.tolist() == [1, 2]
    assert faces.pixels[0, 0].tolist() == list(range(48))
    assert (faces.pixels[:, 1:] == 255).all()


def test_without_usage_all_faces_count_as_train():
    assert Faces.from_frame(frame(Usage=None)).splits.tolist() == [0, 0]


def test_blanks_and_capitals_of_a_column_are_not_looked_at():
    spaced = frame().rename(columns={"emotion": "Emotion", "pixels": " pixels", "Usage": " Usage"})
    assert Faces.from_frame(spaced).splits.tolist() == [0, 1]


@pytest.mark.parametrize("emotion", [[3, 6], [3.0, 6.0], ["3", "6"], ["Happiness", "neutral"]])
def test_emotions_and_usage_may_be_as_a_csv_has_them(emotion):
    faces = Faces.from_frame(frame(emotion=emotion, Usage=["training", " PUBLICTEST"]))
    assert faces.emotions.tolist() == [3, 6]
    assert faces.splits.tolist() == [0, 1]


def test_whole_numbers_may_be_floats_and_a_face_may_be_an_array():
    values = np.arange(2304).reshape(48, 48) % 256
    faces = Faces.from_frame(frame(pixels=[values.astype(float), values.ravel().tolist()]))
    assert (faces.pixels == values).all()


def test_faces_survive_the_way_through_a_frame():
    faces = small_faces(20, 10)
    back = Faces.from_frame(faces.to_frame())
    assert list(faces.to_frame().columns) == ["emotion", "pixels", "Usage"]
    assert back.checksum == faces.checksum
    assert np.array_equal(back.splits, faces.splits)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"pixels": None}, "The frame lacks the column pixels; it has emotion, Usage."),
        ({"emotion": [3, 7]}, "Row 2 of the frame: emotion 7, but FER2013 has 0 (angry) to 6 (neutral)."),
        ({"emotion": ["x", 7]}, "Row 1 of the frame: emotion x, but FER2013 has 0 (angry) to 6 (neutral)."),
        ({"emotion": [3, None]}, "Row 2 of the frame: emotion nan, but FER2013 has 0 (angry) to 6 (neutral)."),
        ({"emotion": [2.5, 3]}, "Row 1 of the frame: emotion 2.5, but FER2013 has 0 (angry) to 6 (neutral)."),
        (
            {"pixels": [FACE, FACE + " 1"]},
            "Row 2 of the frame: a face has 2,304 pixels from 0 to 255; this has 2,305, from 0 to 255.",
        ),
        (
            {"pixels": [FACE, FACE[:-3] + "256"]},
            "Row 2 of the frame: a face has 2,304 pixels from 0 to 255; this has 2,304, from 0 to 256.",
        ),
        ({"pixels": [FACE[:-3] + "1.5", FACE]}, "Row 1 of the frame: pixels that are not whole numbers."),
        ({"pixels": [[1.9] * 2304, FACE]}, "Row 1 of the frame: pixels that are not whole numbers."),
        ({"pixels": [FACE, None]}, "Row 2 of the frame: pixels that are not whole numbers."),
        ({"pixels": [FACE, float("nan")]}, "Row 2 of the frame: pixels that are not whole numbers."),
        ({"pixels": [[1] * 2303 + [None], FACE]}, "Row 1 of the frame: pixels that are not whole numbers."),
        ({"pixels": ["9" * 30, FACE]}, "Row 1 of the frame: pixels that are not whole numbers."),
        (
            {"pixels": [FACE, "7 9"]},
            "Row 2 of the frame: a face has 2,304 pixels from 0 to 255; this has 2, from 7 to 9.",
        ),
        (
            {"pixels": [FACE, [-3] * 2304]},
            "Row 2 of the frame: a face has 2,304 pixels from 0 to 255; this has 2,304, from -3 to -3.",
        ),
        ({"pixels": [FACE, ""]}, "Row 2 of the frame: a face has 2,304 pixels from 0 to 255; this has 0."),
        (
            {"Usage": ["Training", "Test"]},
            "Row 2 of the frame: Usage Test, but FER2013 has Training, PublicTest, PrivateTest.",
        ),
    ],
)
def test_a_frame_that_does_not_fit_is_refused_in_one_line(columns, said):
    with pytest.raises(DataError) as refused:
        Faces.from_frame(frame(**columns))
    assert str(refused.value) == said


def test_a_frame_without_pandas_is_refused_with_what_installs_it(monkeypatch):
    monkeypatch.setattr("mimika.errors.find_spec", lambda module: None)
    with pytest.raises(ExtraMissing) as refused:
        small_faces(1, 0).to_frame()
    assert str(refused.value) == ('Faces.to_frame needs pandas, which is not installed: pip install "mimika[train]"')


def test_one_face_is_faces_of_one_and_all_can_be_gone_through():
    faces = small_faces(3, 2)
    assert faces[-1].rows.tolist() == [5]
    assert [face.rows.tolist() for face in faces] == [[1], [2], [3], [4], [5]]


def test_faces_tell_how_many_they_are_and_what_they_are_called():
    faces = draw_faces(20, seed=3)
    assert repr(faces) == "<Faces: train 16, validation 2, test 2; faces drawn by mimika, seed 3>"
    assert repr(faces.of("train")[:2]) == "<Faces: train 2>"
    assert repr(faces[:0]) == "<Faces: none>"
    assert cut_validation(faces[faces.splits == 0].described("mine"), 0.5).description == "mine"
    assert faces.described("others").checksum == faces.checksum


def test_faces_that_were_made_of_others_are_not_called_as_they_are():
    faces = draw_faces(20, seed=3)
    for other in (faces[:10], faces.of("train"), replace(faces, emotions=faces.emotions[::-1])):
        assert other.description == ""


def test_a_split_that_is_none_is_refused():
    for ask in (small_faces().of, small_faces().count):
        with pytest.raises(DataError) as refused:
            ask("val")
        assert str(refused.value) == "No split is called val. Ask for train, validation or test."


def test_rows_that_are_not_given_are_counted():
    assert replace(small_faces(2, 1), rows=None).rows.tolist() == [1, 2, 3]


def test_the_checksum_is_that_of_train_and_validation_alone():
    faces = small_faces(20, 10)
    with_test = Faces.joined(faces, small_faces(4, 0, seed=5)[np.arange(4)])
    tested = Faces(
        pixels=with_test.pixels,
        emotions=with_test.emotions,
        splits=np.array([*faces.splits, 2, 2, 2, 2], np.uint8),
        rows=with_test.rows,
    )
    assert tested.checksum == faces.checksum
    assert small_faces(20, 10, seed=1).checksum != faces.checksum


@pytest.mark.parametrize("name", ["pixels", "emotions", "splits", "rows"])
def test_faces_in_memory_are_read_only_and_leave_the_arrays_they_were_made_of_as_they_are(name):
    given = np.zeros((2, 48, 48) if name == "pixels" else 2, np.int64 if name == "rows" else np.uint8)
    faces = replace(small_faces(1, 1), **{name: given})
    with pytest.raises(ValueError, match="read-only"):
        getattr(faces, name)[0] = 0
    given[0] = 1


def pickled(faces):
    return pickle.loads(pickle.dumps(faces))  # noqa: S301


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_copied_faces_are_as_read_only_as_those_they_come_from(copied):
    faces = small_faces(2, 1).described("mine")
    before = faces.checksum
    again = copied(faces)
    assert (again.checksum, again.description, again.rows.tolist()) == (before, "mine", [1, 2, 3])
    for name in ("pixels", "emotions", "splits", "rows"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(again, name)[0] = 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (
            "pixels",
            np.zeros((2, 48, 47), np.uint8),
            "Faces are uint8 of shape (n, 48, 48), not uint8 of shape (2, 48, 47).",
        ),
        ("emotions", np.array([0, 7], np.uint8), "emotions must be uint8 of shape (2,), each below 7."),
        ("splits", np.array([0, 3], np.uint8), "splits must be uint8 of shape (2,), each below 3."),
        ("rows", np.zeros(3, np.int64), "rows must be int64 of shape (2,), not int64 of shape (3,)."),
        ("rows", np.zeros(2), "rows must be int64 of shape (2,), not float64 of shape (2,)."),
    ],
)
def test_faces_are_checked_at_birth(field, value, said):
    fields = {
        "pixels": np.zeros((2, 48, 48), np.uint8),
        "emotions": np.zeros(2, np.uint8),
        "splits": np.zeros(2, np.uint8),
        "rows": np.arange(2),
    }
    with pytest.raises(DataError) as refused:
        Faces(**{**fields, field: value})
    assert str(refused.value) == said


def test_a_column_split_is_not_passed_over():
    with pytest.raises(DataError) as refused:
        Faces.from_frame(frame(Usage=None).assign(split="test"))
    assert str(refused.value) == (
        "The frame has a column split, which is not read. Call it Usage, with the words Training, PublicTest, "
        "PrivateTest."
    )
