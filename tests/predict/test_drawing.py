"""What is drawn on a picture: boxes, labels that hide no other face, and what stands below."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from mimika.emotions import COLORS, EMOTIONS
from mimika.predict.drawing import GROUND, annotate, save_drawing
from mimika.predict.face import UNSURE, Face
from mimika.predict.pictures import Picture, read_picture

WHITE = (255, 255, 255)


def face(box, expression="happy", probability=0.9, score=5.0):
    """A face of which one emotion is as probable as told, and the others alike."""
    emotion = "sad" if expression == UNSURE else expression
    rest = (1 - probability) / 6
    probabilities = {name: probability if name == emotion else rest for name in EMOTIONS}
    return Face(box=box, detection_score=score, detector="haar", expression=expression, probabilities=probabilities)


def noise(width, height):
    """A gray picture without any color of ours, in which a changed pixel is seen."""
    return Picture(pixels=np.random.default_rng(0).integers(60, 200, (height, width), np.uint8))


def pixels_of(image, color):
    """How many pixels have just this color."""
    return int((np.asarray(image) == color).all(axis=2).sum())


def rgb(emotion):
    return ImageColor.getrgb(COLORS[emotion])


def test_a_picture_without_faces_is_drawn_as_it_is():
    picture = noise(640, 480)
    assert np.array_equal(np.asarray(annotate(picture, [])), np.stack([picture.pixels] * 3, axis=2))


def test_a_legend_stands_below_and_the_picture_keeps_its_place():
    picture = noise(640, 480)
    drawn = np.asarray(annotate(picture, [face((200, 200, 100, 100))]))
    assert drawn.shape[1] == 640
    assert 480 < drawn.shape[0] < 540
    assert (drawn[:480, :, 0] == picture.pixels).mean() > 0.97
    assert all(pixels_of(drawn[480:], rgb(emotion)) > 30 for emotion in EMOTIONS)


def test_a_small_picture_is_enlarged_by_a_whole_number():
    picture = noise(100, 80)
    drawn = np.asarray(annotate(picture, [face((40, 30, 20, 20))]))
    assert drawn.shape[1] == 500
    assert np.array_equal(drawn[:50, :, 0], picture.pixels.repeat(5, axis=0).repeat(5, axis=1)[:50])


def test_a_sure_face_has_a_box_in_its_color_and_an_unsure_one_white_corners():
    picture = noise(640, 480)
    sure = np.asarray(annotate(picture, [face((200, 200, 100, 100), "surprise")]))[:480]
    unsure = np.asarray(annotate(picture, [face((200, 200, 100, 100), UNSURE)]))[:480]
    middle_of_left_side = (slice(240, 260), slice(190, 200))
    assert pixels_of(sure[middle_of_left_side], rgb("surprise")) >= 40
    assert np.array_equal(unsure[middle_of_left_side][..., 0], picture.pixels[middle_of_left_side])
    assert pixels_of(unsure[195:225, 190:225], WHITE) >= 40


CROWDED = {
    "corners": [(0, 0, 120, 120), (520, 0, 120, 120), (0, 360, 120, 120), (520, 360, 120, 120), (260, 180, 120, 120)],
    "row": [(5 + 105 * place, 180, 100, 100) for place in range(6)],
    "column": [(270, 10 + 120 * place, 80, 80) for place in range(4)],
    "grid": [(20 + 155 * across, 40 + 150 * down, 100, 100) for down in range(3) for across in range(4)],
}


@pytest.mark.parametrize("boxes", CROWDED.values(), ids=CROWDED)
def test_labels_stay_inside_and_hide_no_face_where_there_is_room(boxes):
    picture = noise(640, 480)
    drawn = np.asarray(annotate(picture, [face(box, UNSURE, 0.3) for box in boxes]))[:480, :, 0]
    for x, y, width, height in boxes:
        inside = (slice(y + 6, y + height - 6), slice(x + 6, x + width - 6))
        assert np.array_equal(drawn[inside], picture.pixels[inside])
    labels = (np.asarray(annotate(picture, [face(box, UNSURE, 0.3) for box in boxes]))[:480] == WHITE).all(axis=2)
    assert labels.any()


def test_a_label_is_whole_even_where_a_face_fills_the_picture():
    drawn = annotate(noise(400, 400), [face((0, 0, 400, 400), "angry", 0.93)])
    free = annotate(noise(600, 600), [face((100, 100, 400, 400), "angry", 0.93)])
    for image, size in ((drawn, 400), (free, 600)):
        above = np.asarray(image)[:size]
        assert pixels_of(above, rgb("disgust")) >= 2, "a bar of one pixel"
        assert pixels_of(above, WHITE) > 30


def test_what_was_taken_as_one_face_stays_untouched_and_is_answered_below():
    picture = noise(48, 48)
    drawn = np.asarray(annotate(picture, [face((0, 0, 48, 48), "fear", 0.64, score=None)]))
    assert np.array_equal(drawn[:480, :, 0], picture.pixels.repeat(10, axis=0).repeat(10, axis=1))
    below = drawn[480:]
    lengths = {emotion: int((below == rgb(emotion)).all(axis=2).sum(axis=1).max()) for emotion in EMOTIONS}
    track = int((below != GROUND).any(axis=2)[:, 100:380].all(axis=1).sum())
    assert track > 20
    assert lengths["fear"] / lengths["happy"] == pytest.approx(0.64 / 0.06, rel=0.1)


def test_a_narrow_picture_has_room_for_its_labels():
    drawn = annotate(noise(30, 600), [face((0, 100, 30, 30))])
    assert drawn.width == 200
    assert np.asarray(drawn)[300, 190].tolist() == list(GROUND)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_every_size_and_every_box_can_be_drawn(width, height, data):
    boxes = []
    for _ in range(data.draw(st.integers(1, 3))):
        x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
        boxes.append((x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y))))
    drawn = annotate(noise(width, height), [face(box, data.draw(st.sampled_from(["sad", UNSURE]))) for box in boxes])
    assert drawn.mode == "RGB"
    assert drawn.width >= width
    assert drawn.height > height


def test_a_drawing_is_written_whole_in_the_form_of_its_name(tmp_path):
    drawn = annotate(noise(64, 64), [])
    for name, form in (("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("sub/a.png", "PNG")):
        save_drawing(drawn, tmp_path / name)
        with Image.open(tmp_path / name) as image:
            assert image.format == form
    assert np.array_equal(read_picture(tmp_path / "sub/a.png").pixels, np.asarray(drawn))
    assert {path.name for path in tmp_path.iterdir()} == {"a.jpg", "a.JPEG", "sub"}
