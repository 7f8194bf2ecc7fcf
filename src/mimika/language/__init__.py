"""What pages and pictures say, one catalogue a language; which of it applies is decided elsewhere."""

from collections.abc import Mapping
from typing import Final

from mimika.errors import LanguageUnknown
from mimika.language.english import ENGLISH
from mimika.language.georgian import GEORGIAN
from mimika.language.texts import Texts

__all__ = ["ENGLISH", "GEORGIAN", "LANGUAGES", "Texts", "speaking"]

LANGUAGES: Final[Mapping[str, Texts]] = {texts.code: texts for texts in (ENGLISH, GEORGIAN)}


def speaking(code: str) -> Texts:
    """The texts of the language with this code.

    Raises:
        LanguageUnknown: naming those there are.
    """
    if code not in LANGUAGES:
        known = " and ".join(f"{texts.code} ({texts.name})" for texts in LANGUAGES.values())
        raise LanguageUnknown(f"{code}: no page is written in that language; there are {known}. Name one of these.")
    return LANGUAGES[code]
