"""Import once, memory-map ever after, and never show the test faces."""

import errno
import hashlib
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from mimika.data import store
from mimika.data.drawn import draw_faces
from mimika.data.faces import Faces
from mimika.data.sealed import open_sealed
from mimika.data.split import SPLITS
from mimika.data.store import check_same_faces, draw_data, import_data, open_data, read, require_splits
from mimika.emotions import EMOTIONS
from mimika.errors import DataError, RunError, SealedError, SourceBroken, SourceMissing, SplitMissing
from mimika.final import OPENINGS
from mimika.record import Data
from tests.data.copies import FACE, random_faces, same, write_csv, write_images, write_rows

FILES = ["dataset.json", "pixels.npy", "table.npy", "test.sealed.npz"]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MIMIKA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def faces() -> Faces:
    return random_faces()


@pytest.fixture
def source(tmp_path, faces):
    return write_csv(tmp_path / "fer2013.csv", faces)


def test_an_imported_set_opens_again_as_it_was_without_its_test_faces(tmp_path, source, faces):
    imported = import_data(source, tmp_path / "out")
    opened = open_data(tmp_path / "out")
    for stored in (imported, opened):
        assert same(stored.faces, faces[faces.splits != 2])
        assert isinstance(stored.faces.pixels, np.memmap)
        assert not stored.faces.pixels.flags.writeable
    assert opened.provenance == imported.provenance


def test_the_test_faces_lie_sealed_in_a_file_of_their_own(tmp_path, source, faces):
    stored = import_data(source, tmp_path / "out")
    assert stored.sealed == tmp_path / "out" / "test.sealed.npz"
    assert same(open_sealed(stored.sealed), faces.of("test"))
    seen = b"".join(file.read_bytes() for file in (tmp_path / "out").iterdir() if file != stored.sealed)
    assert not any(face.tobytes() in seen for face in faces.of("test").pixels)


def test_a_set_without_test_faces_has_nothing_sealed(tmp_path, faces):
    stored = import_data(write_csv(tmp_path / "a.csv", faces[faces.splits != 2]), tmp_path / "out")
    assert stored.sealed is None
    assert sorted(file.name for file in stored.path.iterdir()) == ["dataset.json", "pixels.npy", "table.npy"]


def test_sealed_faces_that_are_damaged_are_told(tmp_path):
    (tmp_path / "test.sealed.npz").write_bytes(b"PK")
    with pytest.raises(SourceBroken) as error:
        open_sealed(tmp_path / "test.sealed.npz")
    assert str(error.value) == (
        f"{tmp_path}/test.sealed.npz: the test faces are missing or damaged. Import the data set again."
    )


def test_the_provenance_says_where_the_faces_come_from(tmp_path, source, faces):
    stored = import_data(source, tmp_path / "out")
    provenance = stored.provenance
    assert provenance.source == "fer2013.csv"
    assert provenance.form == "official CSV"
    assert provenance.description.startswith("no known copy of FER2013 (train has 15 faces, not 28,709;")
    assert provenance.counts == faces.counts
    assert provenance.md5 == hashlib.md5(source.read_bytes()).hexdigest()
    assert datetime.now(UTC) - provenance.imported < timedelta(minutes=5)
    assert provenance.checksum == stored.faces.checksum == faces.checksum


def test_opening_computes_no_checksum(tmp_path, source, monkeypatch):
    import_data(source, tmp_path / "out")
    monkeypatch.setattr("mimika.data.faces.hashlib", None)
    assert len(open_data(tmp_path / "out").faces.checksum) == 64


def test_importing_again_replaces_all_of_it(tmp_path, source, faces):
    import_data(source, tmp_path / "out")
    write_csv(source, faces[:15])
    stored = import_data(source, tmp_path / "out")
    assert len(stored.faces) == 15
    assert stored.sealed is None
    assert sorted(file.name for file in tmp_path.iterdir()) == ["fer2013.csv", "out"]
    assert sorted(file.name for file in stored.path.iterdir()) == ["dataset.json", "pixels.npy", "table.npy"]


def test_a_failed_import_leaves_nothing_and_keeps_what_was_there(tmp_path, source):
    before = import_data(source, tmp_path / "out").provenance
    write_rows(source, f"7,{FACE},Training")
    for out in (tmp_path / "out", tmp_path / "new"):
        with pytest.raises(SourceBroken):
            import_data(source, out)
    with pytest.raises(SourceBroken):
        import_data(source, tmp_path / "deep" / "down" / "new")
    assert open_data(tmp_path / "out").provenance == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["fer2013.csv", "out"]


@pytest.mark.parametrize("files", range(8))
def test_an_import_that_is_interrupted_while_files_are_exchanged_keeps_what_was_there(
    tmp_path, source, monkeypatch, files
):
    before = import_data(source, tmp_path / "out")
    renames = iter([True] * files)
    rename = Path.rename

    def interrupted(path, target):
        if path.name in FILES and not next(renames, False):
            monkeypatch.setattr(Path, "rename", rename)
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    write_csv(source, random_faces(seed=1))
    with pytest.raises(KeyboardInterrupt):
        import_data(source, tmp_path / "out")
    after = open_data(tmp_path / "out")
    assert after.provenance == before.provenance
    assert same(after.faces, before.faces)
    assert sorted(file.name for file in after.path.iterdir()) == FILES


def test_an_import_into_a_folder_that_stands_keeps_the_folder_itself(tmp_path, source, monkeypatch):
    (out := tmp_path / "out").mkdir()
    (tmp_path / "link").symlink_to(out)
    number = out.stat().st_ino
    monkeypatch.chdir(out)
    for name in (Path(), tmp_path / "link", out):
        assert import_data(source, name).path == out
        assert sorted(file.name for file in out.iterdir()) == FILES
    assert out.stat().st_ino == number
    assert (tmp_path / "link").is_symlink()


def test_hidden_files_in_a_folder_are_neither_in_the_way_nor_lost(tmp_path, source):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".DS_Store").touch()
    import_data(source, tmp_path / "out")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [".DS_Store", *FILES]


def test_who_opened_the_test_faces_is_still_known_after_an_import_in_their_place(tmp_path, source):
    out = import_data(source, tmp_path / "out").path
    (out / OPENINGS).write_text("[]")
    import_data(source, out)
    assert (out / OPENINGS).read_text() == "[]"


def test_a_folder_that_cannot_be_made_is_refused_by_the_name_that_was_given(tmp_path, source, monkeypatch):
    def refused(**_):
        raise PermissionError(errno.EACCES, "Permission denied", "/proc/.mimika-d9k1kf1v")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refused)
    with pytest.raises(PermissionError) as error:
        import_data(source, tmp_path / "a" / "b")
    assert error.value.filename == f"{tmp_path}/a/b"


def test_processes_that_import_the_same_source_at_the_same_time_all_succeed(home, source):
    with ThreadPoolExecutor(4) as threads:
        stored = list(threads.map(open_data, [source] * 4))
    assert len({one.path for one in stored}) == 1
    assert [file.parent.name for file in home.rglob("dataset.json")] == [stored[0].path.name]
    assert len(list((home / "data").iterdir())) == 1


def test_a_folder_with_other_files_is_never_written_over(tmp_path, source):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").touch()
    with pytest.raises(DataError) as error:
        import_data(source, tmp_path / "mine")
    assert str(error.value) == f"{tmp_path}/mine: a folder with other files in it. Name a new folder with --out."
    with pytest.raises(DataError) as error:
        import_data(source, source)
    assert str(error.value) == (
        f"{source}: a file, but a data set is stored in a folder. Name a new folder with --out."
    )


def test_a_stored_data_set_is_not_imported_but_opened(tmp_path, source):
    import_data(source, tmp_path / "out")
    with pytest.raises(DataError) as error:
        import_data(tmp_path / "out", tmp_path / "other")
    assert str(error.value) == f"{tmp_path}/out: imported already. Give it as DATA to any command."


def test_skipped_rows_are_recorded(tmp_path):
    path = write_rows(tmp_path / "fer.csv", f"0,{FACE},Training", f"7,{FACE},Training")
    stored = import_data(path, tmp_path / "out", skip_bad=True)
    assert stored.provenance.skipped == ("fer.csv, row 2: emotion 7, but FER2013 has 0 (angry) to 6 (neutral)",)


def test_a_source_is_imported_on_first_use_only(home, source, faces, monkeypatch):
    first = open_data(source)
    assert first.path.parent == home / "data"
    monkeypatch.setattr(store, "import_data", None)
    assert same(open_data(str(source)).faces, first.faces)


def test_a_source_that_changed_is_imported_anew(source, faces):
    first = open_data(source)
    write_csv(source, faces[:14])
    assert len(open_data(source).faces) == 14
    status = source.stat()
    os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))
    assert open_data(source).path != first.path


def test_a_hidden_file_in_a_source_changes_nothing(tmp_path, faces):
    write_images(tmp_path / "fer", faces)
    first = open_data(tmp_path / "fer")
    (tmp_path / "fer" / ".DS_Store").touch()
    assert open_data(tmp_path / "fer").path == first.path


@pytest.mark.parametrize("name", ["a\nb.csv", "a\0b.csv"])
def test_a_name_that_cannot_be_printed_is_told_in_one_line(tmp_path, name):
    with pytest.raises(SourceMissing) as error:
        read(tmp_path / name)
    assert str(error.value).startswith(f"{tmp_path}/{ascii(name)[1:-1]}: no such file or folder. FER2013 is ")


def test_a_source_whose_name_has_two_lines_is_told_in_one(tmp_path):
    source = write_rows(tmp_path / "a\nb.csv", f"7,{FACE},Training")
    with pytest.raises(SourceBroken, match=r"^a\\nb\.csv, row 1: emotion 7"):
        read(source)
    write_rows(source, f"3,{FACE},Training")
    assert open_data(source).provenance.source == "a\\nb.csv"


def test_a_missing_source_is_told_before_anything_is_made(home, tmp_path):
    with pytest.raises(SourceMissing, match=r"nowhere\.csv: no such file or folder\."):
        open_data(tmp_path / "nowhere.csv")
    assert not home.exists()


@pytest.mark.parametrize("name", ["pixels.npy", "table.npy", "dataset.json", "test.sealed.npz"])
@pytest.mark.parametrize("damage", ["cut off", "missing", "empty"])
def test_a_damaged_data_set_is_told(tmp_path, source, name, damage):
    out = import_data(source, tmp_path / "out").path
    data = (out / name).read_bytes()
    if damage == "missing":
        (out / name).unlink()
    else:
        (out / name).write_bytes(data[: len(data) // 2 if damage == "cut off" else 0])
    if (name, damage) == ("dataset.json", "missing"):
        with pytest.raises(DataError, match="no form of FER2013 in this folder"):
            open_data(out)
    elif name == "test.sealed.npz" and damage != "missing":
        assert len(open_data(out).faces) == 18  # only `final` looks into it
    else:
        with pytest.raises(SourceBroken) as error:
            open_data(out)
        assert str(error.value) == (
            f"{out}: a stored data set that is damaged or of another version of mimika. Remove it and import again."
        )


def test_a_validation_split_is_cut_from_train_and_noted(tmp_path):
    stored = _imported(tmp_path, random_faces(140, splits=(0,)))
    cut = open_data(stored.path, validation=0.1)
    assert len(cut.faces.of("validation")) == 14
    assert isinstance(cut.faces.pixels, np.memmap)
    assert cut.provenance.counts == cut.faces.counts
    assert cut.provenance.checksum == cut.faces.checksum != stored.provenance.checksum
    assert cut.provenance.notes[-1] == "The validation split is 10 % of train, cut off by mimika; it is not FER2013's."


def test_a_cut_where_there_is_a_validation_split_is_refused(source):
    with pytest.raises(SplitMissing) as error:
        open_data(source, validation=0.1)
    assert str(error.value) == "fer2013.csv has a validation split already: leave --validation out."


def test_training_needs_both_splits(tmp_path):
    require_splits(_imported(tmp_path, random_faces()))
    with pytest.raises(SplitMissing) as error:
        require_splits(_imported(tmp_path, random_faces(splits=(0, 2))))
    assert str(error.value) == "fer.csv has no validation split. Cut one from train with --validation 0.1."
    with pytest.raises(SplitMissing) as error:
        require_splits(_imported(tmp_path, random_faces(splits=(1, 2))))
    assert str(error.value) == "fer.csv has no train split, so nothing can be trained on it."


def test_reading_gives_the_splits_asked_for(source, faces):
    assert same(read(source), faces[faces.splits != 2])
    assert same(read(source, ("validation",)), faces.of("validation"))
    assert set(read(source, ["train"]).splits.tolist()) == {SPLITS.index("train")}
    assert same(read(source, "validation"), faces.of("validation"))


def test_reading_a_copy_without_validation_cuts_one_where_asked(tmp_path):
    path = write_csv(tmp_path / "fer.csv", random_faces(splits=(0,)))
    faces = read(path, validation=0.5)
    assert faces.count("train") > 0 < faces.count("validation")


def test_reading_the_test_split_is_refused_before_anything_is_opened(tmp_path):
    with pytest.raises(SealedError) as error:
        read(tmp_path / "nowhere", ("train", "test"))
    assert str(error.value) == (
        "The test split stays sealed: `mimika final` opens it, once. Ask for train and validation."
    )


def test_reading_a_split_that_nobody_knows_or_that_is_not_there_is_refused(tmp_path, source):
    with pytest.raises(DataError) as error:
        read(source, ("val",))
    assert str(error.value) == "No split is called val. Ask for train, validation or both."
    with pytest.raises(SplitMissing) as error:
        read(write_csv(tmp_path / "fer.csv", random_faces(splits=(0,))), ("validation",))
    assert str(error.value) == "fer.csv has no validation split."


def test_drawn_faces_are_drawn_once(home, monkeypatch):
    stored = draw_data(70)
    assert stored.path.parent == home / "data"
    assert stored.provenance.description == "faces drawn by mimika, seed 0"
    assert sum(stored.provenance.faces_of(split) for split in SPLITS) == 70
    drawn = []
    monkeypatch.setattr(
        "mimika.data.drawn.draw_faces", lambda n, **options: drawn.append(n) or draw_faces(n, **options)
    )
    assert same(draw_data(70).faces, stored.faces)
    assert drawn == [35]  # a sample, that tells whether drawing is as it was


def test_faces_are_drawn_again_when_drawing_has_changed(monkeypatch):
    before = draw_data(70)
    monkeypatch.setattr("mimika.data.drawn.draw_faces", lambda n, **options: random_faces(n))
    assert draw_data(70).path != before.path


def test_the_word_drawn_stands_for_7000_drawn_faces(monkeypatch):
    monkeypatch.setattr("mimika.data.drawn.draw_faces", lambda n, seed=0, **options: random_faces(n // 100 or 7, seed))
    stored = open_data("drawn")
    assert sum(stored.provenance.faces_of(split) for split in SPLITS) == 70
    assert stored.provenance.source == "drawn"


def test_a_folder_called_drawn_is_not_passed_over_for_the_word(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    stored = draw_data(70, out=Path("drawn"))
    with pytest.raises(DataError) as error:
        open_data("drawn")
    assert str(error.value) == (
        "drawn: a word for drawn faces, and a data set stored here. Write ./drawn for the folder."
    )
    assert open_data("./drawn").provenance == stored.provenance


def _imported(tmp_path, faces, validation=None):
    return open_data(write_csv(tmp_path / "fer.csv", faces), validation=validation)


def described(stored, description, train, validation):
    """The same faces, said to be a copy with so many of them."""
    counts = {split: dict.fromkeys(EMOTIONS, 0) for split in SPLITS}
    counts["train"]["angry"], counts["validation"]["angry"] = train, validation
    update = {"description": description, "counts": counts}
    return replace(stored, provenance=stored.provenance.model_copy(update=update))


def test_copies_of_the_official_splits_pass_for_each_other_and_no_others_do(source, tmp_path):
    stored = import_data(source, tmp_path / "out")
    official = "the official FER2013 by its counts"
    seen = Data(checksum="0" * 64, description=official, train=28_709, validation=3_589, validation_twins=0)
    check_same_faces(described(stored, f"{official}, without PrivateTest", 28_709, 3_589), seen, whose=Path("run"))
    for here in (
        described(stored, f"{official}, without PublicTest", 25_838, 2_871),
        described(stored, "no known copy of FER2013", 28_709, 3_589),
    ):
        with pytest.raises(RunError) as refused:
            check_same_faces(here, seen, whose=Path("run"))
        assert str(refused.value) == (
            f"run: trained on other faces ({official}, checksum 00000000) than {here.provenance.source} has "
            f"({here.provenance.checksum[:8]}). Name the data set it was trained on, with --validation if it was cut."
        )
