"""What a file is, told by its first bytes and never by its name: a picture that is read, another one, a video."""

from collections.abc import Mapping
from typing import Final

PICTURES: Final[Mapping[str, tuple[str, tuple[bytes, ...]]]] = {
    "JPEG": ("JpegImagePlugin", (b"\xff\xd8\xff",)),
    "PNG": ("PngImagePlugin", (b"\x89PNG\r\n\x1a\n",)),
    "WebP": ("WebPImagePlugin", (b"RIFF",)),
    "GIF": ("GifImagePlugin", (b"GIF87a", b"GIF89a")),
    "BMP": ("BmpImagePlugin", (b"BM",)),
    "TIFF": ("TiffImagePlugin", (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    "PPM": ("PpmImagePlugin", (b"P1", b"P2", b"P3", b"P4", b"P5", b"P6")),
}
"""The forms of pictures that are read: PIL's module for each, and how its files start."""

VIDEOS: Final = ("MP4", "QuickTime", "Matroska", "WebM", "AVI", "MPEG", "Ogg", "ASF", "FLV")
"""The forms of videos that are read."""

# How the brands of still pictures in the container of MP4 begin, and their forms, which are not read.
_BRANDS: Final[Mapping[bytes, str]] = {b"avi": "AVIF", b"hei": "HEIC", b"hev": "HEIC", b"mif": "HEIF", b"msf": "HEIF"}

# OpenCV would hand anything to FFmpeg, which reads pictures, texts and playlists as videos, too.
_STARTS: Final = (
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"\0\0\x01\xba",  # MPEG program stream
    b"\0\0\x01\xb3",  # MPEG video
    b"OggS",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF: WMV
    b"FLV\x01",
)
_ATOMS: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # MP4 and QuickTime

_PACKET: Final = 188  # bytes, of an MPEG transport stream; four more before each in a camera's

START: Final = 2 * (_PACKET + 4) + 5
"""How many of its first bytes tell a video's form; a picture's are told by twelve."""


def form_of(start: bytes) -> str | None:
    """The form of a file that starts with these bytes, twelve or more; None if it is none that is read.

    >>> form_of(b"GIF89a......"), form_of(b"RIFF....AVI "), form_of(b"")
    ('GIF', None, None)
    """
    form = next((form for form, (_, starts) in PICTURES.items() if start.startswith(starts)), None)
    return None if form == "WebP" and start[8:12] != b"WEBP" else form


def unread_form_of(start: bytes) -> str | None:
    """The form of a picture that starts with these bytes and is known, but not read; None for all else.

    >>> unread_form_of(b"....ftypheic"), unread_form_of(b"....ftypisom")
    ('HEIC', None)
    """
    return _BRANDS.get(start[8:11]) if start[4:8] == b"ftyp" else None


def starts_as_video(start: bytes) -> bool:
    """Whether a file that starts with these bytes, `START` if there are so many, is a video in a form that is read."""
    if start[4:8] in _ATOMS:
        return unread_form_of(start) is None
    return start.startswith(_STARTS) or _is_avi(start) or _is_transport_stream(start)


def counts_frames(start: bytes) -> bool:
    """Whether a video that starts with these bytes knows how many frames it has; the others know their seconds."""
    return _is_avi(start) or start[4:8] in _ATOMS


def _is_avi(start: bytes) -> bool:
    return start[:4] == b"RIFF" and start[8:12] == b"AVI "


def _is_transport_stream(start: bytes) -> bool:
    """Whether its packets begin where they should; a text that begins with G has none at two such places more."""
    return any(start[before : START : before + _PACKET] == b"GGG" for before in (0, 4))
