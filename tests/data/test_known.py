"""Which copy of FER2013 this is, or how it differs."""

import pytest

from mimika.data.known import OFFICIAL, describe
from mimika.emotions import EMOTIONS

TRAIN, PUBLIC, PRIVATE = OFFICIAL.values()
NONE = (0,) * 7
BOTH = tuple(a + b for a, b in zip(PUBLIC, PRIVATE, strict=True))


def counts(train, validation, test):
    parts = {"train": train, "validation": validation, "test": test}
    return {split: dict(zip(EMOTIONS, part, strict=True)) for split, part in parts.items()}


def test_the_official_counts_are_those_of_35887_faces():
    assert [sum(part) for part in OFFICIAL.values()] == [28_709, 3_589, 3_589]


@pytest.mark.parametrize(
    ("parts", "description"),
    [
        ((TRAIN, PUBLIC, PRIVATE), "the official FER2013 by its counts"),
        ((TRAIN, PUBLIC, NONE), "the official FER2013 by its counts, without PrivateTest"),
        ((TRAIN, NONE, PRIVATE), "the official FER2013 by its counts, without PublicTest"),
        ((TRAIN, NONE, NONE), "FER2013's train split alone, by its counts"),
        ((TRAIN, PRIVATE, PUBLIC), "FER2013 with PublicTest and PrivateTest swapped: figures are not comparable"),
        ((TRAIN, PRIVATE, NONE), "FER2013 with PrivateTest in place of PublicTest: figures are not comparable"),
        ((TRAIN, NONE, PUBLIC), "FER2013 with PublicTest in place of PrivateTest: figures are not comparable"),
        ((TRAIN, NONE, BOTH), "FER2013 by its counts, PublicTest and PrivateTest mixed into one test split"),
        (
            (TRAIN, BOTH, NONE),
            "FER2013 with PublicTest and PrivateTest mixed into validation: figures are not comparable",
        ),
        (
            (BOTH, TRAIN, NONE),
            "FER2013 split anew (train 7,178, validation 28,709): figures are not comparable",
        ),
        (
            ((3995, 436, 4097, 7215, 4965, 4830, 3171), PUBLIC, PRIVATE),
            "FER2013 with its classes numbered alphabetically: sad, surprise and neutral carry each other's names",
        ),
        (
            (tuple(a + b + c for a, b, c in zip(TRAIN, PUBLIC, PRIVATE, strict=True)), NONE, NONE),
            "FER2013 split anew (train 35,887): figures are not comparable",
        ),
        (
            tuple(tuple(part[place] for place in (0, 1, 2, 3, 6, 4, 5)) for part in (BOTH, TRAIN, NONE)),
            "FER2013 with its classes numbered alphabetically: sad, surprise and neutral carry each other's names; "
            "split anew (train 7,178, validation 28,709)",
        ),
        (
            ((3994, *TRAIN[1:]), (466, 57, *PUBLIC[2:]), NONE),
            "no known copy of FER2013 (train has 28,708 faces, not 28,709; validation has 466 angry, not 467, 57 "
            "disgust, not 56; test has 0 faces, not 3,589)",
        ),
    ],
)
def test_a_copy_is_told_by_its_counts(parts, description):
    assert describe(counts(*parts)) == description


@pytest.mark.parametrize(
    ("md5", "description"),
    [
        ("f8428a1edbd21e88f42c73edd2a14f95", "the official FER2013 (md5 f8428a1e…)"),
        ("b114b9e04e6949e5fe8b6a98b3892b1d", "the official FER2013 as icml_face_data.csv (md5 b114b9e0…)"),
        (
            "3f0dfb3d3fd99c811a1299cb947e3131",
            "FER2013's train split alone, the competition's train.csv (md5 3f0dfb3d…)",
        ),
        ("0" * 32, "the official FER2013 by its counts"),
    ],
)
def test_a_copy_is_told_by_its_checksum_first(md5, description):
    assert describe(counts(TRAIN, PUBLIC, PRIVATE), md5) == description
