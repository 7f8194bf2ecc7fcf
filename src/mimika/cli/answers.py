"""Answers on the terminal: an expression in columns, text that stands out."""

import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mimika.predict.face import Face

BOLD: Final = 1
DIM: Final = 2
"""Codes of ANSI for `styled`."""

_WORTH_TELLING: Final = 0.005  # 1 %, rounded


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
