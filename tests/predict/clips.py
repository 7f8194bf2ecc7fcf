"""Short videos with white squares for faces, written in a moment, and a detector that finds those."""

import struct

import cv2
import numpy as np

from mimika.predict.detector import Detection
from mimika.predict.network import read_network
from mimika.predict.recogniser import Recogniser
from tests.predict.files import write_network

SIZE = (160, 120)


class Squares:
    """Finds white squares, each alone, and takes them for faces."""

    name = "squares"
    whole = False

    def find(self, picture):
        bright = (picture.gray > 160).astype(np.uint8)
        _, _, found, _ = cv2.connectedComponentsWithStats(bright)
        return sorted(Detection(tuple(row[:4].tolist()), 1.0) for row in found[1:] if row[4] > 100)


def recogniser(tmp_path):
    """White squares for faces, a linear network's answers."""
    write_network(tmp_path / "network.onnx")
    return Recogniser(read_network(tmp_path / "network.onnx"), Squares())


def frame(*squares, size=SIZE, gray=40):
    """BGR pixels with white squares: each (x, y, side)."""
    pixels = np.full((size[1], size[0], 3), gray, np.uint8)
    for x, y, side in squares:
        pixels[y : y + side, x : x + side] = 240
        pixels[y + side // 4 : y + side // 2, x + side // 4 : x + side // 2] = 220  # else it would show nothing
    return pixels


def textured(number, size=SIZE):
    """A frame with so much on it that its bytes make up most of a file, and a square that moves on."""
    noise = np.random.default_rng(number).integers(0, 90, (size[1] // 4, size[0] // 4, 3), dtype=np.uint8)
    pixels = cv2.resize(noise, size, interpolation=cv2.INTER_NEAREST)
    pixels[40:70, number : number + 30] = 240
    return pixels


def write_clip(path, frames, *, rate=10.0, codec=None):
    """A video as OpenCV writes it; MP4 with MPEG-4, AVI with a JPEG a frame, which any damage spares the others."""
    frames = list(frames)
    codec = codec or ("mp4v" if path.suffix == ".mp4" else "MJPG")
    size = frames[0].shape[1::-1]
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), rate, size)
    assert writer.isOpened()
    for pixels in frames:
        writer.write(pixels)
    writer.release()
    return path


def damage(path):
    """Zero the third sixth of a file."""
    content = bytearray(path.read_bytes())
    first, last = len(content) // 3, len(content) // 2
    content[first:last] = bytes(last - first)
    path.write_bytes(content)
    return path


def damage_frames(path, *numbers):
    """Zero the JPEGs of some frames in an AVI."""
    content = bytearray(path.read_bytes())
    start = content.index(b"movi")
    for number in range(max(numbers) + 1):
        start = content.index(b"00dc", start)
        length = int.from_bytes(content[start + 4 : start + 8], "little")
        if number in numbers:
            content[start + 8 : start + 8 + length] = bytes(length)
        start += 8 + length
    path.write_bytes(content)
    return path


def turn(path):
    """Note in an MP4 that it was filmed upright, as phones do: to be shown turned by 90 degrees clockwise."""
    content = path.read_bytes()
    level = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    upright = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    place = content.index(level, content.index(b"tkhd"))
    path.write_bytes(content[:place] + upright + content[place + len(level) :])
    return path


class Script:
    """What `cv2.VideoCapture` is replaced by: gives frames of a script, each its time stamp, or None: damaged.

    `grab` fails for None, and forever at the end.
    """

    def __init__(self, *stamps, rate=10.0, count=0.0, is_open=True):
        self._stamps, self._next = stamps, 0
        self._values = {
            cv2.CAP_PROP_FRAME_WIDTH: SIZE[0],
            cv2.CAP_PROP_FRAME_HEIGHT: SIZE[1],
            cv2.CAP_PROP_FPS: rate,
            cv2.CAP_PROP_FRAME_COUNT: count,
        }
        self._is_open = is_open
        self.retrieved = 0
        self.opened_with = ()

    def __call__(self, *source):
        self.opened_with = source
        return self

    def isOpened(self):  # noqa: N802
        return self._is_open

    def get(self, what):
        return 1000 * self._stamps[self._next - 1] if what == cv2.CAP_PROP_POS_MSEC else self._values[what]

    def set(self, what, value):
        self._values[what] = value

    def grab(self):
        if self._next >= len(self._stamps):
            return False
        self._next += 1
        return self._stamps[self._next - 1] is not None

    def retrieve(self):
        self.retrieved += 1
        return True, frame((20, 20, 30))

    def release(self):
        self._is_open = False
