"""Numbers and names as the pictures write them."""

from collections.abc import Callable


def percent(share: float, decimals: int = 1) -> str:
    r"""A share as people write it.

    >>> percent(0.5564), percent(0.5, 0)
    ('55.6\xa0%', '50\xa0%')
    """
    return f"{100 * share:.{decimals}f}\u00a0%"


def points(share: float) -> str:
    """A difference of two shares in percentage points.

    >>> points(0.0644), points(0.01)
    ('6.4 points', '1.0 point')
    """
    number = f"{100 * share:.1f}"
    return f"{number} point{'' if number in ('1.0', '-1.0') else 's'}"


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


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> duration(8.3), duration(250), duration(7805), duration(3600)
    ('8 s', '4 min 10 s', '2 h 10 min', '1 h')
    """
    whole = round(seconds)
    units = ((whole // 3600, "h"), (whole % 3600 // 60, "min"), (whole % 60, "s"))
    told = [f"{count} {unit}" for count, unit in units if count][:2]
    return " ".join(told) or "0 s"


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
