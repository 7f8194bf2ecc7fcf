"""What goes on, told on standard error: on a terminal a bar with what is left, without one a line an epoch."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mimika.training.watch import Watch
from mimika.wording import duration, percent

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from mimika.data.store import Stored
    from mimika.recipe import Recipe
    from mimika.record import EpochRow, Record

SECONDS_BETWEEN_LINES: Final = 10


def say(line: str = "") -> None:
    """A line on standard error; above the bar, if one is shown."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def watching() -> Iterator[Watch]:
    """The watch for this process's standard error; a bar goes away with it, however it ends."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("  {task.description}"), BarColumn(bar_width=28), TextColumn("{task.fields[state]}"))
    console = Console(stderr=True, highlight=False)
    with Progress(*columns, console=console, transient=True, refresh_per_second=4) as progress:
        yield Bar(progress)


@contextmanager
def reading(source: str) -> Iterator[Callable[[float], None]]:
    """What to tell the share of a source that has been read: a bar, gone when it is done, or nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    on_terminal = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not on_terminal) as progress:
        bar = progress.add_task(f"reading {Path(source).name}", total=1.0)
        yield lambda share: progress.update(bar, completed=share)


def opened(data: str, validation: float | None = None) -> "Stored":
    """The faces that `--data` names, as `open_data` opens them, with a bar while they are read."""
    from mimika.data.store import open_data

    with reading(data) as progress:
        return open_data(data, validation=validation, progress=progress)


def has_bar(*, whole_lines: bool) -> bool:
    """Whether there is a terminal for a bar.

    What is printed above one is broken at the terminal's width: a bar is no place for `whole_lines`, such as JSON,
    unless they go elsewhere.
    """
    return sys.stderr.isatty() and not (whole_lines and sys.stdout.isatty())


@contextmanager
def counting(things: str, total: int, *, whole_lines: bool = False) -> Iterator[Callable[[], None]]:
    """What to call after each of many things: a bar with rate and time left, or now and then a line with the same.

    Standard output is left alone, so that it can be written to meanwhile; on a terminal its lines stand above the bar,
    which `whole_lines` do without.
    """
    start = said = time.monotonic()
    done = 0

    def state() -> str:
        seconds = max(time.monotonic() - start, 1e-6)
        left = duration(seconds / done * max(total - done, 0))
        rate = done / seconds
        return f"{done:,} of {total:,} {things}  {rate:,.{0 if rate >= 10 else 1}f}/s  {left} left"

    if not has_bar(whole_lines=whole_lines) or total < 2:

        def tell() -> None:
            nonlocal done, said
            done += 1
            if time.monotonic() - said >= SECONDS_BETWEEN_LINES and done < total:
                said = time.monotonic()
                say(f"  {state()}")

        yield tell
        return
    with bar(total) as move:

        def count() -> None:
            nonlocal done
            done += 1
            move(done, state())

        yield count


@contextmanager
def bar(total: float | None) -> Iterator[Callable[[float, str], None]]:
    """What to tell how much is done, and what to say beside it: a bar, gone at the end, above which lines are printed.

    Without a total it tells only that something goes on.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (BarColumn(bar_width=28), TextColumn("{task.fields[state]}"))
    console = Console(stderr=True, highlight=False)
    with Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as progress:
        task = progress.add_task("", total=total, state="")
        yield lambda done, state: progress.update(task, completed=done, state=state)


class _Pace:
    """How fast a run goes, from the faces it has learned from since it started or continued here."""

    def __init__(self, recipe: "Recipe", epoch: int) -> None:
        self.recipe = recipe
        self._first = epoch
        self._start = time.monotonic()

    def left(self, epochs_done: float) -> str:
        """The time to the recipe's last epoch; an early stop may come before it. Nothing once that is over."""
        if epochs_done >= self.recipe.epochs:
            return ""
        done, here = self._work(epochs_done), self._work(epochs_done) - self._work(self._first - 1)
        seconds = (time.monotonic() - self._start) / here * (self._work(self.recipe.epochs) - done) if here else 0.0
        return f"{'at most ' if self.recipe.patience else ''}{duration(seconds)} left"

    def _work(self, epochs: float) -> float:
        """What the first epochs cost: a step takes about as much longer as the faces' side is (docs/log.md)."""
        whole = int(epochs)
        sides = [self.recipe.side_at(epoch) or 1 for epoch in range(whole + 1)]
        return sum(sides[:whole]) + (epochs - whole) * sides[whole]


class Lines(Watch):
    """A line an epoch, without escape codes: for logs, files and pipes."""

    def run_started(self, recipe: "Recipe", epoch: int) -> None:
        """Say so only where a run is taken up again."""
        self._pace = _Pace(recipe, epoch)
        if epoch > 1:
            say(f"  {recipe.name}  continues with epoch {epoch}")

    def epoch_ended(self, row: "EpochRow", best: float) -> None:
        """One line with what the epoch brought."""
        recipe = self._pace.recipe
        line = (
            f"  {recipe.name}  epoch {row.epoch:>{len(str(recipe.epochs))}}/{recipe.epochs}"
            f"  train {percent(row.train_accuracy)}  validation {percent(row.validation_accuracy)}"
            f" (best {100 * best:.1f})  {row.faces_per_second:,.0f} faces/s  {self._pace.left(row.epoch)}"
        )
        say(line.rstrip())


class Bar(Watch):
    """One bar for the run under way; it is taken away when the run ends."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._bar: TaskID | None = None
        self._accuracy = ""
        self._rate = ""

    def run_started(self, recipe: "Recipe", epoch: int) -> None:
        """Show the bar, filled as far as the run has come before."""
        self._pace = _Pace(recipe, epoch)
        self._accuracy = self._rate = ""
        self._bar = self._progress.add_task(
            recipe.name, total=recipe.epochs, completed=epoch - 1, state=f"epoch {epoch}/{recipe.epochs}"
        )

    def batch_ended(self, epoch: int, faces_done: int, faces: int) -> None:
        """Move the bar."""
        done = epoch - 1 + faces_done / faces
        parts = (f"epoch {epoch}/{self._pace.recipe.epochs}", self._accuracy, self._rate, self._pace.left(done))
        if self._bar is not None:
            self._progress.update(self._bar, completed=done, state="  ".join(filter(None, parts)))

    def epoch_ended(self, row: "EpochRow", best: float) -> None:
        """Keep the epoch's figures for beside the bar."""
        self._accuracy = f"{percent(row.validation_accuracy)} (best {100 * best:.1f})"
        self._rate = f"{row.faces_per_second:,.0f} faces/s"

    def run_ended(self, record: "Record") -> None:
        """Take the bar away; the run's line comes in its place. A run that is only judged anew had none."""
        if self._bar is not None:
            self._progress.remove_task(self._bar)
            self._bar = None
