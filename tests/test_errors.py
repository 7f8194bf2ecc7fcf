"""The error tree: drawn as it is, and each error a user's mistake."""

import inspect
import re

import pytest

from mimika import errors
from mimika.errors import ExtraMissing, MimikaError, require, require_training


def test_the_tree_that_is_drawn_is_the_one_that_is_programmed():
    programmed = {
        name: one.__base__.__name__
        for name, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, Exception) and one is not MimikaError
    }
    assert dict(drawn_parents()) == programmed


def test_what_an_error_is_stands_in_one_column():
    assert {re.match(r"[\s│├└─]*\w+ +", line).end() for line in drawn_lines()} == {32}


def drawn_lines():
    return [line for line in errors.__doc__.splitlines() if "  " in line.strip()]


def drawn_parents():
    """Each error and the nearest one above it that stands further left."""
    above = {}
    for line in drawn_lines():
        name = re.search(r"\w+", line)
        above[name.start()] = name[0]
        left = [column for column in above if column < name.start()]
        if left:
            yield name[0], above[max(left)]


@pytest.mark.parametrize("module", ["torch", "lightning", "safetensors", "matplotlib"])
def test_all_that_a_training_imports_is_asked_for(monkeypatch, module):
    monkeypatch.setattr(errors, "find_spec", lambda name: None if name == module else object())
    with pytest.raises(ExtraMissing) as refusal:
        require_training("mimika.train")
    assert str(refusal.value) == f'mimika.train needs {module}, which is not installed: pip install "mimika[train]"'


def test_a_part_that_is_not_installed_is_named_with_the_command_that_installs_it():
    with pytest.raises(ExtraMissing) as refusal:
        require("no_such_module", "wandb", "mirroring")
    assert str(refusal.value) == 'mirroring needs no_such_module, which is not installed: pip install "mimika[wandb]"'
