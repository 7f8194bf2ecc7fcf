import re
import runpy
import shlex
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from mimika.language import ENGLISH
from mimika.recipe import Recipe
from mimika.recipes import read_recipe
from mimika.study.stages import read_study

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = runpy.run_path(str(ROOT / "docs" / "cli.py"))
COMMANDS = dict(DOCS["commands"]())

FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GEORGIAN = (ROOT / "README.ka.md").read_text(encoding="utf-8")


def mimika_lines(readme):
    lines = (line.split("  #")[0] for block in FENCED.findall(readme) for line in block.splitlines())
    return [line for line in lines if line.startswith("mimika ")]


MIMIKA_LINES = mimika_lines(README)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_has_help(name):
    command = COMMANDS[name]
    assert command.help.strip()
    assert [parameter.name for parameter in command.params if not getattr(parameter, "help", None)] == []


def test_the_page_of_commands_is_what_the_commands_say():
    assert DOCS["PAGE"].read_text(encoding="utf-8") == DOCS["page"](), "`make docs` writes it again"


def test_the_page_of_recipes_is_what_the_fields_say_and_its_files_can_be_read(tmp_path):
    recipes = runpy.run_path(str(ROOT / "docs" / "recipe.py"))
    text = recipes["PAGE"].read_text(encoding="utf-8")
    assert text == recipes["page"](), "`make docs` writes it again"
    (tmp_path / "run.toml").write_text(FENCED.findall(text)[0], encoding="utf-8")
    (tmp_path / "study.toml").write_text(FENCED.findall(text)[-2], encoding="utf-8")
    assert read_recipe(str(tmp_path / "run.toml")).changes_from(Recipe()).keys() > {"epochs", "architecture.depth"}
    assert len(read_study(str(tmp_path / "study.toml")).stages) == 2


@pytest.mark.parametrize("line", [*MIMIKA_LINES, *mimika_lines(GEORGIAN)])
def test_the_readmes_commands_exist_with_their_options(line):
    words = shlex.split(line)
    name = next(" ".join(words[:n]) for n in (3, 2) if " ".join(words[:n]) in COMMANDS)
    known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_readme_shows_every_command():
    shown = {name for name in COMMANDS for line in MIMIKA_LINES if line.startswith(name)}
    assert shown == set(COMMANDS)


def test_the_readmes_make_targets_exist():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    blocks = FENCED.findall(README + GEORGIAN)
    asked = {line.split()[1] for block in blocks for line in block.splitlines() if line.startswith("make ")}
    assert {"study", "test"} <= asked <= targets


def test_the_readmes_map_names_exactly_what_exists():
    block = next(block for block in FENCED.findall(README) if "src/mimika/\n" in block)
    top, _, package = block.partition("src/mimika/\n")
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    entries = {path.split("/")[0] + ("/" if "/" in path else "") for path in files if (ROOT / path).exists()}
    assert {line.split()[0] for line in top.splitlines()} == entries - {".gitignore", "README.md", "src/"}

    inside = [Path(path).relative_to("src/mimika") for path in files if path.startswith("src/mimika/")]
    modules = {path.parts[0] + ("/" if len(path.parts) > 1 else "") for path in inside}
    listed = {line.split()[0] for line in package.splitlines()}
    assert listed == modules - {"__init__.py", "__main__.py", "py.typed"}


PAGES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES)
def test_every_link_within_the_repository_leads_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("http")]
    assert [link for link in links if link and not (ROOT / page).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize(
    ("name", "note"),
    [("path", "path.note"), ("curves", "curves.note"), ("confusion", "confusion.note"), ("cost", "costs.note")],
)
def test_the_pictures_of_the_docs_say_what_is_said_today(name, note):
    svg = ET.parse(ROOT / "docs" / "pictures" / f"{name}.svg").getroot()
    told = " ".join(text.text or "" for text in svg.iter("{http://www.w3.org/2000/svg}text"))
    assert ENGLISH.messages[note] in told, "docs/pictures/draw.py draws them again"


SHIPPED = {path.stem: path for path in sorted((ROOT / "src" / "mimika" / "recipes").glob("*.toml"))}
STUDIES = [name for name, path in SHIPPED.items() if "stages = [" in path.read_text(encoding="utf-8").split("[arch")[0]]


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_that_mimika_ships_loads_by_name_and_by_path(name):
    by_name, by_path = read_study(name), read_study(str(SHIPPED[name]))
    assert by_name.stages == by_path.stages
    assert by_name.recipe == by_path.recipe
    assert all(stage.variants for stage in by_name.stages)


@pytest.mark.parametrize("name", sorted(SHIPPED.keys() - set(STUDIES)))
def test_every_run_that_mimika_ships_loads_by_name_and_by_path(name):
    assert read_recipe(name) == read_recipe(str(SHIPPED[name]))
    assert read_recipe(name).name == name


def test_the_exact_set_is_within_the_ranges():
    from importlib.metadata import requires

    from packaging.requirements import Requirement

    pinned = dict(
        line.split("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    ranges = [Requirement(text) for text in requires("mimika") or []]
    ours = [one for one in ranges if one.name != "mimika"]
    assert [one.name for one in ours if pinned[one.name] not in one.specifier] == []
