"""Writes cli.md from the commands themselves: `make docs`. A test holds the two equal."""

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Any

import typer

from mimika.cli.main import app

PAGE = Path(__file__).with_name("cli.md")

BAR = r"\|"
"""How a bar is written in a table."""

OPENING = """# The commands

Written from the commands' own help by `make docs`.

DATA is a stored data set, any copy of FER2013 that `mimika data import` takes (it is imported on first use and kept
under `$MIMIKA_HOME`, by default the user's cache folder), or the word `drawn`: 7,000 drawn faces, the same everywhere.

Results go to standard output, progress and messages to standard error; with `--json`, standard output holds JSON alone.
Exit status: 0 done, 2 the user's mistake, told in one line, or W&B's refusal, 1 a bug of ours, 130 interrupted.
"""


def page() -> str:
    """The whole of cli.md."""
    return "\n".join([OPENING, *(section(name, command) for name, command in commands())])


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name."""
    yield from _below("mimika", typer.main.get_command(app))


def section(name: str, command: Any) -> str:
    """One command: its use, what it does, and its arguments and options as a table."""
    parameters = sorted(command.params, key=lambda parameter: parameter.param_type_name)  # arguments first
    # A bar ends a cell, in code too.
    rows = [f"| `{_written(parameter).replace('|', BAR)}` | {_told(parameter)} |" for parameter in parameters]
    table = ["| | |", "|---|---|", *rows, ""]
    usage = ["```", " ".join([name, *map(_used, filter(_is_needed, parameters)), "[OPTIONS]"]), "```", ""]
    return "\n".join([f"## {name}", "", cleandoc(command.help), "", *usage, *table])


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    if hasattr(command, "commands"):
        for part, child in command.commands.items():
            yield from _below(f"{name} {part}", child)
    else:
        yield name, command


def _written(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper()
    if parameter.param_type_name == "argument":
        return name if parameter.required else f"[{name}]"
    return parameter.opts[0] if getattr(parameter, "is_flag", False) else f"{parameter.opts[0]} {name}"


def _is_needed(parameter: Any) -> bool:
    return parameter.required or parameter.param_type_name == "argument"


def _used(parameter: Any) -> str:
    written = _written(parameter)
    return f"{written}..." if parameter.nargs == -1 and not written.endswith("...") else written


def _told(parameter: Any) -> str:
    default = getattr(parameter.default, "value", parameter.default)
    if parameter.required and parameter.param_type_name == "option":
        return f"{parameter.help} Required."
    unsaid = default is None or default is False or default in ([], ())  # 0 is a default to be told
    return parameter.help if unsaid else f"{parameter.help} Default: {default}."


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
