"""Ctrl-C, where what was done until then is to be kept."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopped(Exception):
    """The user ended a command that leaves what it has done so far; the message says where. Exit status 130."""


@contextmanager
def noticing_interrupts() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed: once, and what is at hand is still finished; twice, and it interrupts as ever."""
    is_pressed = False
    before = signal.getsignal(signal.SIGINT)
    if before in (signal.SIG_IGN, None):  # as for what a shell script starts in the background
        yield lambda: False
        return

    def notice(*_: object) -> None:
        nonlocal is_pressed
        is_pressed = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, notice)
    try:
        yield lambda: is_pressed
    finally:
        signal.signal(signal.SIGINT, before)
