"""The copies of FER2013 that are known, and how to say which one this is or how it differs.

Counts are those of the official file (Goodfellow et al. 2013, https://arxiv.org/abs/1307.0414).
"""

from collections.abc import Mapping
from typing import Final

from mimika.data.split import SPLITS, Split
from mimika.emotions import EMOTIONS
from mimika.record import Data

Counts = Mapping[Split, Mapping[str, int]]

# In the order of EMOTIONS.
OFFICIAL: Final[Mapping[Split, tuple[int, ...]]] = {
    "train": (3995, 436, 4097, 7215, 4830, 3171, 4965),
    "validation": (467, 56, 496, 895, 653, 415, 607),
    "test": (491, 55, 528, 879, 594, 416, 626),
}

_THE_OFFICIAL: Final = "the official FER2013"
"""How the description of a copy with the official splits begins; records keep it, and `is_official` looks for it."""

CHECKSUMS: Final[Mapping[str, str]] = {
    "f8428a1edbd21e88f42c73edd2a14f95": _THE_OFFICIAL,
    "b114b9e04e6949e5fe8b6a98b3892b1d": f"{_THE_OFFICIAL} as icml_face_data.csv",
    "3f0dfb3d3fd99c811a1299cb947e3131": "FER2013's train split alone, the competition's train.csv",
}
"""md5 of the original files."""

TRAIN_FACES: Final = sum(OFFICIAL["train"])
VALIDATION_FACES: Final = sum(OFFICIAL["validation"])

_NONE: Final = (0,) * len(EMOTIONS)
# Where each emotion stands when the names are sorted, which is how folders and parquet number them.
_ALPHABETICAL: Final = tuple(sorted(range(len(EMOTIONS)), key=EMOTIONS.__getitem__))


def describe(counts: Counts, md5: str | None = None) -> str:
    """Which known copy this is, or how it differs, as a phrase that follows "this is"."""
    if md5 is not None and md5 in CHECKSUMS:
        return f"{CHECKSUMS[md5]} (md5 {md5[:8]}…)"
    train, validation, test = (tuple(counts[split][emotion] for emotion in EMOTIONS) for split in SPLITS)
    public, private = OFFICIAL["validation"], OFFICIAL["test"]
    both = tuple(a + b for a, b in zip(public, private, strict=True))
    if train == OFFICIAL["train"]:
        rest = {
            (public, private): f"{_THE_OFFICIAL} by its counts",
            (public, _NONE): f"{_THE_OFFICIAL} by its counts, without PrivateTest",
            (_NONE, private): f"{_THE_OFFICIAL} by its counts, without PublicTest",
            (_NONE, _NONE): "FER2013's train split alone, by its counts",
            (private, public): "FER2013 with PublicTest and PrivateTest swapped: figures are not comparable",
            (private, _NONE): "FER2013 with PrivateTest in place of PublicTest: figures are not comparable",
            (_NONE, public): "FER2013 with PublicTest in place of PrivateTest: figures are not comparable",
            (_NONE, both): "FER2013 by its counts, PublicTest and PrivateTest mixed into one test split",
            (both, _NONE): "FER2013 with PublicTest and PrivateTest mixed into validation: figures are not comparable",
        }
        if (validation, test) in rest:
            return rest[validation, test]
    if train == tuple(OFFICIAL["train"][place] for place in _ALPHABETICAL):
        return "FER2013 with its classes numbered alphabetically: sad, surprise and neutral carry each other's names"
    total = tuple(map(sum, zip(train, validation, test, strict=True)))
    if total == tuple(map(sum, zip(*OFFICIAL.values(), strict=True))):
        return f"FER2013 split anew ({_sizes(counts)}): figures are not comparable"
    if total == tuple(sum(counts[place] for counts in OFFICIAL.values()) for place in _ALPHABETICAL):
        return (
            "FER2013 with its classes numbered alphabetically: sad, surprise and neutral carry each other's names; "
            f"split anew ({_sizes(counts)})"
        )
    return f"no known copy of FER2013 ({_difference(counts)})"


def is_official(data: Data) -> bool:
    """Whether a run saw the official splits of FER2013: a copy known as such, and in these sizes."""
    sizes = (data.train, data.validation)
    return sizes == (TRAIN_FACES, VALIDATION_FACES) and data.description.startswith(_THE_OFFICIAL)


def same_faces(one: Data, other: Data) -> bool:
    """Whether two runs saw the same faces, or two copies of the official splits, whose pixels may differ a little.

    That is known of placeholders, and of copies that are packed as JPEG.
    """
    return one.checksum == other.checksum or (is_official(one) and is_official(other))


def _sizes(counts: Counts) -> str:
    return ", ".join(f"{split} {sum(counts[split].values()):,}" for split in SPLITS if any(counts[split].values()))


def _difference(counts: Counts) -> str:
    """The splits whose counts differ from the official ones, in words."""
    differences = []
    for split, official in OFFICIAL.items():
        here = tuple(counts[split][emotion] for emotion in EMOTIONS)
        if sum(here) != sum(official):
            differences.append(f"{split} has {sum(here):,} faces, not {sum(official):,}")
        elif here != official:
            cells = zip(EMOTIONS, here, official, strict=True)
            differences.append(
                f"{split} has " + ", ".join(f"{a:,} {name}, not {b:,}" for name, a, b in cells if a != b)
            )
    return "; ".join(differences)
