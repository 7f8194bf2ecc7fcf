"""`mimika`: gathers the commands, and is the one place where an error becomes a line.

Exit status: 0 done, 1 a bug of ours (with its traceback), 2 the user's mistake, or what was refused elsewhere, 130
interrupted. Standard output carries results, standard error everything else. Each command imports what it needs when
it runs, so that help answers at once.
"""

import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version as installed
from typing import Annotated, Final

import typer

from mimika.cli import data, doctor, ensemble, export, figures, final, models, predict, study, training
from mimika.cli.interrupts import Stopped
from mimika.errors import MimikaError

# What the surroundings refuse is no bug: no permission, a full or read-only disk, a quota, a file where a folder should
# be, a name that is not there, too long, or a link to itself; a folder that is in use, not empty, or on another disk.
_REFUSALS: Final = {
    errno.EACCES,
    errno.EPERM,
    errno.ENOSPC,
    errno.EROFS,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
    errno.ENOENT,
    errno.ENAMETOOLONG,
    errno.EDQUOT,
    errno.ELOOP,
    errno.EBUSY,
    errno.ENOTEMPTY,
    errno.EXDEV,
}

# Commands that continue where they were interrupted.
_GO_ON: Final = ("train ", "study run ")

# Typer has its own copy of click since 0.20-odd, so the parent of all usage errors has no one name over its versions.
_UsageError: Final[type[Exception]] = typer.BadParameter.__bases__[0]

app = typer.Typer(
    name="mimika",
    help="A workbench for facial-expression recognition on FER2013.",
    epilog="DATA is a stored data set, any copy of FER2013 that `mimika data import` takes, or the word drawn.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 100},
)
app.add_typer(data.app, name="data")
app.command("models")(models.models)
app.command("train")(training.train)
app.add_typer(study.app, name="study")
app.command("compare")(training.compare)
app.command("final")(final.final)
app.command("figures")(figures.figures)
app.command("ensemble")(ensemble.ensemble)
app.command("export")(export.export)
app.command("predict")(predict.predict)
app.command("doctor")(doctor.doctor)


@app.callback(invoke_without_command=True)
def top(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """A workbench for facial-expression recognition on FER2013."""
    if version:
        print(f"mimika {installed('mimika')}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: the process's own) and return its exit status; bugs are raised."""
    words = sys.argv[1:] if arguments is None else arguments
    if any(not word or (word.startswith("--") and word.find("=") == len(word) - 1) for word in words):
        return _fail("An argument is empty, as an unset variable would leave it. Give it a value, or leave it out.")
    try:
        status = app(words, prog_name="mimika", standalone_mode=False)
        sys.stdout.flush()
    except _UsageError as mistake:
        return _usage(mistake)
    except (MimikaError, Stopped) as told:
        return _fail(str(told), 130 if isinstance(told, Stopped) else 2)
    except BrokenPipeError:
        return 1  # whoever reads, such as head, has left; typer's own output ends so, too
    except OSError as refusal:
        if refusal.errno not in _REFUSALS:
            raise
        return _fail(f"{'' if refusal.filename is None else f'{refusal.filename}: '}{refusal.strerror}.")
    except KeyboardInterrupt:
        status = 130
    if status == 130:
        goes_on = ", and the same command goes on" if f"{' '.join(words)} ".startswith(_GO_ON) else ""
        print(f"Interrupted: nothing is half-written{goes_on}.", file=sys.stderr)
    return status or 0


def main() -> None:
    """The `mimika` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # × and – on a terminal that has only ASCII
    status = run()
    try:
        sys.stdout.flush()
    except OSError:
        # Told already: let it go, or the interpreter would try again as it ends, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _usage(mistake: Exception) -> int:
    context: typer.Context | None = getattr(mistake, "ctx", None)
    where = context.command_path if context else "mimika"
    message: str = getattr(mistake, "format_message", mistake.__str__)()
    option: str | None = getattr(mistake, "option_name", None) if type(mistake).__name__ == "NoSuchOption" else None
    options = {name for known in context.command.params for name in known.opts} if context else set()
    if option and "--set" in options and f"{option}s" not in options:  # a study has --seeds
        from mimika.recipe import FIELDS

        field = FIELDS.get(option.removeprefix("--").replace("-", "_"))
        if field and field.partition(".")[0] != "distillation" and option != "--stages":  # a study has its own
            message = f"No such option: {option}. It is a field of the recipe: --set {field}=VALUE."
    is_help = "\n" in message  # a noun without a verb answers with its verbs
    return _fail(message if is_help else f"{message} See `{where} --help`.")


def _fail(line: str, status: int = 2) -> int:
    print(line, file=sys.stderr)
    return status
