"""`mimika predict` on videos and cameras: rows, JSON, drawings, a summary, and every way to end."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from tests.predict.clips import Script, damage_frames, frame, recogniser, textured, write_clip

from mimika.cli import video
from mimika.cli.main import run
from mimika.emotions import EMOTIONS
from mimika.predict.footage import open_footage


@pytest.fixture(autouse=True)
def pretended(tmp_path, monkeypatch):
    """White squares for faces, a linear network for their expressions."""
    ours = recogniser(tmp_path)
    monkeypatch.setattr("mimika.predict.recogniser.load", lambda *_, **__: ours)
    return ours


@pytest.fixture
def clip(tmp_path):
    """Three seconds: somebody stays, another comes after one second."""
    frames = [frame((10, 20, 30), *([(100, 50, 40)] if step >= 10 else [])) for step in range(30)]
    return write_clip(tmp_path / "clip.avi", frames)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_video_is_summed_up_by_person(clip, capsys, pretended):
    pretended.threshold = 1.0
    assert run(["predict", str(clip)]) == 0
    out, err = capsys.readouterr()
    assert out == (
        f"{clip}   0:03, 30 frames   2 people (squares)\n"
        "  1   0:00–0:03   3.0 s   unsure 100 %\n"
        "  2   0:01–0:03   2.0 s   unsure 100 %\n"
    )
    assert err == ""


def test_a_video_without_faces_is_told_and_no_fault(tmp_path, capsys):
    path = write_clip(tmp_path / "clip.avi", [frame()] * 5)
    assert run(["predict", str(path), "--csv", str(tmp_path / "rows.csv")]) == 0
    assert capsys.readouterr().out == f"{path}   0:00, 5 frames   no face found by squares\n"
    assert rows_of(tmp_path / "rows.csv") == []


def test_those_who_are_seen_for_a_moment_are_counted_alone(tmp_path, capsys):
    frames = [frame((10, 20, 30), *([(100, 50, 40)] if step in (4, 5) else [])) for step in range(15)]
    assert run(["predict", str(write_clip(tmp_path / "clip.avi", frames))]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == ["  and 1 more, at most 0.2 s each"]


def test_the_csv_has_a_row_for_each_face_on_each_frame(clip, tmp_path, capsys):
    assert run(["predict", str(clip), "--csv", str(tmp_path / "new" / "rows.csv")]) == 0
    assert capsys.readouterr().err == f"{tmp_path / 'new' / 'rows.csv'}: 50 rows\n"
    rows = rows_of(tmp_path / "new" / "rows.csv")
    assert list(rows[0]) == [
        *("video", "frame", "seconds", "person", "x", "y", "width", "height", "detector", "detection_score"),
        *("emotion", "expression", *EMOTIONS),
        *("smoothed_emotion", "smoothed_expression", *(f"smoothed_{emotion}" for emotion in EMOTIONS)),
    ]
    assert [(row["frame"], float(row["seconds"]), row["person"]) for row in rows[9:13]] == [
        *(("9", 0.9, "1"), ("10", 1.0, "1"), ("10", 1.0, "2"), ("11", 1.1, "1")),
    ]
    assert {row["video"] for row in rows} == {str(clip)}
    for row in rows:
        for start in ("", "smoothed_"):
            assert sum(float(row[start + emotion]) for emotion in EMOTIONS) == pytest.approx(1)


def test_every_looks_at_one_frame_each_so_many_seconds(clip, tmp_path, capsys):
    assert run(["predict", str(clip), "--every", "0.5", "--csv", str(tmp_path / "rows.csv")]) == 0
    assert sorted({int(row["frame"]) for row in rows_of(tmp_path / "rows.csv")}) == [0, 5, 10, 15, 20, 25]
    assert "0:03, 6 frames" in capsys.readouterr().out


@pytest.mark.parametrize(("every", "frames", "second"), [(2, 2, "0:02–0:03   1.0 s"), (20, 1, None)])
def test_nobody_is_seen_longer_than_the_video_lasts(clip, capsys, every, frames, second):
    assert run(["predict", str(clip), "--every", str(every)]) == 0
    head, first, *others = capsys.readouterr().out.splitlines()
    assert head.startswith(f"{clip}   0:03, {frames} frame")
    assert "0:00–0:03   3.0 s" in first
    assert [second in line for line in others] == ([True] if second else [])


def test_json_is_an_object_a_frame_and_a_line_and_nothing_else(clip, capsys):
    assert run(["predict", str(clip), "--json", "--every", "1"]) == 0
    out, err = capsys.readouterr()
    frames = [json.loads(line) for line in out.splitlines()]
    assert [(one["path"], one["frame"], one["seconds"], one["size"]) for one in frames] == [
        (str(clip), number, number / 10, [160, 120]) for number in (0, 10, 20)
    ]
    assert [[face["person"] for face in one["faces"]] for one in frames] == [[1], [1, 2], [1, 2]]
    assert err == ""


def test_the_drawing_is_a_video_of_the_same_size_and_rate(clip, tmp_path, capsys):
    assert run(["predict", str(clip), "--draw", str(tmp_path / "drawn")]) == 0
    assert capsys.readouterr().err == f"{tmp_path / 'drawn' / 'clip.mp4'}: 30 frames drawn\n"
    with open_footage(tmp_path / "drawn" / "clip.mp4") as footage, open_footage(clip) as plain:
        assert (footage.size, footage.rate, footage.frames) == ((160, 120), 10, 30)
        changed = [
            np.abs(one.pixels.astype(int) - other.pixels).max() > 60
            for one, other in zip(footage.looks(), plain.looks(), strict=True)
        ]
    assert changed == [True] * 30


def test_a_drawing_of_few_frames_lasts_as_long_as_the_video(clip, tmp_path):
    assert run(["predict", str(clip), "--draw", str(tmp_path / "drawn"), "--every", "0.5"]) == 0
    with open_footage(tmp_path / "drawn" / "clip.mp4") as footage:
        assert (footage.rate, footage.frames, footage.seconds) == (2, 6, 3)


def test_damage_is_told_and_the_other_frames_are_answered(tmp_path, capsys):
    path = damage_frames(write_clip(tmp_path / "clip.avi", map(textured, range(12))), 4)
    assert run(["predict", str(path)]) == 0
    out, err = capsys.readouterr()
    assert err == (
        f"{path}: damaged after 0.30 s; goes on at 0.50 s.\n"
        f"{path}: 11 frames could be read, and the file announces 12.\n"
    )
    assert "0:01, 11 frames   1 person (squares)" in out


@pytest.mark.parametrize("options", [["--csv", "clip.mp4"], ["--draw", "."]])
def test_results_never_replace_the_video(tmp_path, capsys, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    path = write_clip(tmp_path / "clip.mp4", [frame()] * 3)
    before = path.read_bytes()
    assert run(["predict", "clip.mp4", *options]) == 2
    assert (
        capsys.readouterr().err
        == {
            "--csv": "clip.mp4: the video itself, which --csv would replace. Name another file.\n",
            "--draw": ".: the drawing there would replace its video. Name another folder.\n",
        }[options[0]]
    )
    assert path.read_bytes() == before


def test_a_video_that_is_longer_than_it_says_is_summed_up(capsys):
    summary = video._Summary(SimpleNamespace(name="clip", seconds=1.0, rate=10.0, is_camera=False), None)
    faces = (SimpleNamespace(person=1, smoothed=SimpleNamespace(expression="happy")),)
    for seconds in (1.0, 1.1):
        summary.add(SimpleNamespace(seconds=seconds, sightings=faces))
    assert summary.lines("haar") == ["clip   0:01, 2 frames   1 person (haar)", "  1   0:01–0:01   0.2 s   happy 100 %"]


def test_a_look_at_the_very_end_does_not_make_a_video_longer():
    summary = video._Summary(SimpleNamespace(name="clip", seconds=10.0, rate=25.0, is_camera=False), 5.0)
    faces = (SimpleNamespace(person=1, smoothed=SimpleNamespace(expression="happy")),)
    for seconds in (0.0, 5.0, 10.0):
        summary.add(SimpleNamespace(seconds=seconds, sightings=faces))
    assert summary.lines("haar")[0].startswith("clip   0:10, 3 frames")
    assert summary.lines("haar")[1].endswith("10.0 s   happy 100 %")


def test_a_video_of_the_same_name_is_not_replaced_by_a_drawing(clip, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    original = write_clip(tmp_path / "out" / "clip.mp4", [frame()] * 3).read_bytes()
    assert run(["predict", str(clip), "--draw", str(tmp_path / "out")]) == 2
    drawn = tmp_path / "out" / "clip.mp4"
    line = f"{drawn}: another file has that name, and is not replaced. Name another folder."
    assert capsys.readouterr().err == f"{line}\n"
    assert drawn.read_bytes() == original


def test_a_drawing_that_fails_at_its_end_leaves_the_rows(clip, tmp_path, monkeypatch):
    monkeypatch.setattr("mimika.predict.recording._frames", lambda path: 0)
    assert run(["predict", str(clip), "--csv", str(tmp_path / "rows.csv"), "--draw", str(tmp_path / "out")]) == 2
    assert len(rows_of(tmp_path / "rows.csv")) == 50
    assert list((tmp_path / "out").iterdir()) == []


def test_what_cannot_be_is_told_in_one_line(clip, tmp_path, capsys):
    (tmp_path / "empty.mp4").touch()
    for arguments, line in [
        ([str(tmp_path / "empty.mp4")], f"{tmp_path / 'empty.mp4'}: empty, zero bytes."),
        ([str(clip), "--every", "0"], "A frame every 0 seconds cannot be looked at. Name more than 0 seconds."),
        ([str(tmp_path), "--every", "1"], "--every is for a video or a camera, and none was named. Leave it out."),
    ]:
        assert run(["predict", *arguments]) == 2
        assert capsys.readouterr().err == f"{line}\n"


def test_a_camera_goes_on_until_ctrl_c_and_everything_is_written(tmp_path, capsys, monkeypatch):
    script = Script(*[0.0] * 40)
    grab = script.grab

    def grab_until_somebody_presses():
        if script._next == 20:
            signal.raise_signal(signal.SIGINT)
        return grab()

    script.grab = grab_until_somebody_presses
    monkeypatch.setattr(cv2, "VideoCapture", script)
    before = signal.getsignal(signal.SIGINT)  # in the background of a shell it is ignored
    assert run(["predict", "0", "--csv", str(tmp_path / "rows.csv")]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("camera 0   0:0")
    assert ", 21 frames   1 person (squares)\n" in out
    assert err == f"{tmp_path / 'rows.csv'}: 21 rows\n"
    rows = rows_of(tmp_path / "rows.csv")
    assert {row["video"] for row in rows} == {"camera 0"}
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_on_a_file_leaves_what_was_written_and_says_where_it_ends(tmp_path, capsys, monkeypatch, pretended):
    path = write_clip(tmp_path / "clip.avi", [frame((10, 20, 30))] * 10)
    find = pretended.detector.find
    looks = iter(range(100))

    def find_until_somebody_presses(picture):
        if next(looks) == 4:
            signal.raise_signal(signal.SIGINT)
        return find(picture)

    monkeypatch.setattr(pretended.detector, "find", find_until_somebody_presses)
    assert run(["predict", str(path), "--csv", str(tmp_path / "rows.csv"), "--draw", str(tmp_path / "drawn")]) == 130
    assert capsys.readouterr().err.endswith(f"{path}: stopped at 0.40 s; what is written ends there.\n")
    assert len(rows_of(tmp_path / "rows.csv")) == 5
    with open_footage(tmp_path / "drawn" / "clip.mp4") as footage:
        assert footage.frames == 5


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's")
def test_a_kill_leaves_whole_rows_in_the_hidden_file(tmp_path):
    write_clip(tmp_path / "clip.avi", [frame((10, 20, 30))] * 200)
    program = f"""
import time
from pathlib import Path
from tests.predict.clips import recogniser
import mimika.predict.recogniser
ours = recogniser(Path({str(tmp_path)!r}))
find = ours.detector.find
ours.detector.find = lambda picture: (time.sleep(0.02), find(picture))[1]
mimika.predict.recogniser.load = lambda *_, **__: ours
from mimika.cli.main import run
run(["predict", {str(tmp_path / "clip.avi")!r}, "--csv", {str(tmp_path / "rows.csv")!r}])
"""
    part = tmp_path / ".rows.csv.part"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (part.exists() and part.read_bytes().count(b"\n") > 3):
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert not (tmp_path / "rows.csv").exists()
    assert part.read_bytes().endswith(b"\n")
    rows = rows_of(part)
    assert [row["frame"] for row in rows] == [str(number) for number in range(len(rows))]
    assert 3 <= len(rows) < 200
    assert None not in rows[-1].values()


def test_without_a_terminal_a_line_now_and_then_tells_how_far_it_is(clip, capsys, monkeypatch):
    monkeypatch.setattr("mimika.cli.video.SECONDS_BETWEEN_LINES", 0)
    assert run(["predict", str(clip), "--every", "1"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert [re.sub(r"[\d,.]+ frames/s", "x frames/s", line) for line in lines] == [
        "  0:00 of 0:03  x frames/s  1 face",
        "  0:01 of 0:03  x frames/s  2 faces  0 s left",
        "  0:02 of 0:03  x frames/s  2 faces  0 s left",
    ]


def test_on_a_terminal_the_bar_goes_away(clip, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert run(["predict", str(clip)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"{clip}   0:03, 30 frames")
    assert "0:02 of 0:03" in err
    assert err.endswith("\x1b[2K")
