"""`mimika predict`: what it prints and writes, and what it says of what cannot be read."""

import csv
import io
import itertools
import json
import re
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.predict.clips import write_clip
from tests.predict.files import CARD, write_network
from tests.predict.scenes import FACES

import mimika
from mimika.cli import main, rows
from mimika.data.drawn import draw_faces
from mimika.emotions import EMOTIONS
from mimika.predict import recogniser
from mimika.predict.detector import Detection, Whole
from mimika.predict.recogniser import Recogniser
from mimika.predict.table import COLUMNS, VIDEO_COLUMNS

SURE = [0.0, 0.0, 0.0, 0.97, 0.0, 0.02, 0.01]
UNSURE = [0.11, 0.1, 0.05, 0.0, 0.31, 0.05, 0.38]
CERTAIN = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
TABLE_HEADER = ["row", "emotion", "expression", *EMOTIONS]


class Answering:
    """A network whose answers are known: in turn, again and again."""

    card = CARD

    def __init__(self, *rows):
        self._rows = rows
        self._given = 0

    def probabilities(self, faces):
        which = [(self._given + number) % len(self._rows) for number in range(len(faces))]
        self._given += len(faces)
        return np.array([self._rows[number] for number in which], np.float32).reshape(-1, 7)


class Finding:
    """A detector that finds the same boxes on each picture that is not black."""

    name = "haar"
    whole = False

    def __init__(self, *boxes):
        self._found = [Detection(box, 5.0) for box in boxes]

    def find(self, picture):
        return self._found if picture.pixels.any() else []


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MIMIKA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def knowing(monkeypatch):
    """Two faces on each picture, the first sure, the second not; tells what `load` was asked for."""
    asked = []

    def load(network, detector, *, threads, threshold):
        asked.append((network, detector))
        if detector == "none":
            return Recogniser(Answering(SURE, UNSURE), Whole())
        return Recogniser(Answering(SURE, UNSURE), Finding((4, 130, 98, 98), (312, 9, 120, 120)))

    monkeypatch.setattr(recogniser, "load", load)
    return asked


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("network") / "faces.onnx"
    write_network(path)
    return str(path)


def picture(path, gray=128, size=(480, 320)):
    """Stripes, half as bright between: what is blank would be unsure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full(size[::-1], gray, np.uint8)
    pixels[:, np.arange(size[0]) // 16 % 2 == 1] //= 2
    Image.fromarray(pixels).save(path, format="PNG")
    return path


def table(path, faces, header="pixels", before=""):
    rows = [f"{before}{' '.join(map(str, face.ravel()))}" for face in faces]
    path.write_text("\n".join([header, *rows, ""]))
    return path


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


# Pictures


def test_a_picture_is_told_with_its_faces(knowing, folder, capsys):
    picture(folder / "party.jpg")
    assert main.run(["predict", "party.jpg"]) == 0
    assert capsys.readouterr() == (
        "party.jpg   2 faces (haar)\n"
        "  1   4, 130   98×98     happy       97 %   surprise 2 %\n"
        "  2   312, 9   120×120   unsure     neutral 38 %, sad 31 %\n",
        "",
    )
    assert knowing == [(None, "auto")]


def test_a_runner_up_that_has_no_percent_is_not_told(monkeypatch, folder, capsys):
    monkeypatch.setattr(recogniser, "load", lambda *_, **__: Recogniser(Answering(CERTAIN), Whole()))
    picture(folder / "a.png")
    assert main.run(["predict", "a.png", "--detector", "none"]) == 0
    assert capsys.readouterr().out == ("a.png   taken as one face\n  1   0, 0   480×320   happy      100 %\n")


def test_a_picture_without_a_face_is_no_error(knowing, folder, capsys):
    picture(folder / "street.png", gray=0)
    assert main.run(["predict", "street.png"]) == 0
    assert capsys.readouterr() == ("street.png   no face found by haar on 480×320 pixels.\n", "")


def test_in_a_folder_nothing_stops_the_others_and_all_is_counted(knowing, folder, capsys):
    picture(folder / "in" / "frame10.png")
    picture(folder / "in" / "frame9.png", gray=0)
    picture(folder / "in" / "sub" / "no suffix")
    (folder / "in" / "frame1.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (folder / "in" / "notes.txt").write_text("nothing to see")
    (folder / "in" / "phone.heic").write_bytes(b"\0\0\0\x20ftypheic\0\0\0\0")
    picture(folder / "in" / ".hidden.png")
    assert main.run(["predict", "in"]) == 0
    told = capsys.readouterr()
    assert [line for line in told.out.splitlines() if not line.startswith("  ")] == [
        "in/frame9.png   no face found by haar on 480×320 pixels.",
        "in/frame10.png   2 faces (haar)",
        "in/sub/no suffix   2 faces (haar)",
    ]
    assert told.err == (
        "in/frame1.png: a PNG picture, but damaged or cut off.\n"
        "4 pictures · 4 faces · 1 without a face · 1 unreadable · 1 HEIC (not read; save as JPEG) · 1 other file left "
        "out\n"
    )


def test_a_named_file_that_cannot_be_read_is_status_2_though_the_others_are_answered(knowing, folder, capsys):
    picture(folder / "a.png")
    assert main.run(["predict", "nope.png", "a.png"]) == 2
    told = capsys.readouterr()
    assert told.out.startswith("a.png   2 faces (haar)\n")
    assert told.err == "nope.png: no such file.\n2 pictures · 2 faces · 1 unreadable\n"


def test_a_folder_in_which_nothing_can_be_read_is_status_2(knowing, folder, capsys):
    (folder / "in").mkdir()
    (folder / "in" / "a.png").write_bytes(b"")
    assert main.run(["predict", "in"]) == 2
    assert capsys.readouterr() == ("", "in/a.png: empty, zero bytes.\n")


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ([], "in: an empty folder.\n"),
        (["a.txt"], "in: no picture in this folder, one other file.\n"),
        (["a.txt", "b.mp4"], "in: no picture in this folder, two other files. Name a video itself.\n"),
    ],
)
def test_a_folder_without_pictures_is_one_line(knowing, folder, capsys, files, line):
    (folder / "in").mkdir()
    for name in files:
        (folder / "in" / name).write_text("text")
    assert main.run(["predict", "in"]) == 2
    assert capsys.readouterr() == ("", line)
    assert knowing == []


def test_a_file_that_is_no_picture_is_one_line(knowing, folder, capsys):
    (folder / "notes.txt").write_text("some text that is longer than twelve bytes")
    assert main.run(["predict", "notes.txt"]) == 2
    assert capsys.readouterr() == (
        "",
        "notes.txt: not a picture in a form that is read: JPEG, PNG, WebP, GIF, BMP, TIFF, PPM.\n",
    )


def test_names_are_printed_in_one_line_and_no_terminal_is_fooled(knowing, folder, capsys):
    picture(folder / "two\nlines \x1b[31m.png")
    assert main.run(["predict", "two\nlines \x1b[31m.png", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["path"] == "two\nlines \x1b[31m.png"
    assert main.run(["predict", "two\nlines \x1b[31m.png"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "two\\nlines \\x1b[31m.png   2 faces (haar)"


def test_on_a_terminal_few_words_stand_out(knowing, folder, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    picture(folder / "a.png")
    for plain in (False, True):
        if plain:
            monkeypatch.setenv("NO_COLOR", "1")
        terminal = Terminal()
        monkeypatch.setattr("sys.stdout", terminal)
        assert main.run(["predict", "a.png"]) == 0
        first, second, _ = terminal.getvalue().splitlines()
        assert first == ("a.png   2 faces (haar)" if plain else "\x1b[1ma.png\x1b[0m   2 faces (haar)")
        assert ("\x1b[1mhappy   \x1b[0m" in second) is not plain


def test_the_whole_way_from_files_to_probabilities(network, folder, capsys):
    for number, face in enumerate(FACES[:3]):
        Image.fromarray(face).save(folder / f"{number}.png")
    names = [f"{number}.png" for number in range(3)]
    assert main.run(["predict", *names, "--network", network, "--detector", "none", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    expected = mimika.load(network).network.probabilities(FACES[:3])
    for entry, name, row in zip(entries, names, expected, strict=True):
        assert entry["path"] == name
        assert list(entry["faces"][0]["probabilities"].values()) == pytest.approx(row.tolist(), abs=1e-6)


def test_a_threshold_of_ones_own_decides_who_is_sure(network, folder, capsys):
    picture(folder / "a.png")
    table(folder / "test.csv", FACES[:1])
    for source in ("a.png", "test.csv"):
        for threshold in ("0", "1"):
            assert (
                main.run(["predict", source, "--network", network, "--threshold", threshold, "--detector", "none"]) == 0
            )
            assert ("unsure" in capsys.readouterr().out) == (threshold == "1")
    assert main.run(["predict", "a.png", "--threshold", "80"]) == 2
    assert capsys.readouterr().err == ("threshold=80.0: a number from 0 to 1 is meant, or None: the one in the file.\n")


def test_the_network_may_be_named_and_a_run_is_none(folder, capsys):
    picture(folder / "a.png")
    assert main.run(["predict", "a.png", "--network", "distil", "--detector", "none"]) == 0
    (folder / "runA").mkdir()
    capsys.readouterr()
    assert main.run(["predict", "a.png", "--network", "runA"]) == 2
    assert capsys.readouterr().err.startswith("runA: not an exported network. Of a run, `mimika export runA --data ")


def test_a_network_or_a_detector_that_does_not_exist_is_one_line(network, folder, capsys):
    picture(folder / "a.png")
    assert main.run(["predict", "a.png", "--network", "no.onnx"]) == 2
    assert capsys.readouterr().err == ("no.onnx: no such file; `mimika export` writes one from a trained network.\n")
    assert main.run(["predict", "a.png", "--network", network, "--detector", "dlib"]) == 2
    assert capsys.readouterr().err.startswith("No detector is called dlib.")


# Standard input


def test_a_picture_may_come_through_standard_input(knowing, monkeypatch, capsys):
    content = io.BytesIO()
    Image.new("L", (480, 320), 128).save(content, format="JPEG")
    stdin = SimpleNamespace(buffer=io.BytesIO(content.getvalue()), isatty=lambda: False)
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main.run(["predict", "-"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("standard input   2 faces (haar)\n  1   4, 130")
    assert told.err == ""


def test_standard_input_that_holds_no_picture_is_one_line(knowing, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b""), isatty=lambda: False))
    assert main.run(["predict", "-", "--json"]) == 2
    told = capsys.readouterr()
    assert told.err == "standard input: empty, zero bytes.\n"
    (entry,) = json.loads(told.out)
    assert (entry["path"], entry["fault"]) == ("-", "standard input: empty, zero bytes.")


def test_a_terminal_as_standard_input_is_not_waited_for(knowing, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    assert main.run(["predict", "-"]) == 2
    assert capsys.readouterr().err == (
        "-: standard input is a terminal. Send it a picture: mimika predict - < photo.jpg\n"
    )


def test_standard_input_without_end_is_not_read_to_the_end(knowing, monkeypatch, capsys):
    monkeypatch.setattr("mimika.predict.sources._BYTES_AT_MOST", 1 << 20)
    endless = SimpleNamespace(read=lambda most: b"\0" * most)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=endless, isatty=lambda: False))
    assert main.run(["predict", "-"]) == 2
    assert capsys.readouterr().err == "-: more than 1 MB on standard input, which is more than a picture.\n"


# JSON and CSV


def test_json_is_one_list_with_an_entry_a_picture_and_a_line(knowing, folder, capsys):
    picture(folder / "a.png")
    picture(folder / "b.png", gray=0)
    assert main.run(["predict", "a.png", "b.png", "nope.png", "--json"]) == 2
    told = capsys.readouterr().out
    assert len(told.splitlines()) == 5
    first, second, third = json.loads(told)
    assert list(first) == ["path", "size", "detector", "faces", "reason", "fault"]
    assert (first["path"], first["size"], first["detector"]) == ("a.png", [480, 320], "haar")
    assert [face["expression"] for face in first["faces"]] == ["happy", "unsure"]
    assert first["faces"][0]["box"] == [4, 130, 98, 98]
    assert (first["reason"], first["fault"]) == (None, None)
    assert (second["faces"], second["fault"]) == ([], None)
    assert second["reason"] == "b.png: no face found by haar on 480×320 pixels."
    assert (third["size"], third["fault"]) == (None, "nope.png: no such file.")


def test_a_csv_has_a_row_a_face(knowing, folder, capsys):
    picture(folder / "a, b.png")
    picture(folder / "street.png", gray=0)
    assert main.run(["predict", "a, b.png", "street.png", "--csv", "out/faces.csv"]) == 0
    header, *rows = read_csv(folder / "out" / "faces.csv")
    assert tuple(header) == COLUMNS
    assert [row[:10] for row in rows] == [
        ["a, b.png", "1", "4", "130", "98", "98", "haar", "5.0", "3", "happy"],
        ["a, b.png", "2", "312", "9", "120", "120", "haar", "5.0", "6", "unsure"],
    ]
    assert [float(cell) for cell in rows[1][10:]] == np.array(UNSURE, np.float32).tolist()
    assert capsys.readouterr().err == ("2 pictures · 2 faces · 1 without a face\nout/faces.csv: 2 rows\n")


def documented(what, of):
    """The names in the row for something in a table of docs/recogniser.md."""
    text = (Path(__file__).parents[2] / "docs" / "recogniser.md").read_text(encoding="utf-8")
    rows = text.partition(f"| `{what}` of |")[2].partition("\n\n")[0]
    return re.findall("`(.+?)`", re.search(rf"^\| {of} \|(.*?)\|", rows, re.MULTILINE)[1])


def test_what_json_and_csv_hold_is_documented(knowing, folder, capsys):
    picture(folder / "a.png")
    table(folder / "test.csv", FACES[:1])
    write_clip(folder / "clip.avi", [np.arange(160, dtype=np.uint8)[None, :, None].repeat(120, 0).repeat(3, 2)])
    trees = []
    for source in ("a.png", "clip.avi", "test.csv"):
        assert main.run(["predict", source, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        trees.append(found if isinstance(found, dict) else found[0])
    photo, frame, row = trees
    for of, tree in [
        ("a picture", photo),
        ("a face", photo["faces"][0]),
        ("a frame", frame),
        ("a face on a frame", frame["faces"][0]),
        ("a row of a CSV", row),
    ]:
        assert list(tree) == documented("--json", of)
    answer = ("emotion", "expression", *EMOTIONS)
    assert (*documented("--csv", "pictures"), *answer) == COLUMNS
    assert (*documented("--csv", "a video"), *answer, *(f"smoothed_{name}" for name in answer)) == VIDEO_COLUMNS


def test_a_list_of_nothing_is_json_too(knowing, folder, capsys):
    (folder / "empty").mkdir()
    assert main.run(["predict", "empty", "--json"]) == 2
    told = capsys.readouterr()
    assert json.loads(told.out) == []
    assert told.err == "empty: an empty folder.\n"


def test_an_interruption_leaves_a_whole_list(knowing, folder, capsys, monkeypatch):
    for name in ("a.png", "b.png"):
        picture(folder / name)
    answers = Recogniser.answers

    def interrupted(self, sources):
        yield next(answers(self, sources, batch=1))
        raise KeyboardInterrupt

    monkeypatch.setattr(Recogniser, "answers", interrupted)
    assert main.run(["predict", "a.png", "b.png", "--json"]) == 130
    assert [entry["path"] for entry in json.loads(capsys.readouterr().out)] == ["a.png"]


def test_an_interruption_leaves_no_half_csv(folder, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(recogniser, "load", lambda *_, **__: SimpleNamespace(answers=interrupted))
    picture(folder / "a.png")
    assert main.run(["predict", "a.png", "--csv", "faces.csv"]) == 130
    assert [path.name for path in folder.iterdir()] == ["a.png"]


def press_ctrl_c_at(monkeypatch, which):
    """Ctrl-C while the picture of this number, from 0, is looked at."""
    find, looks = Finding.find, itertools.count()

    def pressed(self, picture):
        if next(looks) == which:
            signal.raise_signal(signal.SIGINT)
        return find(self, picture)

    monkeypatch.setattr(Finding, "find", pressed)


def test_ctrl_c_keeps_what_was_answered_until_then(knowing, folder, capsys, monkeypatch):
    for name in "abcd":
        picture(folder / f"{name}.png")
    press_ctrl_c_at(monkeypatch, 1)
    assert main.run(["predict", *(f"{name}.png" for name in "abcd"), "--csv", "faces.csv", "--json"]) == 130
    told = capsys.readouterr()
    assert [entry["path"] for entry in json.loads(told.out)] == ["a.png", "b.png"]
    assert [row[0] for row in read_csv(folder / "faces.csv")[1:]] == ["a.png", "a.png", "b.png", "b.png"]
    assert told.err.endswith(
        "2 pictures · 4 faces\nfaces.csv: 4 rows\nStopped after 2 of 4 pictures; what is written ends there.\n"
    )
    assert not list(folder.glob(".*"))


def test_ctrl_c_at_the_last_picture_stops_nothing(knowing, folder, monkeypatch):
    picture(folder / "a.png")
    press_ctrl_c_at(monkeypatch, 0)
    assert main.run(["predict", "a.png", "--csv", "faces.csv"]) == 0
    assert len(read_csv(folder / "faces.csv")) == 3


def test_what_the_shell_shields_from_ctrl_c_goes_on(knowing, folder, monkeypatch):
    for name in "ab":
        picture(folder / f"{name}.png")
    press_ctrl_c_at(monkeypatch, 0)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as in a script's background
    try:
        assert main.run(["predict", "a.png", "b.png", "--csv", "faces.csv"]) == 0
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(read_csv(folder / "faces.csv")) == 5


def test_ctrl_c_keeps_the_rows_of_a_csv_of_faces(network, folder, capsys, monkeypatch):
    path = table(folder / "test.csv", draw_faces(5, seed=0).pixels)
    entry_of = rows._row_tree

    def pressed(row, face):
        if row.number == 3:
            signal.raise_signal(signal.SIGINT)
        return entry_of(row, face)

    monkeypatch.setattr(rows, "_row_tree", pressed)
    assert main.run(["predict", str(path), "--network", network, "--csv", "out.csv", "--json"]) == 130
    told = capsys.readouterr()
    assert [entry["row"] for entry in json.loads(told.out)] == [1, 2, 3]
    assert [row[0] for row in read_csv(folder / "out.csv")] == ["row", "1", "2", "3"]
    assert told.err.endswith("Stopped after 3 of 5 rows; what is written ends there.\n")


# Drawings


def test_a_drawing_replaces_an_earlier_drawing_and_nothing_else(knowing, folder, capsys):
    picture(folder / "in" / "a.png")
    picture(folder / "in" / "b.jpg")
    for _ in range(2):
        assert main.run(["predict", "in", "--draw", "drawn"]) == 0
        assert capsys.readouterr().err.endswith("drawn: 2 pictures drawn\n")
    for name in ("a.png", "b.jpg"):
        picture(folder / "other" / name)
    before = [(folder / "other" / name).read_bytes() for name in ("a.png", "b.jpg")]
    assert main.run(["predict", "in", "--draw", "other", "--csv", "faces.csv"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "other/a.png: not drawn, as another file has that name. Name another folder.",
        "other/b.jpg: not drawn, as another file has that name. Name another folder.",
        "2 pictures · 4 faces",
        "faces.csv: 4 rows",
        "other: 0 pictures drawn",
        "other: nothing could be drawn there.",
    ]
    assert len(read_csv(folder / "faces.csv")) == 5
    assert [(folder / "other" / name).read_bytes() for name in ("a.png", "b.jpg")] == before


def test_what_is_no_picture_or_has_other_notes_is_not_replaced_by_a_drawing_either(knowing, folder):
    for name in "abc":
        picture(folder / "in" / f"{name}.png")
    (folder / "drawn").mkdir()
    (folder / "drawn" / "a.png").write_text("notes")
    notes = PngInfo()
    notes.add_text("comment", "a sunny day")
    Image.new("L", (4, 4)).save(folder / "drawn" / "b.png", pnginfo=notes)
    before = [(folder / "drawn" / name).read_bytes() for name in ("a.png", "b.png")]
    assert main.run(["predict", "in", "--draw", "drawn", "--csv", "faces.csv"]) == 0
    assert [(folder / "drawn" / name).read_bytes() for name in ("a.png", "b.png")] == before
    assert (folder / "drawn" / "c.png").is_file()
    assert len(read_csv(folder / "faces.csv")) == 7


def test_drawings_and_explanations_go_into_two_folders(knowing, folder, capsys):
    picture(folder / "a.png")
    assert main.run(["predict", "a.png", "--draw", "out", "--explain", "out"]) == 2
    line = "out: --draw and --explain may write files of one name. Name two folders."
    assert capsys.readouterr().err == f"{line}\n"
    assert not (folder / "out").exists()


def test_a_drawing_that_is_too_large_for_a_jpeg_stops_nothing(knowing, folder, capsys):
    picture(folder / "in" / "long.jpg", size=(60, 66_000))
    picture(folder / "in" / "short.jpg")
    assert main.run(["predict", "in", "--draw", "drawn", "--csv", "faces.csv"]) == 0
    assert "drawn/long.jpg: not drawn, as a JPEG has at most 65,500 pixels a side.\n" in capsys.readouterr().err
    assert len(read_csv(folder / "faces.csv")) == 5
    assert [path.name for path in (folder / "drawn").iterdir()] == ["short.jpg"]


def test_each_readable_picture_is_drawn_into_the_folder(knowing, folder, capsys):
    picture(folder / "in" / "a.png")
    picture(folder / "in" / "sub" / "b.webp", gray=0)
    (folder / "in" / "c.png").write_bytes(b"")
    assert main.run(["predict", "in", "--draw", "in/drawn"]) == 0
    drawn = folder / "in" / "drawn"
    found = {str(path.relative_to(drawn)) for path in drawn.rglob("*") if path.is_file()}
    assert found == {"a.png", "sub/b.webp.png"}
    with Image.open(drawn / "a.png") as image:
        assert image.size[0] == 480
        assert image.size[1] > 320
    assert capsys.readouterr().err.endswith("in/drawn: 2 pictures drawn\n")

    assert main.run(["predict", "in", "--draw", "in/drawn"]) == 0
    assert capsys.readouterr().err.splitlines()[-2].startswith("3 pictures · 2 faces"), "drawings are no sources"


def test_each_face_is_explained_in_a_picture_of_its_own(knowing, folder, capsys):
    picture(folder / "in" / "a.jpg")
    picture(folder / "in" / "sub" / "b.png", gray=0)
    assert main.run(["predict", "in", "--explain", "in/why", "--draw", "in/drawn"]) == 0
    assert capsys.readouterr().err.endswith("in/drawn: 2 pictures drawn\nin/why: 2 faces explained\n")
    assert sorted(str(path.relative_to(folder / "in" / "why")) for path in (folder / "in" / "why").rglob("*.*")) == [
        "a-1.png",
        "a-2.png",
    ]
    assert main.run(["predict", "in", "--explain", "in/why", "--draw", "in/drawn"]) == 0
    assert "2 pictures · 2 faces" in capsys.readouterr().err, "neither drawings nor explanations are sources"


def test_pictures_that_differ_in_their_suffix_alone_are_explained_apart(knowing, folder, capsys):
    for name in ("a.jpg", "a.png", "A.webp"):
        picture(folder / "in" / name)
    assert main.run(["predict", "in", "--explain", "why"]) == 0
    assert capsys.readouterr().err.endswith("why: 6 faces explained\n")
    assert sorted(path.name for path in (folder / "why").iterdir()) == [
        *("A-3-1.png", "A-3-2.png", "a-1.png", "a-2-1.png", "a-2-2.png", "a-2.png"),
    ]


def test_an_explanation_never_takes_the_place_of_a_picture(knowing, folder, capsys):
    for name in ("a.jpg", "a-1.png", "b.png"):
        picture(folder / name)
    assert main.run(["predict", "a.jpg", "a-1.png", "--explain", "."]) == 2
    assert capsys.readouterr().err == ".: an explanation there might replace a picture. Name another folder.\n"
    assert main.run(["predict", "a.jpg", "b.png", "--explain", "."]) == 0


def test_a_name_too_long_for_a_drawing_stops_no_other(knowing, folder, capsys):
    """The first fits, though the hidden name beside it would not; the second does not."""
    for name in ("ა" * 83 + ".jpg", "ბ" * 83 + ".webp", "c.jpg"):
        picture(folder / "in" / name)
    assert main.run(["predict", "in", "--draw", "out", "--explain", "why"]) == 0
    told = capsys.readouterr().err
    assert told.count("not drawn, as the name is too long.") == 1
    assert "out: 2 pictures drawn" in told
    assert len(list((folder / "out").iterdir())) == 2


def test_what_is_no_picture_is_not_explained(folder, capsys):
    table(folder / "test.csv", FACES[:1])
    assert main.run(["predict", "test.csv", "--explain", "why"]) == 2
    assert capsys.readouterr().err == "--explain is for pictures, and none was named. Leave it out.\n"


def test_pictures_of_one_name_are_drawn_under_two(knowing, folder):
    for parent in ("one", "two"):
        picture(folder / parent / "a.jpg")
    picture(folder / "two" / "A.JPG")
    assert main.run(["predict", "one/a.jpg", "two/a.jpg", "two/A.JPG", "--draw", "drawn"]) == 0
    assert sorted(path.name for path in (folder / "drawn").iterdir()) == ["A-3.JPG", "a-2.jpg", "a.jpg"]
    assert main.run(["predict", "one", "two", "--draw", "apart"]) == 0
    assert (folder / "apart" / "one" / "a.jpg").is_file()


def test_results_never_take_the_place_of_a_picture(knowing, folder, capsys):
    before = picture(folder / "a.png").read_bytes()
    assert main.run(["predict", "a.png", "--draw", "."]) == 2
    assert capsys.readouterr().err == ".: a drawing there would replace its picture. Name another folder.\n"
    assert main.run(["predict", "a.png", "--csv", "a.png"]) == 2
    assert capsys.readouterr().err == "a.png: one of the pictures, which --csv would replace. Name another file.\n"
    assert (folder / "a.png").read_bytes() == before


# A CSV of faces


def test_an_unlabelled_csv_is_answered_row_for_row(network, folder, capsys):
    table(folder / "test.csv", FACES)
    assert main.run(["predict", "test.csv", "--network", network, "--csv", "answers.csv"]) == 0
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == len(FACES)
    assert told.err == f"{len(FACES)} faces\nanswers.csv: {len(FACES)} rows\n"
    header, *rows = read_csv(folder / "answers.csv")
    assert header == TABLE_HEADER
    expected = mimika.load(network).network.probabilities(FACES)
    for number, (row, answer) in enumerate(zip(rows, expected, strict=True), start=1):
        assert row[:2] == [str(number), str(answer.argmax())]
        assert [float(cell) for cell in row[3:]] == pytest.approx(answer.tolist(), abs=1e-6)


def test_a_row_that_cannot_be_read_keeps_its_place(knowing, folder, capsys):
    path = table(folder / "test.csv", FACES[:3])
    header, first, second, third = path.read_text().splitlines()
    path.write_text("\n".join([header, first, second.rpartition(" ")[0], third]))
    assert main.run(["predict", "test.csv", "--csv", "answers.csv"]) == 0
    told = capsys.readouterr()
    assert told.out == "  1   happy       97 %   surprise 2 %\n  3   unsure     neutral 38 %, sad 31 %\n"
    assert told.err == (
        "test.csv, row 2: 2,303 pixels, but a face has 2,304 (48×48).\n"
        "2 faces · 1 row unreadable\n"
        "answers.csv: 3 rows\n"
    )
    rows = read_csv(folder / "answers.csv")
    assert [row[:3] for row in rows[1:]] == [["1", "3", "happy"], ["2", "", ""], ["3", "6", "unsure"]]
    assert main.run(["predict", "test.csv", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [entry["expression"] for entry in entries] == ["happy", None, "unsure"]
    assert entries[1]["fault"] == "2,303 pixels, but a face has 2,304 (48×48)"


def test_many_bad_rows_are_counted_instead_of_told(knowing, folder, capsys):
    (folder / "test.csv").write_text("pixels\n" + "1 2 3\n" * 8)
    assert main.run(["predict", "test.csv"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 6
    assert told.err.splitlines()[-1] == "0 faces · 8 rows unreadable"


def test_a_csv_without_rows_is_one_line_and_writes_none(knowing, folder, capsys):
    path = table(folder / "test.csv", [])
    for ending in ("", "\n", " \n\n"):
        path.write_text(f"pixels\n{ending}")
        assert main.run(["predict", str(path), "--csv", "out.csv"]) == 2
        assert capsys.readouterr().err == f"{path}: no rows below its header.\n"
        assert not (folder / "out.csv").exists()


def test_ids_are_printed_so_that_no_terminal_is_fooled(knowing, folder, capsys):
    path = table(folder / "test.csv", draw_faces(1, seed=0).pixels, header="Id,pixels", before="\x1b[31mred,")
    assert main.run(["predict", str(path), "--csv", "out.csv"]) == 0
    assert "\x1b" not in capsys.readouterr().out
    assert read_csv(folder / "out.csv")[1][0] == "\x1b[31mred"


def test_ids_are_given_back(knowing, folder, capsys):
    table(folder / "test.csv", FACES[:1], header="Id,pixels", before="x7,")
    assert main.run(["predict", "test.csv", "--csv", "answers.csv"]) == 0
    assert capsys.readouterr().out.startswith("  x7   happy")
    assert [row[:3] for row in read_csv(folder / "answers.csv")] == [
        ["Id", "emotion", "expression"],
        ["x7", "3", "happy"],
    ]


@pytest.mark.parametrize(
    "mistake",
    [
        (
            "Pixels",
            ["--detector", "haar"],
            "its faces are cut out already, so that no detector looks at them. Leave --detector out.",
        ),
        ("pixels", ["--draw", "drawn"], "faces in a CSV are not drawn. Leave --draw out."),
        ("pixels", ["--csv", "test.csv"], "the faces themselves, which --csv would replace. Name another file."),
        ("pixels", ["test.csv"], "a CSV of faces, which is taken alone, not beside other sources."),
        (
            "emotion,pixels,Usage",
            [],
            "faces with labels (a column emotion), of which the test split stays sealed. Recognised are faces without: "
            "a CSV with the column pixels, and perhaps one Id.",
        ),
        (
            "a,b",
            [],
            "the header is a, b, but a CSV of faces has a column pixels, as the competition's test.csv, and perhaps "
            "one Id.",
        ),
    ],
)
def test_what_a_csv_of_faces_cannot_be_is_one_line(knowing, folder, capsys, mistake):
    header, options, line = mistake
    table(folder / "test.csv", FACES[:1], header=header)
    assert main.run(["predict", "test.csv", *options]) == 2
    assert capsys.readouterr() == ("", f"test.csv: {line}\n")
