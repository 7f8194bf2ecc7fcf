import numpy as np

from mimika.emotions import EMOTIONS
from mimika.figures.looking import looking
from mimika.figures.style import title_of

GRAY = np.full((48, 48), 128.0)


def drawn(**maps):
    return looking(dict.fromkeys(maps, GRAY), maps, dict.fromkeys(maps, 4), "cnn5+batch_norm")


def mapped(rows, by=0.2):
    """A map of a face that is read from some of its rows."""
    one = np.zeros((48, 48))
    one[rows] = by
    return one


def test_it_is_headed_with_what_is_read_from_the_lower_half_and_what_is_not():
    figure = drawn(angry=mapped(slice(0, 24)), happy=mapped(slice(12, 48)), sad=mapped(slice(18, 30)))
    assert title_of(figure) == (
        "cnn5 + batch norm: 67 % of what happy is read from lies in the lower half of the face, of angry 0 %"
    )


def test_one_emotion_alone_and_none_at_all_are_said():
    assert title_of(drawn(fear=mapped(slice(20, 28)))).endswith(
        ": 50 % of what fear is read from lies in the lower half of the face"
    )
    assert title_of(drawn(fear=mapped(slice(0)))).endswith(": no part of a face matters to it alone")


def test_colors_are_on_one_scale_and_tell_for_from_against():
    figure = drawn(angry=mapped(slice(0, 10), 0.4), happy=mapped(slice(0, 10), -0.2))
    panels = dict(zip(EMOTIONS, figure.axes, strict=False))
    angry, happy = (np.asarray(panels[emotion].images[1].get_array())[0, 0] for emotion in ("angry", "happy"))
    assert angry[0] > angry[2] and happy[2] > happy[0], "orange and blue"
    assert angry[3] == 2 * happy[3] > 0
    assert [panels[emotion].texts[0].get_text() for emotion in ("angry", "happy", "fear")] == [
        "up to 40\u00a0points\nn = 4",
        "up to 0.0\u00a0points\nn = 4",
        "no face",
    ]
    assert figure.axes[7].texts[0].get_text() == "40\u00a0points less\nwithout it"
