"""Frames of video files and cameras: their times, what is damaged, what is none."""

import os
import subprocess
import sys

import cv2
import numpy as np
import pytest

from mimika.errors import VideoError
from mimika.predict.footage import open_footage
from tests.predict.clips import SIZE, Script, damage, damage_frames, frame, textured, turn, write_clip

ADVICE = "Give a file's path or a camera's number."


def refusal(source):
    with pytest.raises(VideoError) as error:
        open_footage(source)
    return str(error.value)


def look_through(source, every_seconds=None):
    """Numbers and times of the frames, and what was told."""
    told = []
    with open_footage(source, tell=told.append) as footage:
        looks = [(look.number, round(look.seconds, 3)) for look in footage.looks(every_seconds)]
    return looks, told


def scripted(monkeypatch, tmp_path, *stamps, **values):
    """A file whose frames are those of a script."""
    script = Script(*stamps, **values)
    monkeypatch.setattr(cv2, "VideoCapture", script)
    path = tmp_path / "clip.mkv"
    path.write_bytes(b"\x1aE\xdf\xa3")
    return script, path


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "mp4v"), ("a.avi", "MJPG"), ("a.mkv", "MJPG"), ("a.avi", "XVID")]
)
def test_every_frame_comes_with_its_time_and_the_end_is_no_fault(tmp_path, name, codec):
    path = write_clip(tmp_path / name, map(textured, range(12)), codec=codec)
    looks, told = look_through(path)
    assert looks == [(number, round(number / 10, 3)) for number in range(12)]
    assert told == []


def test_frames_are_rgb_and_footage_knows_its_size_rate_and_length(tmp_path):
    blue = np.full((120, 160, 3), (250, 10, 10), np.uint8)  # BGR
    with open_footage(write_clip(tmp_path / "clip.avi", [blue] * 6, rate=12.5)) as footage:
        assert (footage.size, footage.rate, footage.frames, footage.is_camera) == (SIZE, 12.5, 6, False)
        assert footage.seconds == pytest.approx(0.48)
        look = next(footage.looks())
    assert look.pixels.shape == (120, 160, 3)
    assert look.pixels.dtype == np.uint8
    assert np.abs(look.pixels.mean(axis=(0, 1)) - (10, 10, 250)).max() < 8


def test_a_phones_video_is_upright(tmp_path):
    level = frame((10, 10, 40))  # upper left
    with open_footage(turn(write_clip(tmp_path / "clip.mp4", [level] * 3))) as footage:
        assert footage.size == (120, 160)
        pixels = next(footage.looks()).pixels
    assert pixels.shape == (160, 120, 3)
    assert pixels[30, 90].min() > 200  # upper right
    assert pixels[30, 30].max() < 80


def test_one_frame_each_so_many_seconds_is_the_first_that_is_not_too_early(tmp_path):
    path = write_clip(tmp_path / "clip.avi", map(textured, range(30)))
    assert look_through(path, 0.4)[0] == [(number, round(number / 10, 3)) for number in range(0, 30, 4)]
    assert look_through(path, 0.25)[0] == [
        *((0, 0.0), (3, 0.3), (5, 0.5), (8, 0.8), (10, 1.0), (13, 1.3)),
        *((15, 1.5), (18, 1.8), (20, 2.0), (23, 2.3), (25, 2.5), (28, 2.8)),
    ]
    assert look_through(path, 60)[0] == [(0, 0.0)]


def test_frames_between_are_not_converted(tmp_path, monkeypatch):
    script, path = scripted(monkeypatch, tmp_path, *np.arange(0, 10, 0.1))
    assert len(look_through(path, 2)[0]) == script.retrieved == 5


@pytest.mark.parametrize("every", [0, -1, float("nan"), float("inf")])
def test_seconds_that_cannot_be_meant_are_refused(tmp_path, every):
    path = write_clip(tmp_path / "clip.avi", [frame()])
    with pytest.raises(VideoError) as error:
        look_through(path, every)
    assert str(error.value) == f"A frame every {every:g} seconds cannot be looked at. Name more than 0 seconds."


def test_a_damaged_passage_is_told_once_and_skipped(tmp_path):
    path = damage(write_clip(tmp_path / "clip.mp4", map(textured, range(60))))
    looks, told = look_through(path)
    numbers, times = zip(*looks, strict=True)
    assert list(numbers) == list(range(len(numbers)))
    gap = int(np.diff(times).argmax())
    assert times[0] == 0
    assert times[-1] == 5.9
    assert np.diff(times)[gap] > 0.3
    assert told == [
        f"{path}: damaged after {times[gap]:.2f} s; goes on at {times[gap + 1]:.2f} s.",
        f"{path}: {len(looks)} frames could be read, and the file announces 60.",
    ]


def test_each_run_of_damaged_frames_is_told_once_and_the_others_keep_their_times(tmp_path):
    path = damage_frames(write_clip(tmp_path / "clip.avi", map(textured, range(20))), 7, 8, 14)
    looks, told = look_through(path)
    assert [seconds for _, seconds in looks] == [number / 10 for number in range(20) if number not in (7, 8, 14)]
    assert told == [
        f"{path}: damaged after 0.60 s; goes on at 0.90 s.",
        f"{path}: damaged after 1.30 s; goes on at 1.50 s.",
        f"{path}: 17 frames could be read, and the file announces 20.",
    ]


def test_frames_that_opencv_passes_over_in_silence_are_missed_at_the_end(tmp_path):
    path = damage(write_clip(tmp_path / "clip.avi", map(textured, range(60))))
    looks, told = look_through(path)
    assert 45 < len(looks) < 60
    assert told == [f"{path}: {len(looks)} frames could be read, and the file announces 60."]


@pytest.mark.parametrize("form", ["avi", "mkv"])
def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes_and_told(tmp_path, form):
    path = write_clip(tmp_path / f"clip.{form}", map(textured, range(60)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    looks, told = look_through(path)
    assert 20 < len(looks) < 40
    announced = "60" if form == "avi" else "6.00 s"
    read = f"{len(looks)} frames could be read" if form == "avi" else f"ends at {looks[-1][1]:.2f} s"
    assert told == [f"{path}: {read}, and the file announces {announced}."]


def test_each_damaged_passage_is_told_and_frames_that_cannot_be_converted_too(tmp_path, monkeypatch):
    script, path = scripted(monkeypatch, tmp_path, 0.0, None, None, 0.3, 0.4, None, 0.6, 0.7, 0.8)
    fine = script.retrieve
    monkeypatch.setattr(
        script, "retrieve", lambda: (False, None) if script.get(cv2.CAP_PROP_POS_MSEC) == 700 else fine()
    )
    looks, told = look_through(path)
    assert looks == [(0, 0.0), (1, 0.3), (2, 0.4), (3, 0.6), (4, 0.8)]
    assert told == [
        f"{path}: damaged after 0.00 s; goes on at 0.30 s.",
        f"{path}: damaged after 0.40 s; goes on at 0.60 s.",
        f"{path}: damaged after 0.60 s; goes on at 0.80 s.",
    ]


def test_damage_is_a_warning_where_nobody_listens(tmp_path, monkeypatch):
    _, path = scripted(monkeypatch, tmp_path, 0.0, None, 0.2)
    with pytest.warns(UserWarning, match=r"damaged after 0\.00 s; goes on at 0\.20 s\."), open_footage(path) as footage:
        assert len(list(footage.looks())) == 2


def test_times_are_the_containers_where_they_go_on_and_counted_where_they_do_not(tmp_path, monkeypatch):
    _, path = scripted(monkeypatch, tmp_path, 0.0, 0.04, 0.2, 0.2, 0.1, float("nan"), 0.9)
    assert look_through(path)[0] == list(enumerate([0.0, 0.04, 0.2, 0.3, 0.4, 0.5, 0.9]))
    _, path = scripted(monkeypatch, tmp_path, 0.0, 0.0, 0.0, rate=0.0)
    assert look_through(path)[0] == list(enumerate([0.0, 0.04, 0.08]))  # 25 a second, where nothing is said


def test_a_count_that_cannot_be_is_none(tmp_path, monkeypatch):
    _, path = scripted(monkeypatch, tmp_path, 0.0, count=-9.2e18)
    with open_footage(path) as footage:
        assert (footage.frames, footage.seconds) == (None, None)


def test_what_is_no_video_is_told_in_one_line(tmp_path):
    text, empty, picture = tmp_path / "notes.mp4", tmp_path / "empty.mp4", tmp_path / "photo.mp4"
    text.write_text("no video\n" * 50)
    empty.touch()
    cv2.imwrite(str(tmp_path / "photo.png"), frame())
    (tmp_path / "photo.png").rename(picture)
    forms = "MP4, QuickTime, Matroska, WebM, AVI, MPEG, Ogg, ASF, FLV"
    assert refusal(text) == f"{text}: not a video in a form that is read: {forms}."
    assert refusal(picture) == f"{picture}: not a video in a form that is read: {forms}."
    assert refusal(empty) == f"{empty}: empty, zero bytes."
    assert refusal(tmp_path) == f"{tmp_path}: a folder, not a video."
    assert refusal(tmp_path / "gone.mp4") == f"{tmp_path / 'gone.mp4'}: no such file."
    assert (
        refusal("http://localhost/clip.mp4")
        == "http://localhost/clip.mp4: nothing is downloaded. Download it, and give the file."
    )
    assert refusal("a\0b.mp4") == r"a\x00b.mp4: no such file."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names on this system")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    assert refusal(tmp_path / "pipe.mp4") == f"{tmp_path / 'pipe.mp4'}: not a file. {ADVICE}"


def test_a_video_is_known_by_its_content_and_may_be_called_anything(tmp_path):
    path = write_clip(tmp_path / "clip.avi", [frame()] * 3)
    odd = path.rename(tmp_path / "what: %02d\nis это.txt")
    assert len(look_through(odd)[0]) == 3
    (entry,) = os.scandir(os.fsencode(tmp_path))
    assert len(look_through(entry)[0]) == 3


@pytest.mark.parametrize("start", [b"\0\0\0\x18ftypavif", b"\0\0\0\x18ftypheic", b"RIFF\0\0\0\0WEBP", b"GIF89a"])
def test_pictures_in_containers_of_videos_are_none(tmp_path, start):
    path = tmp_path / "photo"
    path.write_bytes(start + bytes(300))
    assert refusal(path).startswith(f"{path}: not a video in a form that is read: ")


@pytest.mark.parametrize("start", [(b"G" + bytes(187)) * 3, (bytes(4) + b"G" + bytes(187)) * 3, b"OggS", b"FLV\x01"])
def test_forms_without_a_name_of_their_own_are_tried(tmp_path, start):
    path = tmp_path / "clip"
    path.write_bytes(start + bytes(300))
    assert refusal(path) == f"{path}: damaged, or cut off before its end, so that it cannot be opened."


def test_a_video_that_cannot_be_opened_or_has_no_frames_is_told_in_one_line(tmp_path):
    whole = write_clip(tmp_path / "clip.mp4", map(textured, range(12))).read_bytes()
    cut_off, empty = tmp_path / "cut.mp4", tmp_path / "none.avi"
    cut_off.write_bytes(whole[: len(whole) // 2])
    assert refusal(cut_off) == f"{cut_off}: damaged, or cut off before its end, so that it cannot be opened."
    damage_frames(write_clip(empty, map(textured, range(12))), *range(12))
    assert refusal(empty) == (
        f"{empty}: a video, but no frame of it can be read: damaged, or in a codec that OpenCV lacks."
    )


def test_enormous_frames_are_refused_before_one_is_read(tmp_path, monkeypatch):
    script, path = scripted(monkeypatch, tmp_path, 0.0)
    script.set(cv2.CAP_PROP_FRAME_WIDTH, 20_000)
    script.set(cv2.CAP_PROP_FRAME_HEIGHT, 10_000)
    assert refusal(path) == f"{path}: frames of 20,000×10,000, more than 67,108,864 pixels. Make it smaller."
    assert not script.isOpened()


def test_a_cameras_frames_have_the_clocks_time_and_its_end_is_told(monkeypatch):
    script = Script(*[0.0] * 4)
    monkeypatch.setattr(cv2, "VideoCapture", script)
    clock = iter([100.0, 100.5, 101.25, 103.0])
    monkeypatch.setattr("mimika.predict.footage.time.monotonic", lambda: next(clock))
    looks, told = look_through(0)
    assert script.opened_with == (0,)
    assert looks == [(0, 0.0), (1, 0.5), (2, 1.25), (3, 3.0)]
    assert told == ["camera 0: gives no more frames after 3.00 s."]


def test_a_camera_that_is_not_there_or_gives_nothing_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(cv2, "VideoCapture", Script(is_open=False))
    assert refusal(7) == "camera 7: not there, in use, or not allowed to be read."
    monkeypatch.setattr(cv2, "VideoCapture", Script())
    assert refusal(0) == "camera 0: there, but it gives no frames."
    assert refusal(-1) == "camera -1: there is none; cameras are numbered from 0."


def test_the_terminal_stays_clean_and_opencvs_settings_as_they_were(tmp_path):
    path = damage(write_clip(tmp_path / "clip.mp4", map(textured, range(60))))
    cut_off = tmp_path / "cut.mp4"
    cut_off.write_bytes(path.read_bytes()[:5000])
    program = f"""
import os, cv2
from mimika.errors import VideoError
from mimika.predict.footage import open_footage
before = cv2.utils.logging.getLogLevel(), dict(os.environ)
told = []
try:
    open_footage({str(cut_off)!r})
except VideoError:
    pass
with open_footage({str(path)!r}, tell=told.append) as footage:
    assert sum(1 for _ in footage.looks()) < 60
assert len(told) == 2, told
assert before == (cv2.utils.logging.getLogLevel(), dict(os.environ))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
