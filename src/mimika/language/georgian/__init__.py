"""The texts in Georgian, the language of the reference."""

from dataclasses import replace

from mimika.language.english import ENGLISH

GEORGIAN = replace(ENGLISH, code="ka", name="ქართული")
