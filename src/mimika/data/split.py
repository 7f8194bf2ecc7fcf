"""Which FER2013 `Usage` is which split, and why.

Training is train. PublicTest was the competition's public leaderboard, on which everybody tuned: it is validation.
PrivateTest decided the competition: it is test, opened once. Published work often has the two swapped or picks the best
epoch on PrivateTest; the same code has scored 71.5 on one and 73.1 on the other, so they are not interchangeable.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

Split = Literal["train", "validation", "test"]

SPLITS: Final[tuple[Split, ...]] = get_args(Split)

SPLIT_OF_USAGE: Final[Mapping[str, Split]] = {
    "Training": "train",
    "PublicTest": "validation",
    "PrivateTest": "test",
}

USAGES: Final = ", ".join(SPLIT_OF_USAGE)
"""The words of the column, for those who have met another."""

_SPLIT_OF_WORD: Final[Mapping[str, Split]] = {usage.casefold(): split for usage, split in SPLIT_OF_USAGE.items()}


def split_of_usage(usage: str) -> Split | None:
    """The split of a `Usage` as a file has it, in any case and with blanks around it; None for any other word.

    >>> split_of_usage(" training"), split_of_usage("Test")
    ('train', None)
    """
    return _SPLIT_OF_WORD.get(usage.strip().casefold())
