"""Pixel-identical faces: FER2013 has about 1,800 surplus copies, many of them across splits."""

import hashlib

import numpy as np
import numpy.typing as npt

from mimika.data.faces import Faces, Pixels


def _digests(pixels: Pixels) -> list[bytes]:
    """16 bytes a face: equal for equal pixels, and by chance only once in 2^64 faces otherwise."""
    return [hashlib.blake2b(np.ascontiguousarray(face).data, digest_size=16).digest() for face in pixels]


def identical_in(faces: Faces, others: Faces) -> npt.NDArray[np.bool_]:
    """Bool (n,): True for each of the n `faces` of which `others` has a pixel-identical one."""
    known = set(_digests(others.pixels))
    return np.array([digest in known for digest in _digests(faces.pixels)], np.bool_)


def twin_groups(pixels: Pixels) -> npt.NDArray[np.int64]:
    """int64 (n,): the same number for two faces exactly when their pixels are identical; numbered as they appear."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(digest, len(numbers)) for digest in _digests(pixels)], np.int64)
