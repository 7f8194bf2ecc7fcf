"""Archives that are damaged, that lie, or that lead elsewhere are refused in one line, and leave nothing behind."""

import gzip
import io
import os
import tarfile
import zipfile

import pytest

from mimika.data.sources.archives import packing_of, unpacked
from mimika.errors import SourceBroken

CUT_OFF = "fer2013.{}: the archive is cut off or damaged. Get it again."


def make(path, files, packing):
    if packing == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    elif packing == "gz":
        path.write_bytes(gzip.compress(next(iter(files.values()))))
    else:
        with tarfile.open(path, "w:gz") as archive:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return path


def broken_inside(path):
    """Damage in the middle of the packed content, which its own packing notices."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def refusal(path, tmp_path):
    (into := tmp_path / "into").mkdir()
    with pytest.raises(SourceBroken) as error:
        unpacked(path, path.name, into)
    return str(error.value)


@pytest.mark.parametrize("packing", ["zip", "tar.gz", "gz"])
def test_an_archive_that_is_cut_off_is_refused(tmp_path, packing):
    content = bytes(i * i % 251 for i in range(100_000))
    path = make(tmp_path / f"fer2013.{packing}", {"fer2013.csv": content}, packing)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert packing_of(path) == packing
    assert refusal(path, tmp_path) == CUT_OFF.format(packing)


@pytest.mark.parametrize("packing", ["zip", "tar.gz", "gz"])
def test_an_archive_with_a_flipped_byte_is_refused(tmp_path, packing):
    content = bytes(i * i % 251 for i in range(100_000))
    path = make(tmp_path / f"fer2013.{packing}", {"fer2013.csv": content}, packing)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    assert refusal(path, tmp_path) == CUT_OFF.format(packing)


@pytest.mark.parametrize("packing", ["zip", "tar.gz", "gz"])
def test_an_archive_that_swells_beyond_measure_is_stopped(tmp_path, packing):
    path = make(tmp_path / f"bomb.{packing}", {"fer2013.csv": bytes(40 << 20)}, packing)
    assert path.stat().st_size < 100_000
    assert refusal(path, tmp_path) == (
        f"bomb.{packing}: unpacks to more than 16 MiB, far more than FER2013 in an archive of its size. "
        "If you trust it, unpack it yourself and import the folder."
    )
    assert sum(file.stat().st_size for file in (tmp_path / "into").rglob("*")) <= 16 << 20


def test_a_zip_whose_header_tells_a_small_size_is_stopped_all_the_same(tmp_path):
    path = make(tmp_path / "bomb.zip", {"fer2013.csv": bytes(40 << 20)}, "zip")
    data = path.read_bytes().replace((40 << 20).to_bytes(4, "little"), (1 << 10).to_bytes(4, "little"))
    path.write_bytes(data)
    assert refusal(path, tmp_path) == "bomb.zip: the archive is cut off or damaged. Get it again."
    assert sum(file.stat().st_size for file in (tmp_path / "into").rglob("*")) <= 16 << 20


@pytest.mark.parametrize("packing", ["zip", "tar.gz"])
@pytest.mark.parametrize(
    "name", ["../fer2013.csv", "/tmp/fer2013.csv", "a/../../fer2013.csv", "a\\..\\..\\x.csv", "C:\\x.csv", "c:x.csv"]
)
def test_names_that_lead_out_of_the_archive_are_refused(tmp_path, packing, name):
    path = make(tmp_path / f"fer2013.{packing}", {name: b"x"}, packing)
    assert refusal(path, tmp_path) == (
        f"fer2013.{packing}: the name {name} leads out of the archive. Get the archive from a place you trust."
    )
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == [path.name]


@pytest.mark.skipif(os.name == "nt", reason="no file's name has a colon there")
@pytest.mark.parametrize("packing", ["zip", "tar.gz"])
def test_a_colon_in_a_name_leads_nowhere(tmp_path, packing):
    path = make(tmp_path / f"faces.{packing}", {"12:30 faces/happy/a.png": b"x"}, packing)
    (into := tmp_path / "into").mkdir()
    assert unpacked(path, path.name, into).files == (into / "12:30 faces" / "happy" / "a.png",)


def test_an_archive_of_endless_files_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("mimika.data.sources.archives._MOST_FILES", 10)
    path = make(tmp_path / "fer2013.zip", {f"{n}.png": b"" for n in range(11)}, "zip")
    assert refusal(path, tmp_path) == "fer2013.zip: holds more than 10 files; FER2013 has 35,887 faces."


def test_a_tar_of_the_folder_it_was_made_in_is_unpacked(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "fer2013.csv").write_text("x")
    with tarfile.open(tmp_path / "fer2013.tgz", "w:gz") as archive:
        archive.add(tmp_path / "here", ".")
    (into := tmp_path / "into").mkdir()
    assert unpacked(tmp_path / "fer2013.tgz", "fer2013.tgz", into).files == (into / "fer2013.csv",)


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a")])
def test_a_name_that_is_both_file_and_folder_is_damage(tmp_path, names):
    path = make(tmp_path / "fer2013.zip", dict.fromkeys(names, b"x"), "zip")
    assert refusal(path, tmp_path) == CUT_OFF.format("zip")


def test_a_damaged_name_is_damage(tmp_path):
    path = make(tmp_path / "fer2013.zip", {"fér2013.csv": b"x"}, "zip")
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xff"))
    assert refusal(path, tmp_path) == CUT_OFF.format("zip")


def test_links_in_an_archive_are_not_followed(tmp_path):
    path = tmp_path / "fer2013.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("fer2013.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    (into := tmp_path / "into").mkdir()
    assert unpacked(path, path.name, into).files == ()
    assert list(into.iterdir()) == []


def test_an_encrypted_zip_is_told(tmp_path):
    path = make(tmp_path / "fer2013.zip", {"fer2013.csv": b"x"}, "zip")
    data = bytearray(path.read_bytes())
    # The lowest bit of the flags, in the file's own header and in the directory at the end, says "encrypted".
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert refusal(path, tmp_path) == (
        "fer2013.zip: the archive is encrypted or packed in a way that is not known here. "
        "Unpack it yourself and import the folder."
    )


def test_what_is_no_archive_is_none(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"emotion,pixels\n")
    (tmp_path / "b.tar").write_bytes(b"")
    assert packing_of(tmp_path / "a.zip") is None
    assert packing_of(tmp_path / "b.tar") is None


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_that_other_compressions_notice_is_refused(tmp_path, compression):
    path = tmp_path / "fer2013.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("fer2013.csv", bytes(range(256)) * 400)
    broken_inside(path)
    assert refusal(path, tmp_path) == CUT_OFF.format("zip")
