from dataclasses import replace

import numpy as np
import pytest

from mimika.data.faces import SIDE, Faces
from mimika.emotions import EMOTIONS
from mimika.figures.data import GAP, distribution, face_sheet, gray_levels, mean_faces, variance_faces
from mimika.figures.style import PNG_PIXELS, title_of, to_svg
from mimika.metrics import FEWEST_FACES


@pytest.fixture
def faces():
    """Seven rows, one an emotion, brighter from one to the next; surprise has a black mouth."""
    pixels = np.stack([np.full((SIDE, SIDE), 100 + 10 * number, np.uint8) for number in range(7)])
    pixels[5, 30:40, 16:32] = 0
    return Faces(
        pixels=pixels, emotions=np.arange(7, dtype=np.uint8), splits=np.zeros(7, np.uint8), rows=np.arange(1, 8)
    )


def many(faces, times=FEWEST_FACES):
    """Each face so often."""
    return faces[np.repeat(np.arange(len(faces)), times)]


def note_of(figure):
    return " ".join(figure.texts[-1].get_text().split())


def nothing(faces):
    return faces[np.zeros(len(faces), bool)]


def of(*numbers):
    return dict(zip(EMOTIONS, numbers, strict=True))


def test_the_distribution_names_the_largest_and_the_smallest_class():
    counts = {"train": of(14, 1, 14, 25, 17, 11, 18), "validation": of(14, 1, 14, 25, 17, 11, 18), "test": of(*[0] * 7)}
    figure = distribution(counts)
    assert title_of(figure) == "25.0 % of the faces are happy, 1.0 % disgust: 25 times fewer"
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["train, 100", "validation, 100"]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    assert [text.get_text() for text in figure.axes[0].texts] == ["14", "1", "14", "25", "17", "11", "18"]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == list(EMOTIONS)


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ((3, 3, 3, 3, 3, 3, 3), "Each emotion has the same number of faces, 3"),
        ((3, 0, 3, 4, 3, 3, 4), "20.0 % of the faces are happy, none is disgust"),
        ((2, 2, 2, 5, 2, 2, 5), "25.0 % of the faces are happy, 10.0 % angry: 2.5 times fewer"),
        ((0, 0, 0, 0, 0, 0, 0), "There are no faces yet"),
    ],
)
def test_the_distribution_says_what_the_counts_say(numbers, title):
    assert title_of(distribution({"train": of(*numbers)})) == title


def test_a_face_sheet_shows_pixels_as_they_are(faces):
    figure = face_sheet(faces, per_emotion=3)
    assert title_of(figure) == "7 faces, as they are: 48×48 pixels, gray"
    (image,) = figure.axes[0].images
    shown = np.asarray(image.get_array())
    assert image.get_interpolation() == "none"
    assert shown.shape == (7 * (SIDE + GAP) - GAP, 3 * (SIDE + GAP) - GAP, 4)
    top = 5 * (SIDE + GAP)
    assert (shown[top : top + SIDE, :SIDE, 0] == faces.pixels[5]).all()
    assert not shown[:, SIDE : SIDE + GAP, 3].any(), "gaps let the page through"


def test_a_face_sheet_is_drawn_at_an_integer_scale(faces):
    figure = face_sheet(faces)
    box = figure.axes[0].get_position()
    wide = box.width * figure.get_figwidth() * PNG_PIXELS / (8 * (SIDE + GAP) - GAP)
    high = box.height * figure.get_figheight() * PNG_PIXELS / (7 * (SIDE + GAP) - GAP)
    assert (wide, high) == pytest.approx((3, 3))


def test_mean_faces_name_the_emotion_that_stands_apart(faces):
    figure = mean_faces(many(faces))
    assert title_of(figure) == "On average, surprise faces look least like the others (n = 30)"
    assert [axes.get_title() for axes in figure.axes] == list(EMOTIONS)
    assert {text.get_text() for axes in figure.axes for text in axes.texts} == {"n = 30"}
    assert all(len(axes.images) == 1 for axes in figure.axes)


def test_no_headline_speaks_of_emotions_with_few_faces(faces):
    most = many(faces)[np.arange(7 * FEWEST_FACES) != 5 * FEWEST_FACES]  # surprise has one face less than it takes
    assert "surprise" not in title_of(mean_faces(most))
    dark = many(faces)[np.arange(7 * FEWEST_FACES) != 0]
    assert title_of(gray_levels(dark)) == (
        "On average, neutral faces are brighter than disgust faces: gray level 160 of 255 (n = 30) against 110 (n = 30)"
    )
    for draw in (gray_levels, mean_faces, variance_faces):
        assert note_of(draw(dark)).endswith("Too few faces to compare, fewer than 30: angry.")
        assert "Too few" not in note_of(draw(many(faces)))
    few = many(faces, FEWEST_FACES - 1)
    assert [title_of(draw(few)) for draw in (mean_faces, variance_faces, gray_levels)] == [
        "Too few faces to say whose look least like the others: fewer than 30 of most emotions",
        "Too few faces to say whose differ most: fewer than 30 of most emotions",
        "Too few faces to say whose are the brightest: fewer than 30 of most emotions",
    ]


def test_what_chance_does_to_the_mean_of_few_faces_sets_no_emotion_apart():
    noise = np.random.default_rng(0)
    emotions = np.repeat(np.arange(7, dtype=np.uint8), [30, *[400] * 6])
    pixels = noise.normal(120, 40, (len(emotions), SIDE, SIDE)).clip(0, 255).astype(np.uint8)
    pixels[emotions == 4, 30:40, 16:32] -= 10
    faces = Faces(
        pixels=pixels, emotions=emotions, splits=np.zeros(len(emotions), np.uint8), rows=np.arange(len(emotions))
    )
    assert title_of(mean_faces(faces)) == "On average, sad faces look least like the others (n = 400)"


def test_the_quartiles_of_a_single_face_are_a_dot(faces):
    panel = gray_levels(faces).axes[1]
    boxes = [line for line in panel.lines if line.get_linewidth() == 9]
    assert [line.get_marker() for line in boxes] == ["o"] * 7
    spread = replace(faces[:4], emotions=np.array([0, 0, 1, 1], np.uint8))
    lines = [line for line in gray_levels(spread).axes[1].lines if line.get_linewidth() == 9]
    assert [line.get_marker() for line in lines] == ["", ""]


def test_mean_faces_leave_empty_what_no_face_shows(faces):
    figure = mean_faces(faces[:1])
    assert title_of(figure) == "The mean of 1 face"
    assert [len(axes.images) for axes in figure.axes] == [1, 0, 0, 0, 0, 0, 0]


def test_variance_faces_show_the_deviation_of_each_pixel():
    bright = np.repeat(np.arange(100, 170, 10, dtype=np.uint8), SIDE * SIDE).reshape(7, SIDE, SIDE)
    pixels = np.concatenate([bright, bright - 40])
    faces = Faces(
        pixels=pixels,
        emotions=np.tile(np.arange(7, dtype=np.uint8), 2),
        splits=np.zeros(14, np.uint8),
        rows=np.arange(14),
    )
    assert title_of(variance_faces(many(faces))) == "The faces of all emotions differ alike, by 20 gray levels a pixel"

    pixels[0] = 160
    pixels[5, 24:] = pixels[12, 24:]
    figure = variance_faces(many(faces))
    assert title_of(figure) == "Angry faces differ most, by 50 gray levels a pixel; surprise faces least, by 10"
    angry, surprise = (np.asarray(figure.axes[place].images[0].get_array())[..., 0] for place in (0, 5))
    assert (angry == 255).all()
    assert (surprise[:24] == round(20 * 255 / 50)).all() and not surprise[24:].any()
    assert {text.get_text() for axes in figure.axes for text in axes.texts} == {"n = 60"}


def test_one_face_does_not_differ(faces):
    figure = variance_faces(faces)
    assert title_of(figure) == "Too few faces to say whose differ most: fewer than 30 of most emotions"
    assert not any(axes.images for axes in figure.axes)


def test_emotions_whose_brightness_differs_by_chance_alone_are_about_equally_bright(faces):
    alike = many(faces, 100)
    draw = np.random.default_rng(0)
    levels = draw.normal(120, 20, len(alike)) + 5 * (alike.emotions == 3)  # 1.8 standard errors
    shaded = replace(alike, pixels=np.repeat(levels.astype(np.uint8), SIDE * SIDE).reshape(-1, SIDE, SIDE))
    assert title_of(gray_levels(shaded)) == "The faces of all emotions are about equally bright (mean 120 of 255)"


def test_gray_levels_name_the_brightest_and_the_darkest(faces):
    figure = gray_levels(many(faces))
    assert title_of(figure) == (
        "On average, neutral faces are brighter than angry faces: gray level 160 of 255 (n = 30) against 100 (n = 30)"
    )
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "gray level, 0 black to 255 white",
        "mean gray level of a face",
    ]
    assert to_svg(figure).count("<title>") == 7


def test_without_faces_every_picture_still_draws(faces):
    none = nothing(faces)
    assert title_of(gray_levels(none)) == "There are no faces yet"
    assert title_of(mean_faces(none)) == "The mean of 0 faces"
    assert title_of(face_sheet(none)) == "0 faces, as they are: 48×48 pixels, gray"
    for figure in (gray_levels(none), mean_faces(none), face_sheet(none)):
        assert to_svg(figure).endswith("</svg>")
