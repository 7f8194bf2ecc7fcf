import numpy as np
import pytest

from mimika.emotions import COLORS, EMOTIONS
from mimika.figures.embedding import embedding
from mimika.figures.style import title_of


@pytest.fixture
def features():
    """Thirty faces of each emotion: happy ones far from all others, which lie on a heap in no order."""
    draw = np.random.default_rng(0)
    emotions = np.repeat(np.arange(7), 30)
    places = draw.normal(0, 1, (210, 5))
    places[emotions == 3, 0] += 50
    return places, emotions


def test_it_is_headed_with_the_emotions_among_their_own_and_among_others(features):
    figure = embedding(*features, "cnn5+batch_norm")
    assert title_of(figure).startswith("cnn5 + batch norm: around happy faces 100 % are happy, around ")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[0] == "all 210 faces"
    assert titles[4] == "happy: 100\u00a0% (14\u00a0%)"
    assert [title.split(":")[0] for title in titles[1:]] == list(EMOTIONS)


def test_its_headline_passes_over_emotions_of_few_faces(features):
    places, emotions = features
    some = np.r_[:30, 60:91, 119:210]  # of disgust none, of happy one
    title = title_of(embedding(places[some], emotions[some], "cnn5"))
    assert title.startswith("cnn5: around ")
    assert "happy" not in title
    few = np.r_[:30, 30:59]
    assert title_of(embedding(places[few], emotions[few], "cnn5")) == (
        "cnn5: too few faces to say which lie among their own: fewer than 30 of most emotions"
    )


def test_every_face_is_drawn_once_in_its_color_and_once_in_each_panel(features):
    everything, *panels = embedding(*features, "cnn5").axes
    assert len(everything.collections[0].get_offsets()) == 210
    for panel, color in zip(panels, COLORS.values(), strict=True):
        others, own = panel.collections
        assert (len(others.get_offsets()), len(own.get_offsets())) == (180, 30)
        assert own.get_facecolor()[0][:3] == pytest.approx([int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)])


def test_the_direction_that_parts_most_lies_across_and_has_most_of_the_variance(features):
    figure = embedding(*features, "cnn5")
    happy = figure.axes[4].collections[1].get_offsets()
    assert np.ptp(happy[:, 0]) < 10
    assert abs(happy[:, 0].mean()) == pytest.approx(50 * 6 / 7, rel=0.05)
    across, up = figure.axes[4].get_xlabel(), figure.axes[4].get_ylabel()
    assert int(across.split()[0].replace("\u00a0%", "")) > 95 > int(up.split()[0].replace("\u00a0%", ""))


def test_an_emotion_without_faces_has_a_panel_without_a_share(features):
    places, emotions = features
    figure = embedding(places[emotions != 1], emotions[emotions != 1], "cnn5")
    assert figure.axes[2].get_title(loc="left") == "disgust"
    assert figure.axes[2].texts[0].get_text() == "n = 0"
