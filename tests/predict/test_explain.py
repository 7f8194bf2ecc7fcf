"""What an answer hangs on is found where the network really looks."""

import numpy as np
import pytest

from mimika.emotions import EMOTIONS
from mimika.predict.explain import _told, explain, occlusion_map
from mimika.predict.face import Face

HAPPY = EMOTIONS.index("happy")


class Looking:
    """Stands for a network: the brighter a square of the face, the happier."""

    def __init__(self, rows, columns, sign=1.0):
        self._place = (slice(None), slice(*rows), slice(*columns))
        self._sign = sign

    def probabilities(self, faces):
        happy = 0.5 + self._sign * (faces[self._place].mean(axis=(1, 2)) / 255 - 0.5)
        answers = np.repeat(((1 - happy) / 6)[:, None], 7, axis=1)
        answers[:, HAPPY] = happy
        return answers.astype(np.float32)


def dark_with_a_light_square():
    crop = np.full((48, 48), 30, np.uint8)
    crop[30:40, 16:32] = 250
    return crop


def face(**probabilities):
    known = {emotion: probabilities.get(emotion, 0.0) for emotion in EMOTIONS}
    expression = max(known, key=lambda emotion: known[emotion])
    return Face(box=(0, 0, 48, 48), detection_score=None, detector="none", expression=expression, probabilities=known)


def test_what_the_answer_hangs_on_is_found_where_the_network_looks():
    found = occlusion_map(Looking((30, 40), (16, 32)), dark_with_a_light_square(), HAPPY)
    assert (found.shape, found.dtype) == ((48, 48), np.float32)
    row, column = np.unravel_index(found.argmax(), found.shape)
    assert 30 <= row < 40
    assert 16 <= column < 32
    assert found[:16].max() < 0.1 * found.max()
    assert found.max() > 0.1


def test_a_part_that_speaks_against_the_answer_counts_below_nothing():
    found = occlusion_map(Looking((30, 40), (16, 32), sign=-1.0), dark_with_a_light_square(), HAPPY)
    row, column = np.unravel_index(found.argmin(), found.shape)
    assert 30 <= row < 40
    assert 16 <= column < 32
    assert found.min() < -0.1


def test_a_network_that_looks_at_nothing_hangs_on_nothing():
    class Blind:
        def probabilities(self, faces):
            return np.full((len(faces), 7), 1 / 7, np.float32)

    assert occlusion_map(Blind(), dark_with_a_light_square(), HAPPY) == pytest.approx(np.zeros((48, 48)))


def test_the_picture_is_warm_where_the_answer_comes_from_and_cold_where_it_is_spoken_against():
    for sign in (1.0, -1.0):
        picture = explain(Looking((30, 40), (16, 32), sign), dark_with_a_light_square(), face(happy=0.9, sad=0.1))
        plain, lit = np.asarray(picture)[6:294, 6:294], np.asarray(picture)[6:294, 300:588]
        assert np.array_equal(plain[..., 0], plain[..., 2])
        red, _, blue = lit[35 * 6, 24 * 6].astype(int)
        assert (red - blue) * sign > 60


def test_a_face_of_one_gray_is_shown_as_it_is_since_no_part_of_it_matters():
    picture = explain(Looking((0, 48), (0, 48)), np.full((48, 48), 128, np.uint8), face(happy=0.5, sad=0.5))
    assert picture.size == (594, 364)
    assert np.array_equal(np.asarray(picture)[6:294, 300:588], np.full((288, 288, 3), 128))


def test_what_hardly_matters_hardly_shines():
    class Slightly(Looking):
        def probabilities(self, faces):
            return 0.99 / 7 + 0.01 * super().probabilities(faces)

    picture = explain(Slightly((30, 40), (16, 32)), dark_with_a_light_square(), face(happy=0.9))
    red, _, blue = np.asarray(picture)[6 + 35 * 6, 300 + 24 * 6].astype(int)
    assert 0 < red - blue < 40


@pytest.mark.parametrize(
    ("highest", "lowest", "told"),
    [
        (0.214, -0.003, "Covered, orange costs up to 21 points of happy (means over patches)."),
        (
            0.214,
            -0.05,
            "Covered, orange costs up to 21 points of happy, blue adds up to 5 (means over patches).",
        ),
        (0.004, -0.3, "Covered, blue adds up to 30 points of happy (means over patches)."),
        (0.01, 0.0, "Covered, orange costs up to 1 point of happy (means over patches)."),
        (0.001, -0.001, "Covering any one part costs and adds nothing of happy."),
    ],
)
def test_the_sentence_says_what_the_colors_are_worth(highest, lowest, told):
    assert _told(np.array([[highest, lowest]], np.float32), "happy") == told
