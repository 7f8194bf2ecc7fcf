"""Studies as data: what a stage makes of its base, and what a TOML can mean."""

import pytest

from mimika.errors import RecipeError
from mimika.models.zoo import ZOO
from mimika.recipe import Recipe
from mimika.recipes import PARTS, named
from mimika.report.reference import FIGURES
from mimika.study.stages import STAGES, Stage, Study, read_study
from mimika.study.study import StudyRun


def written(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return str(path)


def test_a_first_stage_starts_from_what_all_runs_have_in_common_and_has_no_base():
    common = Recipe(epochs=3)
    recipes = STAGES["depth"].recipes(None, common)
    assert recipes == {name: named(name, common) for name in ("cnn1", "cnn3", "cnn5", "cnn7")}


def test_a_variant_with_a_plus_is_named_after_the_base_which_stands_first():
    base = named("cnn3", Recipe(epochs=3))
    recipes = STAGES["regularization"].recipes(base, Recipe())
    assert list(recipes) == [
        "cnn3",
        "cnn3+dropout",
        "cnn3+batch_norm",
        "cnn3+batch_norm+dropout",
        "cnn3+augmentation",
    ]
    assert recipes == {name: named(name, base) for name in recipes}


def test_a_variant_without_a_plus_keeps_its_own_name_and_changes_the_base():
    stage = Stage(name="s", question="?", variants={"wide": {"architecture.width": 2.0}})
    base = named("cnn5+skip")
    assert stage.recipes(base, Recipe()) == {
        "cnn5+skip": base,
        "wide": base.changed({"architecture.width": 2.0, "name": "wide"}),
    }


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_every_variant_of_every_stage_can_be_made_and_is_another_recipe(stage):
    recipes = stage.recipes(None if stage.name == "depth" else named("cnn5"), Recipe())
    prints = [recipe.fingerprint for recipe in recipes.values()]
    assert len(prints) >= 2
    assert len(set(prints)) == len(prints)
    assert all(recipe.name == name for name, recipe in recipes.items())


def test_the_training_stage_changes_how_and_not_what_is_trained():
    base = named("cnn5+batch_norm+skip")
    recipes = STAGES["training"].recipes(base, Recipe())
    assert {recipe.architecture for recipe in recipes.values()} == {base.architecture}
    everything = recipes["cnn5+batch_norm+skip+all"]
    assert (everything.optimizer, everything.schedule, everything.keep, everything.patience) == (
        "sgd",
        "cosine",
        "last",
        0,
    )
    assert everything.augmentation is not None
    assert everything.ema_decay == 0.998


def test_the_reference_study_has_the_references_networks():
    study = read_study("reference")
    names = [name for stage in study.stages for name in stage.recipes(stage.base and named(stage.base), study.recipe)]
    assert set(names) == set(FIGURES) <= set(ZOO)
    assert sum(len(stage.variants) for stage in study.stages) == 11
    assert [stage.base for stage in study.stages] == [None, "cnn5", "cnn5+batch_norm"]
    assert [stage.base for stage in read_study("staged").stages] == [None, None, None]


def test_the_study_beyond_asks_one_stage_more():
    assert [stage.name for stage in read_study("beyond").stages] == [
        "depth",
        "regularization",
        "architecture",
        "training",
    ]
    assert sum(len(stage.variants) for stage in read_study("beyond").stages) == 16


def test_the_quick_study_is_narrow_and_brief():
    assert read_study("quick").recipe == Recipe().changed({"epochs": 5, "architecture.width": 0.25})


def test_a_study_is_read_from_a_file_and_named_after_it(tmp_path):
    study = read_study(
        written(
            tmp_path,
            'stages = ["depth", "training"]\nseeds = [1, 2]\n[bases]\ntraining = "cnn3"\n[recipe]\nepochs = 2\n'
            '"architecture.width" = 0.5\n',
        )
    )
    assert study == Study(
        name="mine",
        stages=(STAGES["depth"], STAGES["training"].model_copy(update={"base": "cnn3"})),
        seeds=(1, 2),
        recipe=Recipe().changed({"epochs": 2, "architecture.width": 0.5}),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'stages = ["depht"]',
            f"{{path}}: no stage is called depht; there are {', '.join(STAGES)}.",
        ),
        (
            '[bases]\ndepht = "cnn5"',
            f"{{path}}: no stage is called depht; there are {', '.join(STAGES)}.",
        ),
        ("seed = 3", "{path}: no field is called seed; seeds is near. There are: stages, seeds, bases, recipe."),
        ("seeds = 3", "{path}: seeds: should be a list (found 3)."),
        (
            "seeds = []",
            "{path}: seeds: Tuple should have at least 1 item after validation, not 0 (found []).",
        ),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_by_its_name(tmp_path, text, message):
    path = written(tmp_path, text)
    with pytest.raises(RecipeError) as refusal:
        read_study(path)
    assert str(refusal.value) == message.format(path=path)


@pytest.mark.parametrize("text", ["[recipe]\nepochs = 0", "[recipe]\ncolour = 1", '[bases]\ntraining = "cnn9"'])
def test_a_recipe_or_base_that_cannot_be_meant_is_refused(tmp_path, text):
    with pytest.raises(RecipeError):
        read_study(written(tmp_path, text))


def test_more_seeds_follow_the_highest_one():
    study = Study(name="s", stages=(STAGES["depth"],), seeds=(42,))
    assert study.with_seeds(3).seeds == (42, 43, 44)
    assert study.with_seeds(1) == study
    chosen = study.model_copy(update={"seeds": (7, 1)})
    assert [chosen.with_seeds(count).seeds for count in (1, 2, 3)] == [(7,), (7, 1), (7, 1, 8)]


def test_a_study_without_stages_or_seeds_is_none():
    with pytest.raises(ValueError, match="at least 1 item"):
        Study(name="s", stages=())
    with pytest.raises(ValueError, match="at least 1 item"):
        Study(name="s", stages=(STAGES["depth"],), seeds=())


@pytest.mark.parametrize("name", ["beyond", "quick", "reference", "staged"])
def test_a_study_from_its_file_is_the_same_and_trains_the_same_recipes(name, tmp_path):
    study = read_study(name).with_seeds(2)
    run = StudyRun(study=study, checksum="c", data="d")
    (tmp_path / "study.json").write_text(run.model_dump_json(indent=2))
    again = StudyRun.load(tmp_path).study
    base = named("cnn5+batch_norm", study.recipe)
    assert again == study
    for stage, same in zip(study.stages, again.stages, strict=True):
        assert same.recipes(base, again.recipe) == stage.recipes(base, study.recipe)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stages = []", "stages: Tuple should have at least 1 item after validation, not 0 (found [])."),
        ("seeds = [1, 1]", "the seed 1 stands there twice; a repetition would count as evidence."),
        ("seeds = [-1]", "seeds.0: should be greater than or equal to 0 (found -1)."),
        (
            'stages = ["depth", "depth"]',
            "the stage depth stands there twice; a repetition would count as evidence.",
        ),
        (
            'stages = ["depth"]\n[bases]\narchitecture = "cnn5"',
            "a base for architecture, which is not among its stages (depth).",
        ),
        (
            'stages = ["training"]',
            "its first stage, training, changes a network: name it under [bases] training.",
        ),
        (
            '[bases]\nregularization = "cnn9"',
            f"No network is called cnn9. Names are cnn1 to cnn7, followed by any of +{' +'.join(PARTS)}; "
            "`mimika models` lists the study's.",
        ),
        ("[recipe]\nepochs = 0", "recipe: epochs: should be greater than or equal to 1 (found 0)."),
        (
            "[recipe]\naugmentation = {}\ndistillation = {}",
            "a study has no teachers to learn from: `mimika train` distils.",
        ),
        (
            'stages = ["regularization", "depth"]\n[bases]\nregularization = "cnn5"',
            "the stage depth compares networks without parts: name it first, or give it a base without any under "
            "[bases], such as cnn5.",
        ),
    ],
)
def test_a_study_that_cannot_be_meant_is_refused_by_file_and_fault(tmp_path, text, said):
    path = written(tmp_path, text)
    with pytest.raises(RecipeError) as refused:
        read_study(path)
    assert str(refused.value) == f"{path}: {said}"


def test_changes_are_put_over_what_the_file_says_and_nothing_else():
    before, after = read_study("quick"), read_study("quick", {"epochs": 2, "optimizer": "sgd"})
    assert after == before.model_copy(update={"recipe": before.recipe.changed({"epochs": 2, "optimizer": "sgd"})})
    assert (before.recipe.epochs, after.recipe.epochs) == (5, 2)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"seed": 1},
            "quick: a study's seeds are set by --seeds, or by seeds = [42] in its file, not by the field seed.",
        ),
        ({"epochs": 0}, "quick: recipe: epochs: should be greater than or equal to 1 (found 0)."),
    ],
)
def test_a_change_that_cannot_be_meant_is_refused(changes, said):
    with pytest.raises(RecipeError) as refused:
        read_study("quick", changes)
    assert str(refused.value) == said
