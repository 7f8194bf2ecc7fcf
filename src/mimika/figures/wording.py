"""Numbers and names as the pictures write them."""

from collections.abc import Callable

from mimika import wording


def percent(share: float, decimals: int = 1) -> str:
    r"""A share as everywhere else, but never broken before its sign.

    >>> percent(0.5564), percent(0.5, 0)
    ('55.6\xa0%', '50\xa0%')
    """
    return wording.percent(share, decimals).replace(" ", "\u00a0")


def amount(number: float, digits: int = 3) -> str:
    r"""A large number in thousands, millions or thousands of millions, to so many digits that count.

    >>> amount(11_294_177, 4), amount(320), amount(44_702), amount(2e6, 1)
    ('11.29\xa0M', '320', '44.7\xa0K', '2\xa0M')
    """
    for unit, size in (("G", 1e9), ("M", 1e6), ("K", 1e3)):
        if number >= size:
            value = number / size
            return f"{value:.{max(0, digits - len(str(int(value))))}f}\u00a0{unit}"
    return f"{number:.0f}"


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
