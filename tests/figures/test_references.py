"""Each kind of picture against a small stored copy, so loosely that other fonts, which move the axes, do not matter."""

import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image

from mimika.figures import training
from tests.figures.pictures import PICTURES, REFERENCES, record, small

REACH = (2, 6)
"""Pixels down and across by which a part of a picture may lie elsewhere: labels, which are wide, move axes aside."""

BLOCK = 12
"""Side in pixels of a part."""

TOLERANCE = 24
"""Mean gray levels by which a part may differ. matplotlib 3.10.8 stays below it on the references of 3.11."""


def difference(drawn, reference):
    """How far the worst part is off where it fits best, in gray levels; all of them where sizes differ."""
    if drawn.shape != reference.shape:
        return 255.0
    height, width = reference.shape[:2]
    down, across = REACH
    around = np.pad(drawn.astype(np.int16), ((down, down), (across, across), (0, 0)), mode="edge")
    shifts = [(y, x) for y in range(2 * down + 1) for x in range(2 * across + 1)]
    return float(np.min([parts(around[y : y + height, x : x + width] - reference) for y, x in shifts], axis=0).max())


def parts(off):
    """The mean size of differences (height, width, 3) in each part."""
    height, width = (side // BLOCK * BLOCK for side in off.shape[:2])
    return np.abs(off[:height, :width]).reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3).mean(axis=(1, 3, 4))


def reference(name):
    return np.asarray(Image.open(REFERENCES / f"{name}.png").convert("RGB"))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_looks_as_it_did(name, tmp_path):
    drawn = small(PICTURES[name]())
    off = difference(drawn, reference(name))
    if off > TOLERANCE:
        Image.fromarray(drawn).save(tmp_path / f"{name}.png")
        pytest.fail(
            f"{name} is off its reference by {off:.0f} gray levels, where {TOLERANCE} are allowed. It was drawn with "
            f"matplotlib {matplotlib.__version__} (constraints.txt: {pinned()}). Compare {tmp_path / name}.png with "
            f"{REFERENCES / name}.png (without letters); if the new one is "
            f"meant, `python -m tests.figures.pictures {name}` renews it."
        )


def pinned():
    constraints = (Path(__file__).parents[2] / "constraints.txt").read_text(encoding="utf-8")
    return re.search(r"^matplotlib==(\S+)", constraints, re.MULTILINE)[1]


def test_axes_that_lie_a_little_elsewhere_are_borne_and_another_curve_is_not():
    curves = reference("curves")
    assert difference(np.roll(curves, (1, -2), axis=(0, 1)), curves) == 0
    assert difference(np.roll(curves, 6, axis=0), curves) > TOLERANCE
    assert difference(small(training.curves(record(best_epoch=8), "overfits")), curves) > TOLERANCE


def test_the_references_are_those_of_the_pictures_and_small():
    files = list(REFERENCES.iterdir())
    assert {path.name for path in files} == {f"{name}.png" for name in PICTURES}
    assert sum(path.stat().st_size for path in files) < 1_000_000
