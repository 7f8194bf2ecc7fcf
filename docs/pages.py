"""What the site has beyond the files of this folder: pages of commands and model cards, docstrings below public names.

Hooks of MkDocs, named in mkdocs.yml. All are made at build time from the source, so that they cannot go stale.
"""

import re
import runpy
from inspect import cleandoc
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

CLI = runpy.run_path(str(Path(__file__).with_name("cli.py")))
COMMANDS: dict[str, Any] = dict(CLI["commands"]())

NAME = re.compile(r"^- `(mimika[\w.]+)`", re.MULTILINE)
"""An entry in a list of public names."""

WEIGHTS = "../src/mimika/predict/weights/"
"""Where the networks that come with mimika have their cards, as seen from a page of this folder."""

CARDS = sorted(Path(__file__).parent.joinpath(WEIGHTS).glob("*.md"))

OF_NAMES = ("python.md", "modules.md")
"""The pages of such lists."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of commands and model cards into the navigation, each below the page that lists them."""
    assert config.nav is not None
    below = {
        "Commands": [{_short(name): _address(name)} for name in COMMANDS],
        "Model cards": [{card.stem: f"cards/{card.name}"} for card in CARDS],
    }
    config.nav = [
        {title: [page, *below[title]]} if title in below else {title: page}
        for entry in config.nav
        for title, page in entry.items()
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Write a page for each command and each model card."""
    for name, command in COMMANDS.items():
        text = CLI["section"](name, command).removeprefix("#")
        files.append(File.generated(config, _address(name), content=text.replace(CLI["BAR"], "|")))
    for card in CARDS:
        files.append(File.generated(config, f"cards/{card.name}", content=card.read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """List what each command does; let docstrings follow their names; give wide tables room."""
    markdown = markdown.replace(f"({WEIGHTS}", "(cards/")
    if page.file.src_uri == "cli.md":
        rows = [f"| [{name}]({_address(name)}) | {_gist(command)} |" for name, command in COMMANDS.items()]
        return "\n".join([CLI["OPENING"], "| | |", "|---|---|", *rows])
    if page.file.name == "report":
        page.meta["hide"] = ["toc"]  # its tables need the room
    if page.file.src_uri in OF_NAMES:
        return "\n## ".join(map(_documented, markdown.split("\n## ")))
    return markdown


def _documented(section: str) -> str:
    """A section with its names as links to their docstrings, which follow."""
    docstrings = [f"::: {name}\n    options:\n      heading: {name}" for name in NAME.findall(section)]
    return "\n\n".join([NAME.sub(r"- [`\1`][\1]", section).rstrip(), *docstrings, ""])


def _short(name: str) -> str:
    return name.removeprefix("mimika ")


def _address(name: str) -> str:
    return f"commands/{_short(name).replace(' ', '-')}.md"


def _gist(command: Any) -> str:
    return cleandoc(command.help).splitlines()[0]
