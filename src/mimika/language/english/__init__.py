"""The texts in English, in which the program names its own things."""

from collections.abc import Sequence
from typing import Final

from mimika import wording
from mimika.language.english.pictures import PICTURES
from mimika.language.english.report import REPORT
from mimika.language.texts import Forms, Texts


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    """Text to go on with behind a colon; a name such as ReLU, or L2, keeps its letters."""
    first = text.partition(" ")[0]
    return text[:1].lower() + text[1:] if first == "A" or first[1:].islower() else text


def _codes(names: Sequence[str]) -> str:
    return wording.listed([f"`{name}`" for name in names])


def _some(number: int, one: str, more: str) -> str:
    """How many do or are something: with the verb of none and one, or with that of more."""
    return f"{wording.words(number)} {more}" if number > 1 else f"{'one' if number else 'none'} {one}"


_FORMS: Final[Forms] = {
    "percent": wording.percent,
    "share": lambda share: f"{100 * share:.1f}",
    "interval": wording.interval,
    "points": wording.points,
    "gap": wording.gap,
    "gap_alone": lambda difference: wording.gap(difference).split()[0],
    "signed": wording.signed,
    "probability": wording.probability,
    "magnitude": wording.magnitude,
    "scientific": wording.scientific,
    "duration": wording.duration,
    "brief": wording.brief,
    "span": wording.span,
    "words": wording.words,
    "Words": lambda number: _capital(wording.words(number)),
    "networks": lambda number: wording.counted(number, "network"),
    "runs": lambda number: wording.counted(number, "run"),
    "seeds": lambda number: wording.counted(number, "seed"),
    "Stages": lambda number: _capital(wording.counted(number, "stage")),
    "listed": wording.listed,
    "code": lambda name: f"`{name}`",
    "codes": _codes,
    "codes_are": lambda names: f"{_codes(names)} {'is' if len(names) == 1 else 'are'}",
    "agree": lambda number: _some(number, "agrees", "agree"),
    "are": lambda number: _some(number, "is", "are"),
    "mistakes": lambda number: wording.numbered(number, "mistake"),
    "does": lambda verdict: f"has {verdict}" if verdict.startswith("collapsed") else verdict,
    "capital": _capital,
    "small": _small,
}

ENGLISH: Final = Texts(
    code="en",
    name="English",
    messages={**REPORT, **PICTURES},
    names={},
    phrases=(),
    forms=_FORMS,
    units=("%", "K", "M", "G", "s", "min", "h", "points?"),
)
