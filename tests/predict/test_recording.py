"""Videos that are written: readable again, in step with their time stamps, whole or not at all."""

import os
import subprocess
import sys

import numpy as np
import pytest

from mimika.errors import VideoError
from mimika.predict.footage import open_footage
from mimika.predict.recording import recording


def flat(value, size=(64, 48)):
    return np.full((size[1], size[0], 3), value, np.uint8)


def record(path, frames, rate, size=(64, 48)):
    with recording(path, size, rate) as add:
        for value, seconds in frames:
            add(flat(value, size), seconds)


def read_back(path):
    with open_footage(path) as footage:
        return footage.rate, [round(float(look.pixels.mean())) for look in footage.looks()]


def test_a_recording_can_be_read_back_at_the_same_rate_and_size(tmp_path):
    record(tmp_path / "new" / "clip.mp4", [(40 * step, step / 12.5) for step in range(6)], 12.5)
    rate, values = read_back(tmp_path / "new" / "clip.mp4")
    assert rate == 12.5
    assert values == pytest.approx([0, 40, 80, 120, 160, 200], abs=3)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["clip.mp4"]
    with open_footage(tmp_path / "new" / "clip.mp4") as footage:
        assert footage.size == (64, 48)


def test_a_recording_replaces_an_earlier_one_and_nothing_else(tmp_path):
    path = tmp_path / "clip.mp4"
    record(path, [(0, 0.0)], 10)
    record(path, [(0, 0.0), (200, 0.1)], 10)
    assert read_back(path)[1] == pytest.approx([0, 200], abs=3)
    for other in (b"", b"somebody's own", path.read_bytes()[:-1]):
        path.write_bytes(other)
        with pytest.raises(VideoError) as refused:
            record(path, [(0, 0.0)], 10)
        assert str(refused.value) == f"{path}: another file has that name, and is not replaced. Name another folder."
        assert path.read_bytes() == other


def test_a_recording_of_nothing_is_none(tmp_path):
    with pytest.raises(VideoError) as refused:
        record(tmp_path / "clip.mp4", [], 10)
    assert str(refused.value) == f"{tmp_path / 'clip.mp4'}: not drawn, as no frame could be read."
    assert list(tmp_path.iterdir()) == []


def test_colors_stay(tmp_path):
    orange = np.full((48, 64, 3), (230, 120, 10), np.uint8)
    with recording(tmp_path / "clip.mp4", (64, 48), 10) as add:
        add(orange, 0.0)
    with open_footage(tmp_path / "clip.mp4") as footage:
        assert np.abs(next(footage.looks()).pixels.mean(axis=(0, 1)) - (230, 120, 10)).max() < 6


def test_a_recording_keeps_step_with_time_stamps_that_vary(tmp_path):
    record(tmp_path / "clip.mp4", [(0, 5.0), (80, 5.1), (120, 5.11), (200, 5.5)], 10)
    assert read_back(tmp_path / "clip.mp4")[1] == pytest.approx([0, 80, 80, 80, 80, 200], abs=4)


def test_time_stamps_that_leap_do_not_fill_the_disk(tmp_path):
    record(tmp_path / "clip.mp4", [(0, 0.0), (100, 1e9), (200, 1e9 + 0.1)], 10)
    values = read_back(tmp_path / "clip.mp4")[1]
    assert len(values) == 103  # ten seconds of the first are repeated
    assert values[-2:] == pytest.approx([100, 200], abs=4)


def test_an_odd_column_and_row_are_left_out_and_other_sizes_fitted_in(tmp_path):
    with recording(tmp_path / "clip.mp4", (65, 49), 10) as add:
        add(flat(100, (65, 49)), 0.0)
        add(flat(100, (32, 24)), 0.1)
    with open_footage(tmp_path / "clip.mp4") as footage:
        assert footage.size == (64, 48)
        assert len(list(footage.looks())) == 2


def test_nothing_is_left_where_something_goes_wrong(tmp_path):
    with pytest.raises(ZeroDivisionError), recording(tmp_path / "clip.mp4", (64, 48), 10) as add:
        add(flat(0), 1 / 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rate", [239.973, 66.6667, 29.97, 119.88, 1000.0])
def test_rates_of_slow_motion_can_be_recorded(tmp_path, rate):
    record(tmp_path / "clip.mp4", [(0, 0.0), (200, 1 / rate)], rate)
    found, values = read_back(tmp_path / "clip.mp4")
    assert found == pytest.approx(rate, rel=0.002)
    assert len(values) == 2


def test_steps_of_hours_can_be_recorded(tmp_path):
    record(tmp_path / "clip.mp4", [(0, 0.0), (200, 3600.0)], 1 / 3600)
    found, values = read_back(tmp_path / "clip.mp4")
    assert found == pytest.approx(0.01)
    assert values == pytest.approx([0, 200], abs=4)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on a file's size is taken as a full disk")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    program = f"""
import resource, signal
import numpy as np
from pathlib import Path
from mimika.errors import VideoError
from mimika.predict.recording import recording
import cv2
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
noise = np.random.default_rng(0).integers(0, 256, (40, 240, 320, 3)).astype(np.uint8)
try:
    with recording(Path({str(tmp_path)!r}) / "clip.mp4", (320, 240), 10) as add:
        for number, frame in enumerate(noise):
            add(frame, number / 10)
except VideoError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == f"{tmp_path / 'clip.mp4'}: could not be written to its end. Is the disk full?\n"
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_is_refused(tmp_path):
    name = os.fsdecode(b"clip\xff.mp4")
    with pytest.raises(VideoError) as error, recording(tmp_path / name, (64, 48), 10):
        pass
    assert str(error.value).endswith("not a name in UTF-8, which OpenCV asks for. Rename it.")
    record(tmp_path / "clip.mp4", [(0, 0.0)], 10)
    (tmp_path / "clip.mp4").rename(tmp_path / name)
    with pytest.raises(VideoError, match=r"clip\\udcff.mp4: not a name in UTF-8"):
        open_footage(tmp_path / name)


def test_a_size_that_no_video_has_is_refused(tmp_path):
    with pytest.raises(VideoError) as error, recording(tmp_path / "clip.mp4", (1, 1), 10):
        pass
    assert (
        str(error.value)
        == f"{tmp_path / 'clip.mp4'}: a video of 0×0 pixels and 10 frames a second cannot be written there."
    )
    assert list(tmp_path.iterdir()) == []
