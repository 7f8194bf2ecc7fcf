"""What a run is, as frozen data: strict, changed by dotted fields, and known by a fingerprint."""

import datetime
import json
from importlib.resources import files

import pytest
from pydantic import ValidationError

from mimika.errors import RecipeError
from mimika.recipe import Architecture, Augmentation, Distillation, Recipe, ResidualArchitecture
from mimika.recipes import PARTS, named, read_recipe, read_toml
from mimika.study.stages import read_study

TOP = (
    "name, architecture, augmentation, epochs, patience, keep, batch_size, optimizer, learning_rate, weight_decay, "
    "schedule, warmup, label_smoothing, mixup, distillation, ema_decay, ema_every, sizes, seed, precision, devices, "
    "threads"
)

# A value other than the default for every field that decides a result.
OTHER = {
    "architecture.depth": 3,
    "architecture.width": 0.5,
    "architecture.batch_norm": True,
    "architecture.dropout": 0.5,
    "architecture.attention": True,
    "architecture.skip": True,
    "augmentation": Augmentation(),
    "epochs": 31,
    "patience": 0,
    "keep": "last",
    "batch_size": 128,
    "optimizer": "sgd",
    "learning_rate": 0.01,
    "weight_decay": 1e-4,
    "schedule": "cosine",
    "warmup": 0.05,
    "label_smoothing": 0.1,
    "mixup": 0.2,
    "ema_decay": 0.99,
    "ema_every": 4,
    "seed": 43,
    "precision": "32-true",
}
OTHER_AUGMENTATION = {
    "flip": False,
    "rotation_degrees": 11.0,
    "shift": 0.2,
    "scale": 0.2,
    "erasing": 0.5,
    "brightness": 0.1,
    "contrast": 0.1,
}
RESIDUAL = {"stem": 16, "stages": (16, 32)}
OTHER_RESIDUAL = {
    "stem": 24,
    "stages": (16, 40),
    "blocks": 2,
    "kernel": 5,
    "attention": False,
    "dropout": 0.1,
}
OTHER_DISTILLATION = {"views": 4, "mirrored": True, "share": 0.5, "teachers": "0123456789abcdef"}
FREE = {"name": "mine", "devices": 2, "threads": 3}


def test_the_fingerprints_of_finished_runs_stay_what_they_are():
    assert Recipe().fingerprint == "7674a781fc38e94c"
    assert named("cnn5+batch_norm+skip").fingerprint == "b6afa783f0227f53"


def test_every_field_is_in_the_fingerprint_or_named_here_as_free():
    fields = set(Recipe.model_fields) - {"architecture"} | {f"architecture.{one}" for one in Architecture.model_fields}
    assert fields == set(OTHER) | set(FREE) | {"sizes", "distillation"}
    assert set(Distillation.model_fields) == set(OTHER_DISTILLATION)
    assert set(ResidualArchitecture.model_fields) == set(OTHER_RESIDUAL)
    assert set(Augmentation.model_fields) == set(OTHER_AUGMENTATION)


def test_each_field_that_decides_a_result_changes_the_fingerprint():
    recipes = [Recipe(), *(Recipe().changed({field: value}) for field, value in OTHER.items())]
    augmented = Recipe(augmentation=Augmentation())
    recipes += [augmented.changed({f"augmentation.{field}": value}) for field, value in OTHER_AUGMENTATION.items()]
    assert len({recipe.fingerprint for recipe in recipes}) == 1 + len(OTHER) + len(OTHER_AUGMENTATION)


def test_each_field_of_a_distillation_changes_the_fingerprint():
    augmented = Recipe(augmentation=Augmentation())
    taught = augmented.changed({"distillation": Distillation()})
    recipes = [augmented, taught]
    recipes += [taught.changed({f"distillation.{field}": value}) for field, value in OTHER_DISTILLATION.items()]
    assert len({recipe.fingerprint for recipe in recipes}) == 2 + len(OTHER_DISTILLATION)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        *({field: value} for field, value in OTHER.items()),
        {"architecture": RESIDUAL},
        {"augmentation": OTHER_AUGMENTATION | {"flip": True}, "distillation": OTHER_DISTILLATION, "sizes": []},
    ],
    ids=str,
)
def test_what_a_recipe_changes_makes_it_again_from_its_base(changes):
    base, recipe = named("cnn3"), named("cnn3").changed({**changes, "name": "mine", "threads": 1})
    found = recipe.changes_from(base)
    assert "name" not in found
    assert base.changed(found).fingerprint == recipe.fingerprint
    assert recipe.changes_from(recipe) == {}


def test_a_distillation_with_mirror_images_where_no_face_is_flipped_is_refused():
    straight = Recipe(augmentation=Augmentation(flip=False))
    with pytest.raises(RecipeError) as refused:
        straight.changed({"distillation": Distillation(mirrored=True)})
    assert str(refused.value) == (
        "recipe: distillation.mirrored shows mirror images, and augmentation.flip = false wants none."
    )
    assert straight.changed({"distillation": Distillation()}).distillation == Distillation()


def test_a_batch_with_fewer_faces_than_devices_is_refused():
    with pytest.raises(RecipeError) as refusal:
        Recipe().changed({"batch_size": 2, "devices": 4})
    assert str(refusal.value) == "recipe: batch_size 2 leaves some of 4 devices without a face."


def test_a_distillation_without_views_is_refused():
    with pytest.raises(RecipeError) as refusal:
        Recipe().changed({"distillation": Distillation()})
    assert str(refusal.value) == (
        "recipe: distillation needs an augmentation, which draws the views that the teachers answered."
    )


@pytest.mark.parametrize("field", FREE)
def test_where_a_run_is_computed_and_what_it_is_called_is_not_in_the_fingerprint(field):
    changed = Recipe().changed({field: FREE[field]})
    assert changed != Recipe()
    assert changed.fingerprint == Recipe().fingerprint


def test_a_default_that_is_written_out_is_the_same_recipe():
    spelled = Recipe.read(Recipe().model_dump(mode="json"), "recipe")
    assert spelled == Recipe()
    assert spelled.fingerprint == Recipe().fingerprint
    assert Recipe.read({"architecture": {"dropout": 0}}, "recipe").fingerprint == Recipe().fingerprint


def test_a_recipe_is_the_same_after_a_round_trip_through_json():
    recipe = Recipe(name="a", architecture=Architecture(depth=2, width=0.125), augmentation=Augmentation(flip=False))
    again = Recipe.model_validate_json(recipe.model_dump_json())
    assert again == recipe
    assert again.fingerprint == recipe.fingerprint


def test_each_field_of_a_residual_network_and_its_sizes_change_the_fingerprint():
    base = Recipe().changed({"architecture": RESIDUAL})
    assert base.architecture == ResidualArchitecture(**RESIDUAL)
    recipes = [Recipe(), base, base.changed({"sizes": [[32, 0.5], [48, 0.5]]})]
    recipes += [base.changed({f"architecture.{field}": value}) for field, value in OTHER_RESIDUAL.items()]
    assert len({recipe.fingerprint for recipe in recipes}) == 3 + len(OTHER_RESIDUAL)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"sizes": [[48, 1.0]]},
            "sizes need a residual architecture: the reference's head is made for one size",
        ),
        (
            {"architecture": RESIDUAL, "sizes": [[32, 0.5], [48, 0.4]]},
            "sizes are sides of at least 16 pixels with shares above 0 that add up to 1",
        ),
        (
            {"architecture": RESIDUAL, "sizes": [[32, -1.0], [48, 2.0]]},
            "sizes are sides of at least 16 pixels with shares above 0 that add up to 1",
        ),
        (
            {"architecture": RESIDUAL, "sizes": [[8, 1.0]]},
            "sizes are sides of at least 16 pixels with shares above 0 that add up to 1",
        ),
        (
            {"architecture": RESIDUAL, "sizes": [[48, float("nan")]]},
            "sizes are sides of at least 16 pixels with shares above 0 that add up to 1",
        ),
    ],
)
def test_sizes_that_cannot_be_trained_are_refused(changes, said):
    with pytest.raises(RecipeError) as refusal:
        Recipe().changed(changes)
    assert str(refusal.value) == f"recipe: {said}."


def test_another_seed_is_all_that_a_seeded_recipe_has():
    recipe = Recipe(name="a", epochs=7)
    assert recipe.seeded(43) == recipe.changed({"seed": 43}) != recipe


def test_a_stage_without_channels_is_refused():
    with pytest.raises(RecipeError, match="should be greater than or equal to 8"):
        Recipe().changed({"architecture": {"stages": [-8]}})


def test_recipes_are_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        Recipe().epochs = 3  # type: ignore[misc]


def test_nested_fields_whole_objects_and_nothing_are_changed_alike():
    recipe = Recipe().changed({"augmentation": Augmentation(erasing=0.3), "architecture.depth": 3, "ema_decay": None})
    assert recipe.augmentation == Augmentation(erasing=0.3)
    assert recipe.architecture == Architecture(depth=3)
    assert recipe.changed({"augmentation.flip": False}).augmentation == Augmentation(erasing=0.3, flip=False)
    assert recipe.changed({"augmentation": None, "architecture": {}}) == Recipe()
    assert Recipe().changed({}) == Recipe()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"depth": 3}, f"recipe: no field is called depth; architecture.depth is near. There are: {TOP}."),
        (
            {"architecture.depht": 3},
            "recipe: no field is called architecture.depht; architecture.depth is near. There are: "
            f"{', '.join(Architecture.model_fields)}.",
        ),
        ({"architecture.depth.x": 3}, f"recipe: no field is called architecture.depth.x. There are: {TOP}."),
        (
            {"architecture.depth": 9},
            "recipe: architecture.depth: should be less than or equal to 7 (found 9).",
        ),
        ({"architecture": 3}, "recipe: architecture: should be a table of fields, or {} for its defaults (found 3)."),
        (
            {"architecture": {"layers": 3}},
            f"recipe: no field is called architecture.layers. There are: {', '.join(Architecture.model_fields)}.",
        ),
        ({"plain.depth": 3}, f"recipe: no field is called plain.depth; architecture.depth is near. There are: {TOP}."),
        (
            {"augmentation": True},
            "recipe: augmentation: should be a table of fields, or {} for its defaults (found True).",
        ),
        (
            {"augmentation.flip": False},
            "recipe: augmentation.flip changes augmentation, which is not set: start from a network such as "
            "cnn5+augmentation, or set augmentation={} first.",
        ),
        (
            {"distillation.views": 4},
            "recipe: distillation.views changes distillation, which is not set: set distillation={} first.",
        ),
        ({"epochs": "3"}, "recipe: epochs: should be a whole number (found '3')."),
        ({"epochs": 3.0}, "recipe: epochs: should be a whole number (found 3.0)."),
        ({"epochs": True}, "recipe: epochs: should be a whole number (found True)."),
        ({"epochs": None}, "recipe: epochs: should be a whole number (found None)."),
        ({"architecture.skip": 1}, "recipe: architecture.skip: should be true or false (found 1)."),
        ({"optimizer": "lion"}, "recipe: optimizer: should be 'adam', 'sgd' or 'muon' (found 'lion')."),
        ({"learning_rate": 0}, "recipe: learning_rate: should be greater than 0 (found 0)."),
        ({"learning_rate": float("inf")}, "recipe: learning_rate: should be a finite number (found inf)."),
        ({"learning_rate": float("nan")}, "recipe: learning_rate: should be a finite number (found nan)."),
        (
            {"seed": datetime.date(2013, 4, 1)},  # as TOML reads 2013-04-01
            "recipe: seed: should be a whole number (found '2013-04-01').",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(changes, message):
    with pytest.raises(RecipeError) as refusal:
        Recipe().changed(changes)
    assert str(refusal.value) == message


def test_what_is_wrong_in_a_file_is_told_by_the_name_of_the_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[architecture]\ndept = 3\n")
    with pytest.raises(RecipeError) as refusal:
        read_recipe(str(path))
    assert str(refusal.value) == (
        f"{path}: no field is called architecture.dept; architecture.depth is near. There are: "
        f"{', '.join(Architecture.model_fields)}."
    )


def test_a_field_of_a_table_may_follow_the_empty_table():
    changed = Recipe().changed({"augmentation": {}, "augmentation.rotation_degrees": 20})
    assert changed.augmentation == Augmentation(rotation_degrees=20.0)


def test_what_a_run_has_left_is_read_as_its_recipe(tmp_path):
    path, recipe = tmp_path / "recipe.json", named("cnn3+dropout").changed({"epochs": 7})
    path.write_text(json.dumps({"key": "0", "recipe": recipe.model_dump(mode="json")}))
    assert read_recipe(str(path)) == recipe
    path.write_text("[]")
    with pytest.raises(RecipeError) as refusal:
        read_recipe(str(path))
    assert str(refusal.value) == f"{path}: not what a run leaves as recipe.json."


@pytest.mark.parametrize(
    "field",
    ["batch_size=1", "epochs=0", "patience=-1", "seed=-1", "warmup=1.0", "ema_decay=1.0", "architecture.width=0"],
)
def test_each_limit_is_kept(field):
    name, _, value = field.partition("=")
    with pytest.raises(RecipeError, match=rf"^recipe: {name}: should be (less|greater) than"):
        Recipe().changed({name: float(value) if "." in value else int(value)})


def test_a_name_says_what_a_network_is_made_of():
    recipe = named("cnn3+batch_norm+dropout+attention+skip+augmentation")
    assert recipe.architecture == Architecture(depth=3, batch_norm=True, dropout=0.5, attention=True, skip=True)
    assert recipe.augmentation == Augmentation()
    assert recipe.name == "cnn3+batch_norm+dropout+attention+skip+augmentation"
    assert named("cnn5") == Recipe(name="cnn5")


def test_the_order_of_the_parts_of_a_name_does_not_matter():
    assert named("cnn5+skip+batch_norm").fingerprint == named("cnn5+batch_norm+skip").fingerprint


def test_a_name_is_taken_on_top_of_what_all_runs_have_in_common():
    common = Recipe().changed({"epochs": 5, "architecture.width": 0.25})
    assert named("cnn5+skip", common) == named("cnn5+skip").changed({"epochs": 5, "architecture.width": 0.25})


@pytest.mark.parametrize("alpha", [1e-30, 0.001, 0.0099])
def test_a_mixup_too_small_to_be_drawn_is_refused(alpha):
    with pytest.raises(RecipeError, match=r"is too small to be drawn: 0 switches it off, 0\.01 is the least\.$"):
        Recipe().changed({"mixup": alpha})


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_a_name_changes_something(part):
    assert named(f"cnn5+{part}").fingerprint != named("cnn5").fingerprint


@pytest.mark.parametrize("name", ["cnn0", "cnn8", "cnn", "resnet5", "5", "", "cnn5+", "cnn5+magic", "cnn-1", "cnn5.5"])
def test_a_name_that_stands_for_nothing_is_refused(name):
    with pytest.raises(RecipeError) as refusal:
        named(name)
    assert str(refusal.value) == (
        f"No network is called {name}. Names are cnn1 to cnn7, followed by any of +{' +'.join(PARTS)}; `mimika models` "
        "lists the study's."
    )


SHIPPED = sorted(file.name for file in files("mimika").joinpath("recipes").iterdir() if file.name.endswith(".toml"))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_file_that_is_shipped_is_a_study_or_a_run(name):
    tree, origin = read_toml(name.removesuffix(".toml"))
    if "architecture" in tree:
        assert Recipe().changed(tree) != Recipe()
        with pytest.raises(RecipeError) as refusal:
            read_study(origin)
        assert str(refusal.value) == f"{origin}: a run, not a study: `mimika train {origin}`."
    else:
        assert all(stage.variants for stage in read_study(origin).stages)


def test_a_file_is_read_by_path(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("epochs = 3\n")
    assert read_toml(str(path)) == ({"epochs": 3}, str(path))


def test_a_file_that_is_nowhere_is_refused_with_what_there_is():
    with pytest.raises(RecipeError) as refusal:
        read_toml("fast")
    assert str(refusal.value) == (
        "fast: no such file. mimika ships the studies beyond, quick, reference, staged, teachers and the recipes "
        "distil, large, small."
    )


def test_a_file_of_another_name_is_refused_with_what_it_lacks(tmp_path):
    path = tmp_path / "mine.recipe"
    path.write_text("epochs = 3\n")
    for read in (read_toml, read_recipe):
        with pytest.raises(RecipeError) as refusal:
            read(str(path))
        assert str(refusal.value) == f"{path}: the name of a TOML file ends in .toml. Rename it."


def test_a_name_that_is_none_is_refused_with_the_recipes_that_there_are():
    with pytest.raises(RecipeError) as refusal:
        read_recipe("nope")
    assert str(refusal.value).endswith("lists the study's. Recipes are distil, large, small, or a TOML file.")


def test_a_file_that_is_no_toml_is_refused_with_the_place(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("epochs = \n")
    with pytest.raises(RecipeError) as refusal:
        read_toml(str(path))
    assert str(refusal.value) == f"{path}: not valid TOML: Invalid value (at line 1, column 10)."


def test_a_file_with_a_mark_before_its_text_is_read_and_one_in_another_code_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("\ufeffepochs = 3\n", encoding="utf-8")
    assert read_toml(str(path)) == ({"epochs": 3}, str(path))
    path.write_text("# réseau\nepochs = 3\n", encoding="latin-1")
    with pytest.raises(RecipeError) as refusal:
        read_toml(str(path))
    assert str(refusal.value) == f"{path}: not UTF-8, as TOML is. Save it as UTF-8."
