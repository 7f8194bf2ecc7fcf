"""How a text becomes a sentence in a language: a template by its key, values in the forms that language writes them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

Forms = Mapping[str, Callable[[Any], str]]
"""How a language writes values, by the name that follows the colon in a template: `{accuracy:percent}`."""


@dataclass(frozen=True, kw_only=True)
class Texts:
    """All that a language says, and how it writes what is said.

    Code decides which sentence applies and gives its numbers and names; how they are written, declined or counted is
    the template's matter, for no two languages do that alike.

    Attributes:
        code: as in HTML's lang attribute and in `--language`.
        name: the language's own name for itself.
        messages: templates by key; the same keys and placeholders in every language.
        names: what the language calls things that the program names in English, such as emotions; in English none.
        phrases: what it calls the known copies of the faces: a pattern of the English, and what stands for it.
        forms: how values are written.
        units: what is not parted from the number before it, as patterns.
    """

    code: str
    name: str
    messages: Mapping[str, str]
    names: Mapping[str, str]
    phrases: Sequence[tuple[str, str]]
    forms: Forms
    units: Sequence[str]

    def tell(self, key: str, **values: object) -> str:
        """The text with this key, its placeholders filled."""
        return _Writer(self.forms).vformat(self.messages[key], (), values)

    def name_of(self, thing: str) -> str:
        """What the language calls an emotion, a stage, a field or a verdict; what it has no word for keeps its own."""
        return self.names.get(thing, thing)

    def described(self, data: str) -> str:
        """What the language calls a copy of the faces; as it was recorded, where it does not know it."""
        for pattern, phrase in self.phrases:
            if found := re.fullmatch(pattern, data):
                return found.expand(phrase)
        return data

    def layer(self, name: str) -> str:
        """The name of a layer: its kind in the language, its number as it is; the stem needs no kind."""
        kind, _, number = name.partition(" ")
        return self.name_of(number) if number == "stem" else f"{self.name_of(kind)} {number}".rstrip()


class _Writer(Formatter):
    """Fills placeholders; what follows the colon is one of the language's forms, or Python's own format."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    def format_field(self, value: object, format_spec: str) -> str:
        form = self._forms.get(format_spec)
        return form(value) if form else str(super().format_field(value, format_spec))
