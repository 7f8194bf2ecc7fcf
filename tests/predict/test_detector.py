"""Detectors find faces where they are, and say plainly what is missing."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from skimage.data import astronaut

from mimika.errors import DetectorError
from mimika.predict import detector
from mimika.predict.crop import cut
from mimika.predict.detector import YUNET_FILE, Haar, Whole, YuNet, find_detector, yunet_path
from mimika.predict.pictures import Picture
from tests.predict.scenes import scene


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MIMIKA_HOME", str(tmp_path))
    return tmp_path


def boxes_of(found, pixels):
    return [detection.box for detection in found.find(Picture(pixels=pixels))]


def near(box, x, y, side):
    """Whether a box is that of a face pasted there."""
    across, down = box[0] + box[2] / 2 - x - side / 2, box[1] + box[3] / 2 - y - side / 2
    return max(abs(across), abs(down)) < 0.12 * side and 0.7 < box[2] / side < 1.2


# Haar


@pytest.mark.parametrize("times", [1, 4])
def test_the_one_face_of_a_real_photo_is_found(times):
    photo = cv2.resize(astronaut(), None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    (found,) = Haar().find(Picture(pixels=photo))
    x, y, width, height = (side / times for side in found.box)
    assert 160 < x < 190
    assert 50 < y < 80
    assert 85 < width < 110
    assert width == pytest.approx(height, abs=2)
    assert found.score > 3


def test_drawn_faces_are_found_from_left_to_right():
    pixels = scene((4, 230, 20, 130), (6, 30, 120, 150))
    first, second = boxes_of(Haar(), pixels)
    assert near(first, 30, 120, 150)
    assert near(second, 230, 20, 130)


def test_nothing_is_found_where_nothing_is():
    assert boxes_of(Haar(), scene()) == []


@pytest.mark.parametrize("shape", [(1, 1), (23, 23), (1, 5_000), (5_000, 1), (3, 24, 3)])
def test_a_picture_too_small_for_faces_has_none(shape):
    assert boxes_of(Haar(), np.zeros(shape, np.uint8)) == []


def test_a_large_photo_gives_the_boxes_of_a_small_one():
    small = scene((4, 230, 20, 130), size=(600, 400))
    large = cv2.resize(small, (4_800, 3_200), interpolation=cv2.INTER_CUBIC)
    (box,) = boxes_of(Haar(), large)
    assert near(box, 8 * 230, 8 * 20, 8 * 130)


def test_boxes_and_scores_are_plain_and_always_the_same():
    haar, pixels = Haar(), scene((4, 230, 20, 130), (6, 30, 120, 150))
    found = haar.find(Picture(pixels=pixels))
    assert {type(number) for one in found for number in one.box} == {int}
    assert {type(one.score) for one in found} == {float}
    assert haar.find(Picture(pixels=pixels)) == Haar(threads=2).find(Picture(pixels=pixels)) == found


def test_opencv_keeps_the_threads_that_its_user_gave_it():
    before = cv2.getNumThreads()
    try:
        cv2.setNumThreads(3)
        Haar().find(Picture(pixels=scene()))
        assert cv2.getNumThreads() == 3
    finally:
        cv2.setNumThreads(before)


# Any detector's boxes


@given(
    st.tuples(*[st.floats(-500, 500)] * 2, *[st.floats(0, 1_000)] * 2),
    st.integers(1, 400),
    st.integers(1, 400),
    st.integers(1, 50),
)
@settings(deadline=None)
def test_a_box_ends_up_inside_the_picture_with_a_pixel_at_least(box, width, height, longest):
    picture = Picture(pixels=np.zeros((height, width), np.uint8))
    looked_at = detector._scaled_down(picture.pixels, longest)
    assert max(looked_at.shape) <= max(longest, 1)
    found = detector._mapped(box, 1.0, looked_at, picture)
    x, y, w, h = found.box
    assert {type(number) for number in (x, y, w, h)} == {int}
    assert 0 <= x < x + w <= width
    assert 0 <= y < y + h <= height
    crop = cut(picture.gray, found.outline or found.box)
    assert crop.shape == (48, 48)


def test_what_goes_past_the_border_keeps_its_center_and_its_size():
    picture = Picture(pixels=np.zeros((100, 200), np.uint8))
    inside = detector._mapped((10, 20, 30, 40), 1.0, picture.pixels, picture)
    assert inside == ((10, 20, 30, 40), 1.0, None)
    beyond = detector._mapped((-30, 20, 100, 120), 1.0, picture.pixels, picture)
    assert beyond == ((0, 20, 70, 80), 1.0, (-30, 20, 100, 120))


def test_the_whole_picture_is_one_face():
    assert Whole().find(Picture(pixels=np.zeros((3, 5), np.uint8))) == [((0, 0, 5, 3), None, None)]


# YuNet


def known_yunet(size, faces):
    """The content of a network with YuNet's outputs that finds the same faces on any picture of a size.

    Each face: stride, column, row, width, height, score; its center is at stride times column and row.
    """
    width, height = (-(-side // 32) * 32 for side in size)
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["mean"], keepdims=1),
        helper.make_node("Mul", ["mean", "zero"], ["no_mean"]),
        helper.make_node("Reshape", ["no_mean", "one"], ["nothing"]),
    ]
    values = [
        numpy_helper.from_array(np.array(0, np.float32), "zero"),
        numpy_helper.from_array(np.array([1, 1, 1]), "one"),
    ]
    outputs = []
    for kind, columns in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
        for stride in (8, 16, 32):
            table = np.zeros((1, (width // stride) * (height // stride), columns), np.float32)
            for its_stride, column, row, w, h, score in faces:
                if its_stride == stride:
                    of_kind = {1: score, 4: (0, 0, np.log(w / stride), np.log(h / stride)), 10: 0}
                    table[0, row * (width // stride) + column] = of_kind[columns]
            name = f"{kind}_{stride}"
            values.append(numpy_helper.from_array(table, f"{name}_table"))
            nodes.append(helper.make_node("Add", ["nothing", f"{name}_table"], [name]))
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, table.shape))
    takes = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, height, width])
    graph = helper.make_graph(nodes, "yunet", [takes], outputs, values)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=7).SerializeToString()


FOUND = ((32, 3, 2, 60, 60, 0.99), (8, 6, 5, 30, 40, 0.95), (8, 15, 11, 40, 40, 0.97), (8, 1, 1, 10, 10, 0.5))


@pytest.mark.parametrize("shape", [(96, 128), (96, 128, 3)])
def test_yunets_faces_are_sorted_inside_and_sure(shape):
    found = YuNet(known_yunet((128, 96), FOUND)).find(Picture(pixels=np.zeros(shape, np.uint8)))
    assert [one.box for one in found] == [(33, 20, 30, 40), (66, 34, 60, 60), (100, 68, 28, 28)]
    assert [one.score for one in found] == pytest.approx([0.95, 0.99, 0.97])
    assert {type(number) for one in found for number in (*one.box, one.score)} == {int, float}


def test_yunets_boxes_are_those_of_the_large_picture(monkeypatch):
    monkeypatch.setattr(detector, "_LONGEST", 128)
    found = YuNet(known_yunet((128, 96), FOUND)).find(Picture(pixels=np.zeros((960, 1_280), np.uint8)))
    assert [one.box for one in found] == [(330, 200, 300, 400), (660, 340, 600, 600), (1_000, 680, 280, 280)]


def test_yunet_finds_nothing_where_nothing_is():
    assert YuNet(known_yunet((128, 96), ())).find(Picture(pixels=np.zeros((96, 128), np.uint8))) == []


# Which detector


@pytest.fixture
def verified(home, monkeypatch):
    """The home folder with a file that passes as YuNet's."""
    content = known_yunet((128, 96), FOUND)
    (home / YUNET_FILE).write_bytes(content)
    monkeypatch.setattr(detector, "YUNET_SHA256", detector.hashlib.sha256(content).hexdigest())
    return home


def test_yunet_is_taken_where_its_file_is_and_haar_otherwise(home):
    assert yunet_path() == home / YUNET_FILE
    assert find_detector().name == "haar"
    (home / YUNET_FILE).write_bytes(b"another file")
    assert find_detector("auto").name == "haar"


def test_a_verified_file_is_taken(verified):
    assert find_detector().name == find_detector("yunet").name == find_detector(verified / YUNET_FILE).name == "yunet"
    assert find_detector("haar").name == "haar"
    assert find_detector("none").name == "none"


def test_another_file_than_yunets_is_refused(home):
    path = home / YUNET_FILE
    path.write_bytes(b"another file")
    for asked in ("yunet", path, str(path)):
        with pytest.raises(DetectorError) as refusal:
            find_detector(asked)
        assert str(refusal.value) == (
            f"{path}: not the known {YUNET_FILE}, whose sha256 starts 8f2383e4, but another file. "
            "Get it again from OpenCV's model zoo, or take the detector haar."
        )


def test_a_missing_yunet_is_told_with_its_place(home):
    with pytest.raises(DetectorError) as refusal:
        find_detector("yunet")
    assert str(refusal.value) == (
        f"{home / YUNET_FILE}: no such file. Put {YUNET_FILE} of OpenCV's model zoo there, or take the detector haar."
    )


def test_a_name_may_come_as_a_path():
    assert find_detector(Path("none")).name == "none"


def test_what_is_no_name_is_one_line():
    with pytest.raises(DetectorError) as refusal:
        find_detector(None)
    assert str(refusal.value) == (
        f"No detector is called None. There are auto, haar, yunet, none, or the path of {YUNET_FILE}."
    )


def test_an_unknown_detector_is_told_what_there_is():
    with pytest.raises(DetectorError) as refusal:
        find_detector("mtcnn")
    assert str(refusal.value) == (
        f"No detector is called mtcnn. There are auto, haar, yunet, none, or the path of {YUNET_FILE}."
    )
