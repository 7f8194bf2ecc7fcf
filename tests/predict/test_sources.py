"""What a named source is, and which pictures there are in folders."""

import os
from pathlib import Path

import pytest
from PIL import Image

from mimika.predict.sources import Kind, find_pictures, kind_of


def write(path, content=b"text"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("photo", b"\xff\xd8\xff\xe0 and so on", Kind.PICTURE),
        ("photo.mp4", b"\xff\xd8\xff\xe0 and so on", Kind.PICTURE),
        ("clip.mp4", b"whatever it may be", Kind.VIDEO),
        ("clip", b"\0\0\0\x20ftypisom\0\0", Kind.VIDEO),
        ("photo.heic", b"\0\0\0\x20ftypheic\0\0", Kind.PICTURE),
        ("photo.avif", b"\0\0\0\x20ftypavif\0\0", Kind.PICTURE),
        ("clip.bin", b"\x1aE\xdf\xa3matroska", Kind.VIDEO),
        ("clip.bin", b"RIFF\0\0\0\0AVI LIST", Kind.VIDEO),
        ("clip.bin", b"OggS\0\2", Kind.VIDEO),
        ("clip.vob", b"\0\0\1\xba\x44", Kind.VIDEO),
        ("clip.ts", (b"G" + bytes(187)) * 3, Kind.VIDEO),
        ("clip.mts", (bytes(4) + b"G" + bytes(187)) * 3, Kind.VIDEO),
        ("good.txt", b"G" + b"." * 187 + b"Good.", Kind.PICTURE),
        ("photo.bin", b"RIFF\0\0\0\0WEBPVP8 ", Kind.PICTURE),
        ("test.csv", b"anything,at,all\n", Kind.TABLE),
        ("faces.txt", b"Id,Pixels\n1,0 0 0\n", Kind.TABLE),
        ("notes.txt", b"pixels are mentioned here", Kind.PICTURE),
        ("empty", b"", Kind.PICTURE),
        ("7", b"\xff\xd8\xff\xe0 and so on", Kind.PICTURE),
    ],
)
def test_a_file_is_known_by_its_content_and_a_video_by_its_name_too(tmp_path, monkeypatch, name, content, kind):
    monkeypatch.chdir(tmp_path)
    write(Path(name), content)
    assert kind_of(name) is kind


def test_a_number_is_a_camera_and_what_is_not_there_a_picture(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert kind_of("0") is Kind.CAMERA
    assert kind_of("nope.jpg") is Kind.PICTURE
    assert kind_of("-") is Kind.PICTURE
    assert kind_of(".") is Kind.FOLDER


def test_pictures_of_a_folder_come_in_natural_order_from_subfolders_too(tmp_path):
    for name in ("b10.jpg", "b9.jpg", "B1.jpg", "a/2.png", "a/10.png", ".hidden.png", ".git/x.png", "a/list.csv"):
        write(tmp_path / name)
    Image.new("L", (9, 9)).save(write(tmp_path / "no suffix"), format="PNG")
    found = find_pictures([str(tmp_path)])
    names = [str(Path(entry.name).relative_to(tmp_path)) for entry in found.entries]
    assert names == ["a/2.png", "a/10.png", "B1.jpg", "b9.jpg", "b10.jpg", "no suffix"]
    assert found.others == 1
    assert [str(entry.inside) for entry in found.entries] == names


def test_pictures_of_a_form_that_is_not_read_are_counted_by_its_name(tmp_path):
    for name in ("a.HEIC", "b.heic"):
        write(tmp_path / name, b"\0\0\0\x20ftypheic\0\0")
    write(tmp_path / "notes.txt")
    found = find_pictures([str(tmp_path)])
    assert (found.entries, found.unread, found.others) == ((), {"HEIC": 2}, 1)
    assert found.refusals == (
        f"{tmp_path}: no picture in this folder, 2 HEIC (not read; save as JPEG), one other file.",
    )


def test_each_picture_knows_its_source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one/a.jpg", "two/a.jpg", "c.jpg"):
        write(Path(name))
    found = find_pictures(["one", "c.jpg", "two", "nope"])
    assert [(entry.name, entry.origin, str(entry.inside)) for entry in found.entries] == [
        ("one/a.jpg", 0, "one/a.jpg"),
        ("c.jpg", 1, "c.jpg"),
        ("two/a.jpg", 2, "two/a.jpg"),
        ("nope", 3, "nope"),
    ]
    assert found.refusals == ()


def test_a_folder_of_results_is_no_source_unless_it_is_the_folder_itself(tmp_path):
    for name in ("a.jpg", "drawn/a.jpg", "drawn2/b.jpg"):
        write(tmp_path / name)

    def names(*apart):
        return [str(entry.inside) for entry in find_pictures([str(tmp_path)], apart=apart).entries]

    assert names(tmp_path / "drawn") == ["a.jpg", "drawn2/b.jpg"]
    assert names(tmp_path / "drawn", tmp_path / "drawn2") == ["a.jpg"]
    everything = ["a.jpg", "drawn/a.jpg", "drawn2/b.jpg"]
    assert names(tmp_path) == names(tmp_path / "elsewhere") == names(tmp_path.parent) == everything


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """A folder that may not be read, as root may read all; beside it a file that may not be looked at."""
    scandir, look = os.scandir, Path.stat

    def refusing(path="."):
        if Path(os.fsdecode(path)).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    def refusing_to_look(path, **how):
        if path.name == "secret.jpg":
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **how)

    (tmp_path / "locked").mkdir()
    monkeypatch.setattr("os.scandir", refusing)
    monkeypatch.setattr(Path, "stat", refusing_to_look)
    return tmp_path / "locked"


def test_a_folder_that_may_not_be_read_is_one_line(locked):
    found = find_pictures([str(locked)])
    assert found.entries == ()
    assert found.refusals == (f"{locked}: Permission denied.",)


def test_what_may_not_be_read_in_a_folder_is_told_and_the_others_found(locked):
    above = locked.parent
    for name in ("a.jpg", "secret.jpg"):
        write(above / name)
    found = find_pictures([str(above)])
    assert [entry.name for entry in found.entries] == [str(above / "a.jpg")]
    assert sorted(found.refusals) == [f"{locked}: Permission denied.", f"{above}/secret.jpg: Permission denied."]


@pytest.mark.parametrize("name", ["secret.jpg", "a" * 300 + ".jpg", "a/b\0c"])
def test_what_cannot_be_looked_at_counts_as_a_picture_and_the_others_go_on(locked, name):
    write(locked.parent / "a.jpg")
    found = find_pictures([str(locked.parent / name), str(locked.parent / "a.jpg")])
    assert [entry.origin for entry in found.entries] == [0, 1]


def test_results_of_a_folder_above_are_not_laid_above_the_folder_of_results(tmp_path, monkeypatch):
    write(tmp_path / "a.jpg")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    found = find_pictures(["..", "b.jpg"])
    assert [str(entry.inside) for entry in found.entries] == [f"{tmp_path.name}/a.jpg", "b.jpg"]


def test_what_is_said_of_a_picture_names_it_as_the_user_did(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.jpg")
    (entry,) = find_pictures(["./a.jpg"]).entries
    assert entry.told("a.jpg: damaged.") == "./a.jpg: damaged."
