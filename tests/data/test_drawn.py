"""The drawn faces: repeatable, in FER2013's shares, hard enough for a network and alike enough to a face."""

import cv2
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mimika.data.drawn import draw_faces
from mimika.data.drawn.anatomy import ACTION_UNITS, FEATURES, UNITS_OF_EMOTION, move
from mimika.data.drawn.person import RANGES
from mimika.data.faces import Faces
from mimika.data.known import OFFICIAL
from mimika.data.split import SPLITS
from mimika.emotions import EMOTIONS
from mimika.errors import DataError


@pytest.fixture(scope="module")
def faces() -> Faces:
    return draw_faces(2000)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_persons():
    one, again, other = draw_faces(100, seed=4), draw_faces(100, seed=4), draw_faces(100, seed=5)
    assert one.pixels.tobytes() == again.pixels.tobytes()
    assert one.checksum == again.checksum
    assert not (one.pixels == other.pixels).all(axis=(1, 2)).any()
    assert (one.emotions == other.emotions).all()


def test_a_face_is_the_same_however_many_are_drawn(faces):
    few = draw_faces(130)
    for field in ("pixels", "emotions", "splits", "rows"):
        assert (getattr(few, field) == getattr(faces[:130], field)).all()


def test_no_two_faces_are_alike_unless_copies_are_asked_for(faces):
    assert len(np.unique(faces.pixels.reshape(len(faces), -1), axis=0)) == len(faces)


def test_eight_of_ten_are_train_and_rows_count_from_one(faces):
    assert [len(faces.of(split)) for split in SPLITS] == [1600, 200, 200]
    assert faces.rows.tolist() == list(range(1, 2001))


def test_every_split_has_the_class_shares_of_fer2013(faces):
    for split in SPLITS:
        part = faces.of(split)
        for emotion, count in zip(EMOTIONS, OFFICIAL["train"], strict=True):
            expected = len(part) * count / sum(OFFICIAL["train"])
            assert faces.counts[split][emotion] == pytest.approx(expected, abs=1), (split, emotion)


def test_no_faces_are_no_faces():
    assert len(draw_faces(0, label_noise=0.1, copies=0.1)) == 0


def test_copies_are_pixel_for_pixel_and_keep_their_emotion():
    plain, copied = draw_faces(1000, seed=1), draw_faces(1000, seed=1, copies=0.1)
    changed = np.flatnonzero((plain.pixels != copied.pixels).any(axis=(1, 2)))
    assert len(changed) == 100
    untouched = np.setdiff1d(np.arange(1000), changed)
    original = {plain.pixels[position].tobytes(): position for position in untouched}
    sources = np.array([original[copied.pixels[position].tobytes()] for position in changed])
    assert (copied.emotions[changed] == copied.emotions[sources]).all()
    assert (copied.splits[changed] != copied.splits[sources]).any(), "some twins stand in two splits"
    assert (copied.emotions == plain.emotions).all()


def test_label_noise_changes_a_share_of_the_training_labels_and_nothing_else():
    plain, noisy = draw_faces(1000, seed=1), draw_faces(1000, seed=1, label_noise=0.2)
    changed = plain.emotions != noisy.emotions
    assert changed.sum() == 160
    assert set(noisy.splits[changed]) == {SPLITS.index("train")}
    assert len(np.unique(noisy.emotions[changed])) == len(EMOTIONS)
    assert (plain.pixels == noisy.pixels).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": -1}, "n is a whole number, 0 or more, not -1."),
        ({"n": 1e3}, "n is a whole number, 0 or more, not 1000.0."),
        ({"n": 1, "seed": -3}, "seed is a whole number, 0 or more, not -3."),
        ({"n": 1, "copies": 1.0}, "copies is a share from 0 to below 1, not 1.0."),
        ({"n": 1, "label_noise": -0.1}, "label_noise is a share from 0 to below 1, not -0.1."),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(arguments, message):
    with pytest.raises(DataError) as error:
        draw_faces(**arguments)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("unit", "feature", "direction"),
    [
        (1, "brow_inner_y", -1),
        (2, "brow_outer_y", -1),
        (4, "brow_inner_y", 1),
        (4, "brow_inner_x", -1),
        (5, "upper_lid_y", -1),
        (6, "cheek", 1),
        (7, "lower_lid_y", -1),
        (7, "upper_lid_y", 1),
        (9, "nose_lines", 1),
        (12, "corner_y", -1),
        (12, "corner_x", 1),
        (15, "corner_y", 1),
        (16, "lower_lip_y", 1),
        (20, "corner_x", 1),
        (23, "lip_loss", 1),
        (26, "jaw_y", 1),
    ],
)
def test_an_action_unit_moves_what_its_name_says(unit, feature, direction):
    moved = move({unit: np.array([0, 0.5, 1], np.float32)})[feature]
    assert moved[0] == 0
    assert 0 < moved[1] * direction < moved[2] * direction


def test_every_emotion_is_shown_by_units_that_exist_and_every_unit_by_an_emotion():
    assert tuple(sorted(UNITS_OF_EMOTION)) == tuple(sorted(EMOTIONS))
    assert {unit for units in UNITS_OF_EMOTION.values() for unit in units} == set(ACTION_UNITS)
    assert {feature for unit in ACTION_UNITS.values() for feature in unit.moves} == set(FEATURES)


def test_sadness_raises_the_inner_brows_and_anger_lowers_them():
    def inner_brow(emotion: str) -> float:
        return float(move({unit: np.ones(1, np.float32) for unit in UNITS_OF_EMOTION[emotion]})["brow_inner_y"][0])

    assert inner_brow("surprise") < inner_brow("sad") < 0 < inner_brow("angry")


def test_every_trait_has_a_range():
    assert all(low < high for low, high in RANGES.values())


def test_a_face_detector_made_for_photographs_finds_them(faces):
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    found = 0
    for face in faces.pixels[:150]:
        picture = np.full((320, 320), 128, np.uint8)
        picture[80:240, 80:240] = cv2.resize(face, (160, 160))
        boxes = cascade.detectMultiScale(picture, scaleFactor=1.1, minNeighbors=5)
        found += any(abs(x + w / 2 - 160) < 40 and abs(y + h / 2 - 160) < 40 for x, y, w, h in boxes)
    assert found / 150 >= 0.8


def test_a_linear_model_sees_more_than_chance_and_less_than_a_network_needs_to(faces):
    def flat(part: Faces) -> np.ndarray:
        return (part.pixels[:, ::2, ::2].reshape(len(part), -1) / 255 - 0.5).astype(np.float32)

    train, validation = faces.of("train"), Faces.joined(faces.of("validation"), faces.of("test"))
    model = LogisticRegression(C=0.03, max_iter=300).fit(flat(train), train.emotions)
    assert 0.25 < model.score(flat(validation), validation.emotions) < 0.55
