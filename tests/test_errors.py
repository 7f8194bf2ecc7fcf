"""The error tree: drawn as it is, and each error a user's mistake."""

import inspect

import pytest

from mimika import errors
from mimika.errors import ExtraMissing, MimikaError, require


def test_the_tree_that_is_drawn_is_the_one_that_is_programmed():
    tree = [line for line in errors.__doc__.splitlines() if "  " in line.strip()]
    drawn = {line.replace("│", " ").replace("├──", " ").replace("└──", " ").split()[0] for line in tree}
    programmed = {name for name, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, Exception)}
    assert drawn == programmed
    assert all(issubclass(getattr(errors, name), MimikaError) for name in programmed)


def test_a_part_that_is_not_installed_is_named_with_the_command_that_installs_it():
    with pytest.raises(ExtraMissing) as refusal:
        require("no_such_module", "wandb", "mirroring")
    assert str(refusal.value) == 'mirroring needs no_such_module, which is not installed: pip install "mimika[wandb]"'
