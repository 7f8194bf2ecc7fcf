"""From pictures to faces with expressions: one, many, and those that cannot be read."""

import itertools
import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

import mimika
from mimika.emotions import EMOTIONS
from mimika.errors import DetectorError, PictureError, RunError
from mimika.predict import recogniser
from mimika.predict.crop import cut
from mimika.predict.detector import Detection, Whole
from mimika.predict.network import read_network
from mimika.predict.recogniser import Recogniser
from tests.predict.files import CARD, write_network
from tests.predict.scenes import FACES, scene


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("network") / "faces.onnx"
    write_network(path)
    return path


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MIMIKA_HOME", str(tmp_path))


class Telling:
    """A network that remembers its batches, and is as sure of happy as it is told to be."""

    card = CARD

    def __init__(self, sure=0.9):
        self.batches = []
        self._sure = sure

    def probabilities(self, faces):
        self.batches.append(len(faces))
        answers = np.full((len(faces), 7), (1 - self._sure) / 6, np.float32)
        answers[:, EMOTIONS.index("happy")] = self._sure
        return answers


class Many:
    """A detector that finds the same number of faces on each picture."""

    name = "haar"
    whole = False

    def __init__(self, faces):
        self._found = [Detection((number, 0, 1, 1), 5.0) for number in range(faces)]

    def find(self, picture):
        return self._found


# One picture


def test_a_48_pixel_face_gets_exactly_the_networks_own_answer(path):
    network = read_network(path)
    recognise = mimika.load(path, detector="none").predict
    for pixels in FACES:
        for source in (pixels, Image.fromarray(pixels), cv2.imencode(".png", pixels)[1].tobytes()):
            (face,) = recognise(source)
            assert list(face.probabilities) == list(EMOTIONS)
            assert list(face.probabilities.values()) == network.probabilities(pixels[None])[0].tolist()


def test_without_a_detector_the_whole_picture_is_the_face(path):
    (face,) = mimika.load(path, "none").predict(astronaut()[:300])
    assert face.box == (0, 0, 512, 300)
    assert face.detection_score is None
    assert face.detector == "none"


def test_a_found_face_is_cut_out_before_it_is_answered(path):
    pixels = scene((4, 230, 20, 130), (6, 30, 120, 150))
    network = read_network(path)
    faces = mimika.load(path, "haar").predict(pixels)
    assert [face.box for face in faces] == sorted(face.box for face in faces)
    assert len(faces) == 2
    for face in faces:
        crop = cut(pixels, face.box)
        assert list(face.probabilities.values()) == pytest.approx(network.probabilities(crop[None])[0], abs=1e-6)
        assert face.detector == "haar"


def test_a_picture_without_faces_has_none(path):
    assert mimika.load(path).predict(scene()) == []


def test_an_answer_below_the_threshold_is_unsure():
    pixels = np.tile(np.arange(48, dtype=np.uint8), (48, 1))
    (unsure,) = Recogniser(Telling(0.59), Whole()).predict(pixels)
    (sure,) = Recogniser(Telling(0.61), Whole()).predict(pixels)
    assert (unsure.expression, sure.expression) == ("unsure", "happy")
    assert unsure.probabilities["happy"] == pytest.approx(0.59)
    assert unsure.likeliest == "happy"


def test_a_threshold_of_ones_own_takes_the_place_of_the_files(path):
    face = FACES[0]
    assert mimika.load(path, "none").threshold == CARD.threshold
    assert mimika.load(path, "none", threshold=1).predict(face)[0].expression == "unsure"
    (sure,) = mimika.load(path, "none", threshold=0).predict(face)
    assert sure.expression == sure.likeliest


@pytest.mark.parametrize(("lightest", "expression"), [(0, "unsure"), (7, "unsure"), (8, "happy")])
def test_where_there_is_nothing_to_be_seen_nobody_is_sure(lightest, expression):
    pixels = np.zeros((48, 48), np.uint8)
    pixels[20:30, 20:30] = lightest
    (face,) = Recogniser(Telling(0.9), Whole()).predict(pixels)
    assert face.expression == expression
    assert face.probabilities["happy"] == pytest.approx(0.9)


def test_a_face_can_be_a_member_of_a_set(path):
    (face,) = mimika.load(path, "none").predict(np.zeros((48, 48), np.uint8))
    assert face in {face}


def test_a_face_is_plain_json(path):
    pixels = scene((4, 230, 20, 130))
    (face,) = mimika.load(path, "haar").predict(pixels)
    told = face.to_dict()
    assert told == json.loads(json.dumps(told))
    assert list(told) == ["box", "detection_score", "detector", "expression", "likeliest", "probabilities"]
    assert told["box"] == list(face.box)
    assert {type(number) for number in told["box"]} == {int}
    assert {type(number) for number in (told["detection_score"], *told["probabilities"].values())} == {float}
    assert sum(told["probabilities"].values()) == pytest.approx(1, abs=1e-6)


# Many pictures


def test_a_list_gives_a_list_for_each_picture(path):
    recognise = mimika.load(path, "haar").predict
    pictures = [scene((4, 230, 20, 130)), scene(), scene((6, 30, 120, 150), (4, 230, 20, 130))]
    together = recognise(pictures)
    assert [len(faces) for faces in together] == [1, 0, 2]
    for faces, picture in zip(together, pictures, strict=True):
        for one, alone in zip(faces, recognise(picture), strict=True):
            assert (one.box, one.detection_score) == (alone.box, alone.detection_score)
            assert list(one.probabilities.values()) == pytest.approx(list(alone.probabilities.values()), abs=1e-6)
    assert recognise(tuple(pictures)) == together
    assert recognise([]) == []


@pytest.mark.parametrize("one", ["party.jpg", Path("a.png"), b"GIF89a", BytesIO(), FACES[0], FACES[0][..., None]])
def test_one_picture_is_not_taken_for_many(one):
    """A path would be taken letter by letter, and an array in RGB row by row, each of them a gray picture."""
    with pytest.raises(PictureError, match=r": one picture\. Give several as a list, or ask `predict`\."):
        Recogniser(Telling(), Whole()).answers(one)


def test_what_is_no_picture_and_not_many_is_refused_at_once():
    with pytest.raises(PictureError) as refusal:
        Recogniser(Telling(), Whole()).answers(None)
    assert str(refusal.value) == "NoneType: not pictures. Give several as a list."


def test_an_array_of_gray_faces_is_many_pictures(path):
    assert len(list(mimika.load(path, "none").answers(np.stack(FACES)))) == len(FACES)


@pytest.mark.parametrize("batch", [0, -1, 2.0, "2"])
def test_a_batch_that_cannot_be_is_refused(batch):
    with pytest.raises(PictureError) as error:
        Recogniser(Telling(), Whole()).answers([FACES[0]], batch=batch)
    assert str(error.value) == f"batch={batch!r}: a whole number from 1 is meant."


def test_a_face_past_the_border_is_cut_out_as_if_the_picture_went_on():
    class AtTheBorder(Many):
        def find(self, picture):
            return [Detection((0, 0, 28, 48), 5.0, (-20, 0, 48, 48))]

    picture = np.tile(np.arange(60, dtype=np.uint8), (60, 1))
    (answer,) = Recogniser(Telling(), AtTheBorder(1)).answers([picture])
    assert np.array_equal(answer.crops[0], np.pad(picture, ((0, 0), (20, 0)), mode="edge")[:48, :48])
    assert answer.faces[0].box == (0, 0, 28, 48)


def test_threads_may_share_a_recogniser(path):
    recogniser = mimika.load(path, "haar")
    pictures = [scene((face, 230, 20, 130)) for face in range(8)]
    expected = [recogniser.predict(picture) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(recogniser.predict, pictures * 4)) == expected * 4


def test_faces_of_many_pictures_go_through_the_network_together():
    network = Telling()
    list(Recogniser(network, Whole()).answers([FACES[0]] * 150))
    assert network.batches == [64, 64, 22]
    network = Telling()
    list(Recogniser(network, Many(150)).answers([FACES[0]] * 2))
    assert network.batches == [64, 64, 22, 64, 64, 22]


def test_pictures_are_taken_as_their_answers_are_asked_for():
    for found in (0, 1, 3):
        taken = itertools.count()
        endless = (FACES[0] for _ in taken)
        answers = Recogniser(Telling(), Many(found)).answers(endless, batch=4)
        for _ in range(9):
            next(answers)
        assert next(taken) <= 14


def test_with_a_batch_of_one_each_picture_is_answered_before_the_next_is_taken():
    taken = itertools.count()
    answers = Recogniser(Telling(), Many(2)).answers((FACES[0] for _ in taken), batch=1)
    for number in range(3):
        next(answers)
        assert next(taken) == 2 * number + 1


def test_an_array_that_is_used_again_does_not_change_what_waits(path):
    frame = np.empty((48, 48), np.uint8)

    def frames():
        for pixels in FACES:
            frame[:] = pixels
            yield frame

    network = read_network(path)
    answers = list(mimika.load(path, "none").answers(frames()))
    for answer, pixels in zip(answers, FACES, strict=True):
        assert np.array_equal(answer.crops, pixels[None])
        expected = network.probabilities(pixels[None])[0]
        assert list(answer.faces[0].probabilities.values()) == pytest.approx(expected, abs=1e-6)


# What an answer says


def test_an_answer_says_what_was_seen(path):
    pixels = scene((4, 230, 20, 130))
    (answer,) = mimika.load(path, "haar").answers([pixels])
    assert answer.source is pixels
    assert (answer.name, answer.size, answer.detector, len(answer.faces)) == ("array", (400, 300), "haar", 1)
    assert answer.fault is None
    assert answer.reason is None
    assert np.array_equal(answer.crops[0], cut(pixels, answer.faces[0].box))
    assert json.loads(json.dumps(answer.to_dict())) == {
        "path": "array",
        "size": [400, 300],
        "detector": "haar",
        "faces": [answer.faces[0].to_dict()],
        "reason": None,
        "fault": None,
    }


def test_an_answer_says_why_there_are_no_faces(path, tmp_path):
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"\xff\xd8\xff")
    none, small, broken, last = mimika.load(path, "haar").answers([scene(), FACES[0], bad, scene((4, 0, 0, 130))])
    assert none.reason == "array: no face found by haar on 400×300 pixels."
    assert small.reason == (
        "array: no face found by haar on 48×48 pixels. A picture that is a face already needs the detector none."
    )
    assert broken.reason == broken.fault == f"{bad}: a JPEG picture, but damaged or cut off."
    assert (none.fault, broken.size, broken.faces, len(broken.crops)) == (None, None, (), 0)
    assert len(last.faces) == 1


def test_a_picture_that_cannot_be_read_is_an_error(path):
    recognise = mimika.load(path, "none").predict
    with pytest.raises(PictureError) as refusal:
        recognise("no.png")
    assert str(refusal.value) == "no.png: no such file."
    with pytest.raises(PictureError) as refusal:
        recognise([FACES[0], b"", "no.png"])
    assert str(refusal.value) == "Picture 2 of 3: bytes: empty, zero bytes."


# Loading


def test_without_a_network_one_must_be_named(monkeypatch, tmp_path):
    monkeypatch.setattr(recogniser, "WEIGHTS", tmp_path / "none")
    with pytest.raises(RunError) as refusal:
        mimika.load()
    assert str(refusal.value) == (
        "This version of mimika comes without a network: name a file that `mimika export` wrote."
    )


def test_the_network_that_comes_with_mimika_is_found(monkeypatch, path):
    monkeypatch.setattr(recogniser, "WEIGHTS", path.parent)
    assert mimika.load().network.card == CARD


def test_the_network_that_comes_with_mimika_has_a_name(monkeypatch, path):
    monkeypatch.setattr(recogniser, "WEIGHTS", path.parent)
    assert mimika.load("faces").network.card == CARD


def test_a_pickled_recogniser_is_loaded_again_with_its_threshold(path):
    made = mimika.load(path, "none", threads=2, threshold=0.2)
    again = pickle.loads(pickle.dumps(made))  # noqa: S301
    assert again.predict(FACES[0]) == made.predict(FACES[0])
    assert (again.detector.name, again.threshold) == ("none", 0.2)
    assert again._loaded_by.keywords["threads"] == 2


def test_a_pickled_recogniser_is_the_same_in_another_folder(path, tmp_path, monkeypatch):
    monkeypatch.chdir(path.parent)
    kept = pickle.dumps(mimika.load(path.name))
    monkeypatch.chdir(tmp_path)
    again = pickle.loads(kept)  # noqa: S301
    assert again.predict(FACES[0]) == mimika.load(path).predict(FACES[0])
    assert again.detector.name == "haar"


def test_only_what_was_loaded_can_be_pickled():
    with pytest.raises(TypeError) as error:
        pickle.dumps(Recogniser(Telling(), Whole()))
    assert str(error.value) == "Only a recogniser that `mimika.load` has made can be pickled."


@pytest.mark.parametrize("name", ["x\0.onnx", "a\nb.onnx"])
def test_a_networks_name_is_told_in_one_line(name):
    with pytest.raises(RunError) as refusal:
        mimika.load(name)
    told = ascii(name)[1:-1]
    assert str(refusal.value) == f"{told}: no such file; `mimika export` writes one from a trained network."


@pytest.mark.parametrize("network", [b"faces.onnx", 3])
def test_a_network_that_is_no_path_is_refused(network):
    with pytest.raises(RunError) as refusal:
        mimika.load(network)
    named = type(network).__name__
    assert str(refusal.value) == f"{named}: not a network. Give the path of a file that `mimika export` wrote."


def test_a_networks_path_may_be_in_bytes(path):
    (entry,) = os.scandir(os.fsencode(path.parent))
    assert mimika.load(entry, "none").network.card == CARD


@pytest.mark.parametrize("threads", ["2", 0, -1])
def test_threads_that_cannot_be_are_refused(path, threads):
    with pytest.raises(RunError) as refusal:
        mimika.load(path, threads=threads)
    assert str(refusal.value) == f"threads={threads!r}: a whole number from 1 is meant."


@pytest.mark.parametrize("threshold", [-0.1, 80, float("nan"), "0.5"])
def test_a_threshold_that_cannot_be_is_refused(path, threshold):
    with pytest.raises(RunError) as refusal:
        mimika.load(path, threshold=threshold)
    assert str(refusal.value) == (
        f"threshold={threshold!r}: a number from 0 to 1 is meant, or None: the one in the file."
    )


def test_what_does_not_exist_is_refused(path):
    with pytest.raises(RunError, match="no such file; `mimika export` writes one"):
        mimika.load("no.onnx")
    with pytest.raises(DetectorError, match="No detector is called dlib"):
        mimika.load(path, detector="dlib")


def test_more_threads_change_nothing_but_the_time(path):
    pictures = [scene((4, 230, 20, 130)), scene((6, 30, 120, 150))]
    two, one = mimika.load(path, "haar", threads=2).predict(pictures), mimika.load(path, "haar").predict(pictures)
    for (of_two,), (of_one,) in zip(two, one, strict=True):
        assert of_two.box == of_one.box
        assert of_two.probabilities == pytest.approx(of_one.probabilities, abs=1e-6)


def test_recognising_needs_no_torch(path):
    code = (
        "import sys, numpy, mimika\n"
        "mimika.load(sys.argv[1]).predict(numpy.zeros((90, 90), numpy.uint8))\n"
        "print({'torch', 'lightning', 'pandas', 'matplotlib', 'scipy'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"
