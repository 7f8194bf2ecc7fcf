"""The seven emotions of FER2013, numbered once for the whole program.

The numbers are those of the official CSV (Goodfellow et al. 2013, https://arxiv.org/abs/1307.0414). Folders and parquet
mirrors number the same names alphabetically, so everything that comes from outside is mapped by *name*.
"""

from collections.abc import Mapping
from typing import Final

EMOTIONS: Final = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")

COLORS: Final[Mapping[str, str]] = dict(
    zip(EMOTIONS, ("#D55E00", "#009E73", "#CC79A7", "#E69F00", "#0072B2", "#56B4E9", "#7F7F7F"), strict=True)
)
"""Of each emotion, in every picture: Okabe & Ito's, https://jfly.uni-koeln.de/color/, told apart by color-blind readers
too."""

_OTHER_NAMES: Final[Mapping[str, str]] = {
    "anger": "angry",
    "disgusted": "disgust",
    "fearful": "fear",
    "afraid": "fear",
    "scared": "fear",
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "surprised": "surprise",
    "neutrality": "neutral",
}


NUMBERED: Final = f"0 ({EMOTIONS[0]}) to {len(EMOTIONS) - 1} ({EMOTIONS[-1]})"
"""The emotions of the official file, for those who have met another."""

_OFFICIAL_NUMBERS: Final[Mapping[str, int]] = {str(number): number for number in range(len(EMOTIONS))}


def emotion_number(name: str) -> int | None:
    """The number of an emotion by any of its usual names, or None if nobody calls an emotion that.

    >>> emotion_number("Happiness"), emotion_number("disgusted"), emotion_number("contempt")
    (3, 1, None)
    """
    plain = name.strip().casefold()
    plain = _OTHER_NAMES.get(plain, plain)
    return EMOTIONS.index(plain) if plain in EMOTIONS else None


def emotion_in(cell: str) -> int | None:
    """The number of an emotion in a column of the official file, where it is that number or a name; None for others.

    >>> emotion_in("3"), emotion_in("happy"), emotion_in("7")
    (3, 3, None)
    """
    number = _OFFICIAL_NUMBERS.get(cell.strip())
    return emotion_number(cell) if number is None else number
