"""A validation split cut from train."""

import numpy as np
import pytest

from mimika.data.cut import cut_validation
from mimika.data.faces import Faces
from mimika.errors import SplitMissing
from tests.data.copies import random_faces


def test_each_emotion_gives_its_share_and_the_cut_is_always_the_same():
    faces = random_faces(700, splits=(0,))
    cut = cut_validation(faces, 0.1)
    assert set(cut.counts["validation"].values()) == {10}
    assert set(cut.counts["train"].values()) == {90}
    assert cut.pixels is faces.pixels
    assert np.array_equal(cut_validation(faces, 0.1).splits, cut.splits)


def test_twins_stay_on_one_side_whatever_their_labels():
    once = random_faces(70, splits=(0,))
    other_labels = Faces(pixels=once.pixels, emotions=once.emotions[::-1].copy(), splits=once.splits, rows=once.rows)
    cut = cut_validation(Faces.joined(once, other_labels, once[:35]), 0.3)
    sides = {(face.tobytes(), int(split)) for face, split in zip(cut.pixels, cut.splits, strict=True)}
    assert len(sides) == 70
    assert 0.25 < len(cut.of("validation")) / len(cut) < 0.4


def test_test_faces_stay_where_they_are():
    faces = random_faces(140, splits=(0, 0, 2))
    cut = cut_validation(faces, 0.5)
    assert np.array_equal(cut.splits == 2, faces.splits == 2)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "--validation is the share of train to cut off, between 0 and 1, not 0."),
        (1.5, "--validation is the share of train to cut off, between 0 and 1, not 1.5."),
        (0.1, "--validation 0.1 of 7 training faces leaves no face to validate on."),
        (0.9, "--validation 0.9 of 7 training faces leaves no face to train on."),
    ],
)
def test_a_cut_that_cannot_be_is_refused(share, text):
    with pytest.raises(SplitMissing) as error:
        cut_validation(random_faces(7, splits=(0,)), share)
    assert str(error.value) == text
