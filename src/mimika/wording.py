"""How numbers are written in sentences and tables: one form each, so that they can be compared by eye."""

import math
import re
from collections.abc import Sequence
from typing import Final

_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_WORDS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def percent(share: float, decimals: int = 1) -> str:
    """A share in percent.

    >>> percent(0.6289), percent(0.5, 0)
    ('62.9 %', '50 %')
    """
    return f"{100 * share:.{decimals}f} %"


def interval(limits: tuple[float, float]) -> str:
    """Both ends of an interval of shares, in percent without the sign.

    >>> interval((0.613, 0.645))
    '61.3–64.5'
    """
    return f"{100 * limits[0]:.1f}–{100 * limits[1]:.1f}"


def points(difference: float) -> str:
    """A difference of two shares in percentage points, without its sign.

    >>> points(-0.068), points(0.01)
    ('6.8 points', '1.0 point')
    """
    number = f"{100 * abs(difference):.1f}"
    return f"{number} point" if number == "1.0" else f"{number} points"


def gap(difference: float) -> str:
    """How far train is ahead of validation, in points; a minus says that it is behind.

    >>> gap(0.351), gap(-0.012), gap(0.01)
    ('35.1 points', '−1.2 points', '1.0 point')
    """
    return f"{'−' if round(1000 * difference) < 0 else ''}{points(difference)}"


def plain(difference: float) -> str:
    """A difference of two shares in percentage points, without unit, and with a sign only below zero.

    >>> plain(0.351), plain(-0.012), plain(-0.0001)
    ('35.1', '−1.2', '0.0')
    """
    return signed(difference).removeprefix("+")


def signed(difference: float) -> str:
    """A difference of two shares in percentage points, with its sign and without unit.

    >>> signed(0.068), signed(-0.311), signed(0.0001)
    ('+6.8', '−31.1', '0.0')
    """
    number = f"{100 * abs(difference):.1f}"
    return number if number == "0.0" else f"{'+' if difference > 0 else '−'}{number}"


def probability(p_value: float) -> str:
    """A p-value with two digits that mean something.

    >>> probability(0.0001), probability(0.0234), probability(0.43), probability(1.0)
    ('p < 0.001', 'p = 0.023', 'p = 0.43', 'p = 1.00')
    """
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.3f}" if p_value < 0.1 else f"p = {p_value:.2f}"


def magnitude(number: float) -> str:
    """A large count, short.

    >>> magnitude(11_294_053), magnitude(44_702), magnitude(162_900_000), magnitude(7)
    ('11.29 M', '44.7 K', '162.9 M', '7')
    """
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "K")):
        if number >= size:
            value = number / size
            return f"{value:.2f} {unit}" if value < 20 and unit != "K" else f"{value:.1f} {unit}"
    return f"{number:.0f}"


def scientific(number: float) -> str:
    """A number from 0 up, of any size, with two digits that mean something.

    >>> scientific(0.21), scientific(1.3e-8), scientific(0.0)
    ('0.21', '1.3 × 10⁻⁸', '0')
    """
    if not math.isfinite(number):
        return "not finite"
    if number == 0 or 1e-3 <= number < 1e4:
        return f"{number:.2g}"
    digits, exponent = f"{number:.1e}".split("e")
    return f"{digits} × 10{str(int(exponent)).translate(_RAISED)}"


def duration(seconds: float) -> str:
    """A time span in its two largest units.

    >>> duration(250), duration(7800), duration(12.3), duration(90_000)
    ('4 min 10 s', '2 h 10 min', '12 s', '25 h 0 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def brief(seconds: float) -> str:
    """A time span that is a tick of an axis, without a second unit of which there is nothing.

    >>> brief(600), brief(7800), brief(30)
    ('10 min', '2 h 10 min', '30 s')
    """
    return re.sub(r" 0 \w+$", "", duration(seconds))


def words(number: int) -> str:
    """A small whole number as a word.

    >>> words(11), words(35_887)
    ('eleven', '35,887')
    """
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"


def counted(number: int, thing: str) -> str:
    """A number of things.

    >>> counted(1, "seed"), counted(3, "seed")
    ('one seed', 'three seeds')
    """
    return f"{words(number)} {thing}{'' if number == 1 else 's'}"


def numbered(number: int, thing: str) -> str:
    """The same in figures, for what is counted up.

    >>> numbered(1, "face"), numbered(1200, "face")
    ('1 face', '1,200 faces')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def span(numbers: Sequence[int]) -> str:
    """Whole numbers as their range.

    >>> span([6, 8, 7]), span([6])
    ('6–8', '6')
    """
    low, high = min(numbers), max(numbers)
    return f"{low}" if low == high else f"{low}–{high}"


def listed(items: Sequence[str]) -> str:
    """Things in a row, as in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else "none"
