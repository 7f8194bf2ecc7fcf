"""Expressions on a video: people's numbers, raw and smoothed probabilities, nothing that piles up."""

import json
import math
import weakref

import cv2
import numpy as np
import pytest

from mimika.emotions import EMOTIONS
from mimika.errors import PictureError, VideoError
from mimika.predict.detector import Whole
from mimika.predict.footage import open_footage
from mimika.predict.recogniser import Recogniser
from mimika.predict.video import Smoothing, watch
from tests.predict.clips import Script, frame, recogniser, write_clip


@pytest.fixture
def eyes(tmp_path):
    return recogniser(tmp_path)


def crossing(frames=30):
    """Two squares that pass each other, one above the other, and swap their order."""
    return [frame((10 + 4 * step, 15, 30), (120 - 4 * step, 60, 30)) for step in range(frames)]


def test_faces_on_a_video_have_a_person_and_both_kinds_of_probabilities(tmp_path, eyes):
    frames = list(watch(eyes, write_clip(tmp_path / "clip.avi", crossing())))
    assert [(one.number, round(one.seconds, 3)) for one in frames] == [
        (step, round(step / 10, 3)) for step in range(30)
    ]
    assert all(one.pixels.shape == (120, 160, 3) for one in frames)
    assert all(len(one.sightings) == 2 for one in frames)
    upper, lower = frames[0].sightings
    assert (upper.person, lower.person) == (1, 2)
    assert upper.face.box[:2] == pytest.approx((10, 15), abs=2)
    assert upper.face == eyes.predict(frames[0].pixels)[0]
    assert upper.smoothed.box == upper.face.box
    assert list(upper.smoothed.probabilities) == list(EMOTIONS)
    assert {one.sightings[0].face.box[0] <= one.sightings[1].face.box[0] for one in frames} == {True}
    assert [one.person for one in frames[-1].sightings] == [2, 1]  # sorted by x, and the people kept their numbers


def test_a_video_without_faces_has_frames_without_sightings(tmp_path, eyes):
    frames = list(watch(eyes, write_clip(tmp_path / "clip.avi", [frame()] * 4)))
    assert [one.sightings for one in frames] == [()] * 4


def test_a_video_that_begins_black_is_watched_through(eyes, tmp_path):
    black = np.zeros((48, 48, 3), np.uint8)
    clip = write_clip(tmp_path / "clip.avi", [black] * 3 + [frame((10, 10, 20), size=(48, 48))] * 2)
    frames = list(watch(Recogniser(eyes.network, Whole()), clip))
    assert [one.sightings[0].person for one in frames] == [1] * 5
    assert frames[0].sightings[0].smoothed.expression == "unsure"


@pytest.mark.parametrize("wrong", [np.zeros((48, 48, 3), np.uint8), (np.zeros((48, 48, 3), np.uint8), 0.5), b"frame"])
def test_frames_without_their_times_are_refused_in_a_line(eyes, wrong):
    with pytest.raises(VideoError) as refused:
        list(watch(eyes, [wrong]))
    assert str(refused.value) == "Frame 0: a pair is meant, of a time in seconds and an RGB array."


@pytest.mark.parametrize("wrong", [None, 0.5, np.array(0)])
def test_what_is_no_video_is_refused_at_once(eyes, wrong):
    with pytest.raises(VideoError) as refused:
        watch(eyes, wrong)
    named = "array" if isinstance(wrong, np.ndarray) else type(wrong).__name__
    assert str(refused.value) == (
        f"{named}: not a video. Give a file's path, a camera's number, or frames with their times."
    )


def test_a_cameras_number_may_be_numpys(monkeypatch, eyes):
    script = Script(0.0, 0.1)
    monkeypatch.setattr(cv2, "VideoCapture", script)
    assert len(list(watch(eyes, np.int64(2), tell=lambda _: None))) == 2
    assert script.opened_with == (2,)
    assert type(script.opened_with[0]) is int


def test_one_frame_each_so_many_seconds_keeps_the_people(tmp_path, eyes):
    frames = list(watch(eyes, write_clip(tmp_path / "clip.avi", crossing()), every_seconds=0.5))
    assert [one.number for one in frames] == [0, 5, 10, 15, 20, 25]
    assert {sighting.person for one in frames for sighting in one.sightings} == {1, 2}


def test_open_footage_can_be_watched_and_stays_open(tmp_path, eyes):
    with open_footage(write_clip(tmp_path / "clip.avi", [frame()] * 4)) as footage:
        assert len(list(watch(eyes, footage))) == 4
        assert footage._capture.isOpened()


def own_frames(eyes, times, **how):
    """Frames that an app gives, with a square that moves on."""
    pixels = [frame((10 + 4 * step, 20, 30))[:, :, ::-1] for step in range(len(times))]
    return watch(eyes, zip(times, pixels, strict=True), **how)


def test_ones_own_frames_are_followed_and_smoothed_as_those_of_a_file(eyes):
    frames = list(own_frames(eyes, [5.0, 5.1, 5.1, 5.3]))
    assert [(one.number, one.seconds) for one in frames] == [(0, 5.0), (1, 5.1), (2, 5.1), (3, 5.3)]
    assert [[sighting.person for sighting in one.sightings] for one in frames] == [[1]] * 4
    smoothing = Smoothing()
    for one in frames:
        (sighting,) = one.sightings
        believed = smoothing.add(1, np.array(list(sighting.face.probabilities.values())), one.seconds)
        assert list(sighting.smoothed.probabilities.values()) == pytest.approx(believed.tolist())


def test_one_of_ones_own_frames_is_answered_before_the_next_is_taken(eyes):
    given = []
    own = ((given.append(number) or number / 10, frame()) for number in range(9))
    seen = watch(eyes, own, every_seconds=0.2)
    assert [(next(seen).number, len(given)) for _ in range(3)] == [(0, 1), (2, 3), (4, 5)]


def test_the_time_of_ones_own_frames_never_goes_back(eyes):
    for times, line in [
        ([1.0, 0.5], "Frame 1: the time 0.5 s, but times are finite and never go back."),
        ([math.nan], "Frame 0: the time nan s, but times are finite and never go back."),
    ]:
        with pytest.raises(VideoError) as error:
            list(own_frames(eyes, times))
        assert str(error.value) == line
    with pytest.raises(PictureError, match="there is nothing to see"):
        list(watch(eyes, [(0.0, np.empty((0, 9, 3), np.uint8))]))


def test_a_video_that_was_opened_here_is_closed_at_the_end_and_when_the_caller_stops(monkeypatch, eyes):
    for taken in (2, 5):
        script = Script(*[0.1 * number for number in range(4)])
        monkeypatch.setattr(cv2, "VideoCapture", script)
        frames = watch(eyes, 0, tell=lambda _: None)
        assert len([one for one, _ in zip(frames, range(taken), strict=False)]) == min(taken, 4)
        frames.close()
        assert not script.isOpened()


def test_what_is_wrong_is_told_before_the_first_frame(tmp_path, eyes):
    clip = write_clip(tmp_path / "clip.avi", [frame()])
    for mistake, line in [
        ({"source": tmp_path / "gone.mp4"}, f"{tmp_path / 'gone.mp4'}: no such file."),
        (
            {"source": clip, "every_seconds": 0},
            "A frame every 0 seconds cannot be looked at. Name more than 0 seconds.",
        ),
        ({"source": clip, "smooth_seconds": -1}, "smooth_seconds is -1, but it is 0 or more."),
        ({"source": clip, "forget_seconds": math.nan}, "forget_seconds is nan, but it is 0 or more."),
    ]:
        with pytest.raises(VideoError) as error:
            watch(eyes, **mistake)
        assert str(error.value) == line


def test_a_frame_is_plain_json_without_its_pixels(tmp_path, eyes):
    one = next(watch(eyes, write_clip(tmp_path / "clip.avi", [frame((20, 20, 30))])))
    (sighting,) = one.sightings
    assert json.loads(json.dumps(one.to_dict())) == {
        "frame": 0,
        "seconds": 0.0,
        "size": [160, 120],
        "faces": [
            {
                "person": 1,
                **sighting.face.to_dict(),
                "smoothed": {
                    "expression": sighting.smoothed.expression,
                    "likeliest": sighting.smoothed.likeliest,
                    "probabilities": dict(sighting.smoothed.probabilities),
                },
            }
        ],
    }


def test_smoothed_expressions_follow_the_recognisers_threshold(tmp_path, eyes):
    clip = write_clip(tmp_path / "clip.avi", [frame((20, 20, 30))] * 3)
    for threshold in (0.0, 1.0):
        eyes.threshold = threshold
        for one in watch(eyes, clip):
            smoothed = one.sightings[0].smoothed
            assert smoothed.expression == (smoothed.likeliest if threshold == 0 else "unsure")


def test_a_crop_that_shows_nothing_is_unsure_and_changes_no_belief(tmp_path):
    eyes = Recogniser(recogniser(tmp_path).network, Whole(), threshold=0.0)
    face = frame((40, 30, 60))
    path = write_clip(tmp_path / "clip.avi", [face, frame(), face])
    first, shown_nothing, last = (one.sightings[0] for one in watch(eyes, path))
    assert first.person == shown_nothing.person == last.person
    assert (shown_nothing.face.expression, shown_nothing.smoothed.expression) == ("unsure", "unsure")
    assert first.smoothed.expression == last.smoothed.expression != "unsure"
    assert shown_nothing.smoothed.probabilities == first.smoothed.probabilities != shown_nothing.face.probabilities
    assert last.smoothed.probabilities == pytest.approx(first.smoothed.probabilities, abs=1e-3)


def test_without_smoothing_both_are_the_same(tmp_path, eyes):
    clip = write_clip(tmp_path / "clip.avi", [frame((20, 20, 30), gray=gray) for gray in range(0, 150, 10)])
    for one in watch(eyes, clip, smooth_seconds=0):
        assert one.sightings[0].smoothed == one.sightings[0].face


HAPPY, SAD = np.eye(7)[3], np.eye(7)[4]


@pytest.mark.parametrize("rate", [1, 5, 12.5, 30, 240])
def test_smoothing_takes_its_time_whatever_the_frame_rate(rate):
    smoothing = Smoothing(seconds=0.5)
    smoothing.add(1, HAPPY, 0.0)
    for step in range(1, round(2 * rate) + 1):
        believed = smoothing.add(1, SAD, step / rate)
    assert believed == pytest.approx(math.exp(-4) * HAPPY + (1 - math.exp(-4)) * SAD)


def test_smoothing_starts_with_the_first_frame_and_keeps_people_apart():
    smoothing = Smoothing(seconds=0.5)
    assert (smoothing.add(1, HAPPY, 0.0) == HAPPY).all()
    assert (smoothing.add(2, SAD, 0.1) == SAD).all()
    assert smoothing.add(1, HAPPY, 0.2) == pytest.approx(HAPPY)
    assert smoothing.add(1, SAD, 0.2) == pytest.approx(HAPPY)  # no time has passed
    assert smoothing.add(1, SAD, 60.0) == pytest.approx(SAD)  # after a gap the past hardly counts


def test_smoothing_forgets_whom_it_is_told_to():
    smoothing = Smoothing(seconds=0.5)
    smoothing.add(1, HAPPY, 0.0)
    smoothing.keep([])
    assert (smoothing.add(1, SAD, 0.1) == SAD).all()


def test_frames_are_let_go_as_soon_as_the_caller_does(monkeypatch, eyes):
    monkeypatch.setattr(cv2, "VideoCapture", Script(*[0.1 * number for number in range(40)]))
    kept = []
    for one in watch(eyes, 0, tell=lambda _: None):
        kept.append(weakref.ref(one.pixels))
        assert sum(pixels() is not None for pixels in kept) <= 2
    assert len(kept) == 40


def test_a_flickering_answer_is_calmed(tmp_path, eyes):
    answers = iter([HAPPY, HAPPY, SAD, HAPPY, HAPPY, SAD, HAPPY, HAPPY] * 3)
    eyes.network.probabilities = lambda faces: np.array([next(answers)], np.float32)
    clip = write_clip(tmp_path / "clip.avi", [frame((20, 20, 30))] * 24)
    eyes.threshold = 0.5
    sightings = [one.sightings[0] for one in watch(eyes, clip)]
    assert {one.face.expression for one in sightings} == {"happy", "sad"}
    assert {one.smoothed.expression for one in sightings} == {"happy"}
