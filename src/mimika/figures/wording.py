"""Numbers and names as the pictures write them."""

import re
from collections.abc import Callable

from mimika import wording


def percent(share: float, decimals: int = 1) -> str:
    r"""A share as everywhere else, but never broken before its sign.

    >>> percent(0.5564), percent(0.5, 0)
    ('55.6\xa0%', '50\xa0%')
    """
    return wording.percent(share, decimals).replace(" ", "\u00a0")


def amount(number: float) -> str:
    r"""A large count as everywhere else, but never broken before its unit.

    >>> amount(11_294_177), amount(320)
    ('11.29\xa0M', '320')
    """
    return wording.magnitude(number).replace(" ", "\u00a0")


def round_amount(number: float) -> str:
    r"""A large count that is a tick of an axis, without decimals of which there are none.

    >>> round_amount(2e6), round_amount(500_000), round_amount(20)
    ('2\xa0M', '500\xa0K', '20')
    """
    return re.sub(r"\.0+(?=\D)", "", amount(number))


def readable(network: str) -> str:
    r"""A network's name as people say it, to be broken only before a plus.

    >>> readable("cnn5+batch_norm+skip").replace("\u00a0", "_")
    'cnn5 +_batch_norm +_skip'
    """
    return network.replace("_", "\u00a0").replace("+", " +\u00a0").strip()


def wrapped(text: str, width: float, measure: Callable[[str], float] = len) -> str:
    r"""Text broken at plain blanks, not at fixed ones, into lines no wider than `width`, by default in characters.

    >>> wrapped("one two three", 7)
    'one two\nthree'
    """
    lines: list[str] = []
    for word in text.split(" "):
        if lines and measure(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)
