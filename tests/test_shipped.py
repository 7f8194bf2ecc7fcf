"""The runs and studies that mimika ships stay within what is promised of them."""

import pytest

from mimika.models.layers import multiply_adds, parameters
from mimika.recipes import read_recipe
from mimika.study.stages import read_study

TEACHERS = read_study("teachers")
VARIANTS = {"small": read_recipe("small"), **TEACHERS.stages[0].recipes(None, TEACHERS.recipe)}
"""`small` answers beside the teachers that are trained for it."""


@pytest.mark.parametrize("name", ["small", "distil"])
def test_the_small_network_stays_small(name):
    architecture = read_recipe(name).architecture
    assert parameters(architecture) <= 1_500_000
    assert multiply_adds(architecture) <= 65_000_000


def test_a_student_has_the_network_of_small():
    small, distil = read_recipe("small").architecture, read_recipe("distil").architecture
    assert distil == small.model_copy(update={"dropout": distil.dropout})


@pytest.mark.parametrize("name", VARIANTS)
def test_a_teacher_costs_no_more_than_two_cores_can_train(name):
    assert multiply_adds(VARIANTS[name].architecture) <= 150_000_000


def test_five_teachers_and_more_differ_in_more_than_their_seed():
    assert len({recipe.architecture for recipe in VARIANTS.values()}) == len(VARIANTS) >= 5


@pytest.mark.parametrize("recipe", [*map(read_recipe, ("distil", "large")), *VARIANTS.values()])
def test_epochs_are_fixed_and_the_last_averaged_weights_kept(recipe):
    assert (recipe.patience, recipe.keep) == (0, "last")
    assert recipe.ema_decay is not None
