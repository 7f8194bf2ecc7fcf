"""Pixel-identical faces."""

import numpy as np

from mimika.data.faces import Faces
from mimika.data.twins import identical_in, twin_groups
from tests.data.copies import random_faces


def test_a_face_that_others_have_too_is_found_and_no_other():
    faces, others = random_faces(5, seed=1), random_faces(5, seed=2)
    others = Faces.joined(others, faces[np.array([3, 1])])
    assert identical_in(faces, others).tolist() == [False, True, False, True, False]
    assert identical_in(faces[:0], others).tolist() == []


def test_one_gray_level_makes_a_difference():
    faces = random_faces(1)
    pixels = faces.pixels.copy()
    pixels[0, 47, 47] ^= 1
    changed = Faces(pixels=pixels, emotions=faces.emotions, splits=faces.splits, rows=faces.rows)
    assert identical_in(faces, changed).tolist() == [False]


def test_groups_are_numbered_as_they_appear():
    pixels = random_faces(3).pixels
    assert twin_groups(pixels[[2, 0, 2, 1, 0]]).tolist() == [0, 1, 0, 2, 1]
