"""Archives around any other form: .zip, .tar, .tar.gz and a single file as .gz, told by their content.

An archive is unpacked into a scratch folder within limits that count what really comes out, whatever its headers say.
"""

import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final, Literal, Protocol

from mimika.data.sources.form import Place
from mimika.errors import SourceBroken, in_one_line

Packing = Literal["zip", "tar", "tar.gz", "gz"]

# FER2013 as text shrinks to a third of its size and images hardly; deflate can swell a thousandfold.
_LARGEST_RATIO: Final = 100
_ALWAYS_ALLOWED: Final = 16 << 20
_LARGEST: Final = 4 << 30
_MOST_FILES: Final = 200_000
_TAR_BLOCK: Final = 512
_PIECE: Final = 1 << 20
# What comes of an archive in which a name is both a file and a folder.
_SAME_NAMES: Final = (FileExistsError, IsADirectoryError, NotADirectoryError)


def packing_of(file: Path) -> Packing | None:
    """How a file is packed, by its first bytes; None if it is no archive."""
    with file.open("rb") as stream:
        start = stream.read(_TAR_BLOCK)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if not start.startswith(b"\x1f\x8b"):
        return "tar" if _is_tar(start) else None
    try:
        with gzip.open(file) as stream:
            return "tar.gz" if _is_tar(stream.read(_TAR_BLOCK)) else "gz"
    except (OSError, EOFError, zlib.error):
        return "gz"  # damaged; unpacking it says so


def unpacked(file: Path, name: str, into: Path) -> Place:
    """What is in an archive, unpacked into the empty folder `into`.

    Args:
        file: an archive, as `packing_of` knows them.
        name: what errors call it.
        into: an empty folder.

    Raises:
        SourceBroken: if it is damaged, swells beyond all measure, or has names that lead out of it.
    """
    packing = packing_of(file)
    budget = _Budget(name, min(_LARGEST, max(_ALWAYS_ALLOWED, _LARGEST_RATIO * file.stat().st_size)))
    with _damage_told(name):
        if packing == "zip":
            _unzip(file, into, budget)
        elif packing == "gz":
            inside = into / (file.name.removesuffix(".gz") or "faces")
            with gzip.open(file) as stream:
                _write(stream, inside, budget.spend)
            return Place.at(inside, name)
        else:
            with file.open("rb") as raw:
                packed = raw if packing == "tar" else gzip.GzipFile(fileobj=raw)
                counted = _Counted(packed, budget)
                _untar(counted, into, budget)
                # gzip's checksum stands after tar's end.
                while counted.read():
                    pass
    return Place.at(into, name)


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Budget:
    """Counts what an archive gives out, and stops it."""

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.size = size
        self.left = size
        self.files = 0

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise SourceBroken(
                f"{self.name}: unpacks to more than {self.size >> 20:,} MiB, far more than FER2013 in an archive of "
                "its size. If you trust it, unpack it yourself and import the folder."
            )

    def place(self, into: Path, inside: str) -> Path:
        """Where a file of the archive goes; refuses names that lead out of it."""
        self.files += 1
        if self.files > _MOST_FILES:
            raise SourceBroken(f"{self.name}: holds more than {_MOST_FILES:,} files; FER2013 has 35,887 faces.")
        parts = PurePosixPath(inside.replace("\\", "/")).parts
        if not parts or ".." in parts or parts[0] == "/" or re.match("[A-Za-z]:", parts[0]):
            raise SourceBroken(
                f"{self.name}: the name {in_one_line(inside)} leads out of the archive. Get the archive from a place "
                "you trust."
            )
        target = into.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


class _Counted(io.RawIOBase):
    """A stream whose bytes are counted, tar's own headers among them."""

    def __init__(self, stream: _Stream, budget: _Budget) -> None:
        self._stream = stream
        self._budget = budget

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(min(size, _PIECE) if size >= 0 else _PIECE)
        self._budget.spend(len(data))
        return data


def _unzip(file: Path, into: Path, budget: _Budget) -> None:
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                with archive.open(entry) as stream:
                    _write(stream, budget.place(into, entry.filename), budget.spend)


def _untar(stream: _Counted, into: Path, budget: _Budget) -> None:
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for entry in archive:
            # Folders come with their files; links and devices have no faces in them.
            if entry.isfile() and (inside := archive.extractfile(entry)):
                _write(inside, budget.place(into, entry.name), lambda size: None)


def _write(stream: _Stream, target: Path, spend: Callable[[int], None]) -> None:
    with target.open("wb") as out:
        while data := stream.read(_PIECE):
            spend(len(data))
            out.write(data)


def _is_tar(start: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(start, "utf-8", "replace")
    except tarfile.HeaderError:
        return False
    return True


def _damaged(name: str) -> str:
    return f"{name}: the archive is cut off or damaged. Get it again."


@contextmanager
def _damage_told(name: str) -> Iterator[None]:
    """What the archive modules raise for damage, as one line."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and not isinstance(error, _SAME_NAMES):
            raise
        raise SourceBroken(_damaged(name)) from None  # gzip's and bz2's have no number
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, UnicodeDecodeError):
        raise SourceBroken(_damaged(name)) from None
    except (NotImplementedError, RuntimeError):
        # zipfile raises the one for a compression it does not know, the other for encryption.
        raise SourceBroken(
            f"{name}: the archive is encrypted or packed in a way that is not known here. Unpack it yourself and "
            "import the folder."
        ) from None
