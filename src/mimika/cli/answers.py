"""Answers on the terminal: an expression in columns, things counted, text that stands out."""

import json
import math
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mimika.predict.face import Face

BOLD: Final = 1
DIM: Final = 2
"""Codes of ANSI for `styled`."""

_WORTH_TELLING: Final = 0.005  # 1 %, rounded


class Stopped(Exception):
    """The user ended a command that leaves what it has done so far; the message says where. Exit status 130."""


def as_json_text(tree: object) -> str:
    r"""Plain values as JSON; numbers that are not finite, for which JSON has no word, become null.

    >>> as_json_text({"loss": float("nan")})
    '{\n  "loss": null\n}'
    """
    return json.dumps(_finite(tree), indent=2, allow_nan=False)


def _finite(tree: object) -> object:
    if isinstance(tree, dict):
        return {key: _finite(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_finite(value) for value in tree]
    return None if isinstance(tree, float) and not math.isfinite(tree) else tree


def expression(face: "Face") -> str:
    """The expression with the two best probabilities, in columns."""
    from mimika.predict.face import UNSURE
    from mimika.wording import percent

    (best, first), (other, second) = sorted(face.probabilities.items(), key=lambda item: -item[1])[:2]
    if face.expression == UNSURE:
        return f"{UNSURE:<8}   {styled(f'{best} {percent(first, 0)}, {other} {percent(second, 0)}', DIM)}"
    runner_up = f"   {styled(f'{other} {percent(second, 0)}', DIM)}" if second >= _WORTH_TELLING else ""
    return f"{styled(f'{best:<8}', BOLD)}   {percent(first, 0):>5}{runner_up}"


def styled(text: str, code: int) -> str:
    """Text in bold or dim, on a terminal that wants it."""
    return f"\x1b[{code}m{text}\x1b[0m" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else text


@contextmanager
def noticing_interrupts() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed: once, and what is at hand is still finished; twice, and it interrupts as ever."""
    is_pressed = False

    def notice(*_: object) -> None:
        nonlocal is_pressed
        is_pressed = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, notice)
    try:
        yield lambda: is_pressed
    finally:
        signal.signal(signal.SIGINT, before)
