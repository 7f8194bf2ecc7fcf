"""The worked examples of docs/adding: their changes are made in a copy of the package, and their answers compared."""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "adding").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TESTS = {
    "network": ["tests/models", "tests/test_recipe.py", "tests/cli/test_models.py"],
    "check": ["tests/training/test_fit.py", "tests/language"],
    "stage": ["tests/study/test_stages.py", "tests/language"],
}
"""The tests that a page's changes touch most, to be passed by the changed copy."""

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.timeout(600)  # the pages train a network or two
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_worked_example_works(page, tmp_path):
    package, place = tmp_path / "package", tmp_path / "place"
    for part in ("src", "tests"):
        shutil.copytree(ROOT / part, package / part, ignore=shutil.ignore_patterns("__pycache__", "*.png"))
    shutil.copy(ROOT / "pyproject.toml", package)
    place.mkdir()
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    environment = {
        **os.environ,
        "PYTHONPATH": str(package / "src"),
        "MIMIKA_HOME": str(tmp_path / "home"),
        "COLUMNS": "200",
    }
    for language, text in blocks:
        if language in ("diff", "python"):
            change(package, language, text)
        elif language == "toml":
            name, _, content = text.partition("\n")
            (place / name.removeprefix("# ")).write_text(content, encoding="utf-8")
    ask_python("\n".join(text for language, text in blocks if language == "pycon"), place, environment)
    for language, text in blocks:
        if language == "console":
            ask_mimika(text, place, environment)
    if page.stem in TESTS:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS[page.stem]]
        done = subprocess.run(command, cwd=package, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    assert {language for language, _ in blocks} <= {"diff", "python", "toml", "pycon", "console"}
    assert {"pycon"} < {language for language, _ in blocks}


def change(package, language, text):
    """Make one change: a diff's, whose lines stand in the file exactly once, or a new file or the end of one."""
    head, _, content = text.partition("\n")
    if language == "diff":
        path = package / head.removeprefix("--- ")
        lines = content.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        source = path.read_text(encoding="utf-8")
        assert source.count(before) == 1, f"{head} has these lines {source.count(before)} times:\n{before}"
        path.write_text(source.replace(before, after), encoding="utf-8")
    else:
        name, at_the_end, _ = head.removeprefix("# ").partition(", at the end")
        path = package / name
        assert path.exists() == bool(at_the_end)
        with path.open("a", encoding="utf-8") as file:
            file.write(content)


def ask_python(text, place, environment):
    """Run a page's sessions of the interpreter as one and compare what it answers."""
    (place / "session.txt").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "doctest", "-o", "ELLIPSIS", "session.txt"]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def ask_mimika(text, place, environment):
    """Run commands and compare what each says; an answer that is given in full is that to a mistake."""
    for command, expected in re.findall(r"^\$ mimika (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
        words = [sys.executable, "-m", "mimika", *shlex.split(command)]
        pipe = subprocess.PIPE
        done = subprocess.run(
            words, cwd=place, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True, check=False
        )
        assert done.returncode == (0 if "..." in expected else 2), f"{command}:\n{done.stdout}"
        assert doctest.OutputChecker().check_output(expected, done.stdout, FLAGS), f"{command}:\n{done.stdout}"
