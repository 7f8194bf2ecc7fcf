"""A study runs what its ledger lacks, and says at any moment how it stands."""

import pytest

from mimika.errors import RunError
from mimika.recipe import Recipe
from mimika.recipes import named
from mimika.record import Predictions, Record
from mimika.study.ledger import Ledger
from mimika.study.stages import STAGES, Stage, Study, read_study
from mimika.study.study import StudyRun, evenly_trained, missing_recipes, outcome, run_folder, run_study
from tests.study.pretending import Pretending
from tests.training.runs import small_faces

FACES = small_faces(train=20, validation=10)
STAGED = read_study("staged")

# cnn3 wins the depths, batch norm the regularizations; attention is of no use to it.
ACCURACIES = {"cnn3": 0.6, "cnn3+batch_norm": 0.7, "cnn5": 0.55, "cnn5+batch_norm": 0.72}
DEPTHS = ["cnn1", "cnn3", "cnn5", "cnn7"]
REGULARIZATIONS = ["cnn3+dropout", "cnn3+batch_norm", "cnn3+batch_norm+dropout", "cnn3+augmentation"]
ARCHITECTURES = ["cnn3+batch_norm+attention", "cnn3+batch_norm+skip", "cnn3+batch_norm+attention+skip"]


def of_depth(*variants, seeds=(42,)):
    """A study of one stage with a few of its variants."""
    stage = STAGES["depth"]
    chosen = {name: stage.variants[name] for name in variants or ("cnn1", "cnn3")}
    return Study(name="small", stages=(stage.model_copy(update={"variants": chosen}),), seeds=seeds)


def test_stages_run_in_order_each_from_the_winner_before(tmp_path):
    trainer = Pretending(ACCURACIES)
    ledger = run_study(STAGED, FACES, tmp_path, trainer)
    assert trainer.names == DEPTHS + REGULARIZATIONS + ARCHITECTURES
    assert [record.name for record in ledger.records] == trainer.names
    assert {record.data.checksum for record in ledger.records} == {FACES.checksum}
    assert ledger.records[9].recipe == named("cnn3+batch_norm+skip")
    outcomes = outcome(STAGED, ledger, FACES.checksum)
    assert [one.winner.name for one in outcomes] == ["cnn3", "cnn3+batch_norm", "cnn3+batch_norm"]
    assert [one.base and one.base.name for one in outcomes] == [None, "cnn3", "cnn3+batch_norm"]
    assert [one.ranked_base for one in outcomes] == [one.base for one in outcomes]
    assert [one.missing for one in outcomes] == [(), (), ()]


def test_the_winner_before_is_a_candidate_and_not_trained_again(tmp_path):
    ledger = run_study(STAGED, FACES, tmp_path, Pretending({"cnn5": 0.9}))
    second = outcome(STAGED, ledger, FACES.checksum)[1]
    assert second.standings[0].candidate.name == "cnn5"
    assert len(second.standings) == 5
    assert second.winner.records == outcome(STAGED, ledger, FACES.checksum)[0].winner.records


def test_a_base_that_the_study_names_is_used_and_the_rules_choice_stays_visible(tmp_path):
    study = read_study("reference")
    trainer = Pretending(ACCURACIES)
    ledger = run_study(study, FACES, tmp_path, trainer)
    assert trainer.names == list(
        dict.fromkeys(
            [
                *DEPTHS,
                *(name.replace("cnn3", "cnn5") for name in REGULARIZATIONS),
                *(name.replace("cnn3", "cnn5") for name in ARCHITECTURES),
            ]
        )
    )
    depth, regularization, architecture = outcome(study, ledger, FACES.checksum)
    assert depth.winner.name == "cnn3"
    assert (regularization.base.name, regularization.ranked_base.name) == ("cnn5", "cnn3")
    assert (architecture.base.name, architecture.ranked_base.name) == ("cnn5+batch_norm", "cnn5+batch_norm")


def test_an_exact_tie_goes_on_with_the_smaller_network(tmp_path):
    ledger = run_study(STAGED, FACES, tmp_path, Pretending())
    smallest = min(ledger.records[:4], key=lambda record: record.parameters)
    assert outcome(STAGED, ledger, FACES.checksum)[1].base.name == smallest.name


def test_what_all_runs_have_in_common_reaches_every_run(tmp_path):
    study = STAGED.model_copy(update={"recipe": Recipe().changed({"epochs": 3, "architecture.width": 0.25})})
    ledger = run_study(study, FACES, tmp_path, Pretending(ACCURACIES))
    assert {(record.recipe.epochs, record.recipe.architecture.width) for record in ledger.records} == {(3, 0.25)}


def test_the_same_call_again_trains_nothing(tmp_path):
    first = run_study(STAGED, FACES, tmp_path, Pretending(ACCURACIES))
    before = (tmp_path / "ledger.jsonl").read_bytes()
    trainer = Pretending(ACCURACIES)
    assert run_study(STAGED, FACES, tmp_path, trainer).records == first.records
    assert trainer.asked == []
    assert (tmp_path / "ledger.jsonl").read_bytes() == before


def test_a_study_that_was_killed_goes_on_where_it_was(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run_study(STAGED, FACES, tmp_path, Pretending(ACCURACIES, killed_at="cnn3+batch_norm"))
    trainer = Pretending(ACCURACIES)
    ledger = run_study(STAGED, FACES, tmp_path, trainer)
    assert trainer.names == REGULARIZATIONS[1:] + ARCHITECTURES
    assert [record.name for record in ledger.records] == DEPTHS + REGULARIZATIONS + ARCHITECTURES


def test_a_ledger_with_a_torn_last_line_goes_on_and_takes_the_run_from_its_folder(tmp_path):
    run_study(STAGED, FACES, tmp_path, Pretending(ACCURACIES))
    path = tmp_path / "ledger.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    trainer = Pretending(ACCURACIES)
    run_study(STAGED, FACES, tmp_path, trainer)
    assert trainer.names == ARCHITECTURES[-1:]
    assert trainer.trained == []
    assert path.read_bytes() == whole


def test_a_run_that_ended_but_did_not_reach_the_ledger_is_taken_over_once(tmp_path):
    study = of_depth()
    before = Pretending()
    before(named("cnn1"), FACES, tmp_path / "runs" / run_folder(named("cnn1")))
    trainer = Pretending()
    ledger = run_study(study, FACES, tmp_path, trainer)
    assert trainer.names == ["cnn1", "cnn3"]
    assert trainer.trained == [run_folder(named("cnn3"))]
    assert [record.name for record in ledger.records] == ["cnn1", "cnn3"]
    assert len((tmp_path / "ledger.jsonl").read_text().splitlines()) == 2


def test_a_ledger_alone_is_enough_to_go_on_with_on_another_machine(tmp_path):
    run_study(of_depth(), FACES, tmp_path / "here", Pretending())
    there = tmp_path / "there"
    (there / "predictions").mkdir(parents=True)
    for file in ("ledger.jsonl", *(f"predictions/{one.name}" for one in (tmp_path / "here/predictions").iterdir())):
        (there / file).write_bytes((tmp_path / "here" / file).read_bytes())
    trainer = Pretending()
    run_study(of_depth("cnn1", "cnn3", "cnn5"), FACES, there, trainer)
    assert trainer.names == ["cnn5"]


def test_a_run_and_its_predictions_are_in_the_ledger_before_the_next_one_starts(tmp_path):
    seen = []

    class Looking(Pretending):
        def __call__(self, recipe, faces, folder):
            ledger = Ledger.open(tmp_path)
            seen.append([ledger.predictions(record).correct.mean() for record in ledger.records])
            return super().__call__(recipe, faces, folder)

    run_study(of_depth("cnn1", "cnn3", "cnn5"), FACES, tmp_path, Looking({"cnn1": 0.25, "cnn3": 0.75}))
    assert seen == [[], [0.25], [0.25, 0.75]]


def test_every_network_is_trained_with_every_seed_and_ranked_by_the_mean(tmp_path):
    study = of_depth(seeds=(1, 2))
    trainer = Pretending()
    ledger = run_study(study, FACES, tmp_path, trainer)
    assert trainer.asked == [("cnn1", 1), ("cnn1", 2), ("cnn3", 1), ("cnn3", 2)]
    assert len(set(trainer.trained)) == 4
    (only,) = outcome(study, ledger, FACES.checksum)
    assert [record.recipe.seed for record in only.winner.records] == [1, 2]


def test_more_seeds_train_only_the_new_ones(tmp_path):
    run_study(of_depth(), FACES, tmp_path, Pretending())
    trainer = Pretending()
    run_study(of_depth().with_seeds(3), FACES, tmp_path, trainer)
    assert trainer.asked == [("cnn1", 43), ("cnn1", 44), ("cnn3", 43), ("cnn3", 44)]


def test_fewer_seeds_than_there_are_runs_of_are_refused(tmp_path):
    run_study(of_depth().with_seeds(3), FACES, tmp_path, Pretending())
    before = (tmp_path / "study.json").read_bytes()
    trainer = Pretending()
    with pytest.raises(RunError) as refused:
        run_study(of_depth(), FACES, tmp_path, trainer)
    assert str(refused.value) == (
        f"{tmp_path}: holds runs of this study with the seeds 42, 43, 44; asked for: 42. Ask for all of them "
        "(--seeds 3), or take another --out."
    )
    assert (tmp_path / "study.json").read_bytes() == before
    assert trainer.asked == []


def test_a_ledger_alone_tells_which_seeds_there_are(tmp_path):
    run_study(of_depth().with_seeds(2), FACES, tmp_path, Pretending())
    (tmp_path / "study.json").unlink()
    with pytest.raises(RunError, match=r"holds runs of this study with the seeds 42, 43; asked for: 42\. "):
        run_study(of_depth(), FACES, tmp_path, Pretending())


def test_seeds_of_ones_own_are_asked_for_in_the_studys_file(tmp_path):
    run_study(of_depth(seeds=(1, 7)), FACES, tmp_path, Pretending())
    with pytest.raises(RunError, match=r"the seeds 1, 7; asked for: 1\. Ask for all of them \(seeds in its file\)"):
        run_study(of_depth(seeds=(1,)), FACES, tmp_path, Pretending())


def test_seeds_with_which_nothing_was_trained_may_be_left_out_again(tmp_path):
    run_study(of_depth(), FACES, tmp_path, Pretending())
    with pytest.raises(KeyboardInterrupt):
        run_study(of_depth().with_seeds(30), FACES, tmp_path, Pretending(killed_at="cnn1"))
    run_study(of_depth().with_seeds(2), FACES, tmp_path, Pretending())
    assert StudyRun.load(tmp_path).study.seeds == (42, 43)


def test_a_study_that_is_given_more_seeds_is_told_by_those_that_all_its_networks_have(tmp_path):
    ledger = run_study(of_depth(), FACES, tmp_path, Pretending())
    three = of_depth().with_seeds(3)
    assert evenly_trained(three, ledger, FACES.checksum) == of_depth()
    with pytest.raises(KeyboardInterrupt):
        run_study(three, FACES, tmp_path, Pretending(killed_at="cnn3"))
    assert evenly_trained(three, Ledger.open(tmp_path), FACES.checksum) == of_depth()
    ledger = run_study(three, FACES, tmp_path, Pretending())
    assert evenly_trained(three, ledger, FACES.checksum) == three
    assert evenly_trained(of_depth("cnn1", "cnn5"), ledger, FACES.checksum) == of_depth("cnn1", "cnn5")


def test_a_winner_that_more_seeds_depose_leads_the_later_stages_elsewhere(tmp_path):
    study = STAGED.model_copy(update={"stages": STAGED.stages[:2]})
    run_study(study, FACES, tmp_path, Pretending({"cnn3": 0.6, "cnn5": 0.55}))
    trainer = Pretending({"cnn5": 0.8, "cnn3": 0.4})
    ledger = run_study(study.with_seeds(2), FACES, tmp_path, trainer)
    assert [one.base and one.base.name for one in outcome(study.with_seeds(2), ledger, FACES.checksum)] == [
        None,
        "cnn5",
    ]
    assert ("cnn5+dropout", 42) in trainer.asked


def test_other_faces_train_anew(tmp_path):
    run_study(of_depth(), FACES, tmp_path, Pretending())
    other = small_faces(train=20, validation=10, seed=1)
    assert [recipe.name for recipe in missing_recipes(of_depth(), Ledger.open(tmp_path), other.checksum, 0)] == [
        "cnn1",
        "cnn3",
    ]
    (only,) = outcome(of_depth(), Ledger.open(tmp_path), other.checksum)
    assert only.standings == ()


def test_two_names_for_one_recipe_are_trained_and_ranked_once_by_the_first(tmp_path):
    common = Recipe().changed({"architecture.dropout": 0.5})
    study = Study(name="s", stages=(STAGES["regularization"].model_copy(update={"base": "cnn5"}),), recipe=common)
    trainer = Pretending()
    ledger = run_study(study, FACES, tmp_path, trainer)
    assert trainer.names == ["cnn5", "cnn5+batch_norm", "cnn5+augmentation"]
    (only,) = outcome(study, ledger, FACES.checksum)
    assert only.missing == ()
    assert only.same == (("cnn5+dropout", "cnn5"), ("cnn5+batch_norm+dropout", "cnn5+batch_norm"))
    assert {one.candidate.name for one in only.standings} == {"cnn5", "cnn5+batch_norm", "cnn5+augmentation"}
    (begun,) = outcome(study, Ledger(tmp_path, ()), FACES.checksum)
    assert begun.missing == ("cnn5", "cnn5+batch_norm", "cnn5+augmentation")


def test_a_second_study_in_the_same_folder_is_refused_while_the_first_runs(tmp_path):
    refusals = []

    def meddle(recipe, faces, folder):
        with pytest.raises(RunError) as refusal:
            run_study(of_depth(), faces, tmp_path, Pretending())
        refusals.append(str(refusal.value))
        return Pretending()(recipe, faces, folder)

    ledger = run_study(of_depth("cnn1"), FACES, tmp_path, meddle)
    assert refusals == [f"{tmp_path}: another process is running a study there. Wait for it, or take another --out."]
    assert [record.name for record in ledger.records] == ["cnn1"]


def test_a_line_that_is_damaged_stops_the_study_before_anything_is_trained(tmp_path):
    run_study(of_depth(), FACES, tmp_path, Pretending())
    path = tmp_path / "ledger.jsonl"
    path.write_text("nonsense\n" + path.read_text())
    trainer = Pretending()
    with pytest.raises(RunError) as refusal:
        run_study(of_depth(), FACES, tmp_path, trainer)
    assert str(refusal.value) == (
        f"{path}, line 1: not a record (Invalid JSON: expected ident at line 1 column 2). "
        "Remove the line to have its run trained again."
    )
    assert trainer.asked == []


def test_an_unfinished_study_is_laid_out_as_far_as_it_is_known(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run_study(STAGED, FACES, tmp_path, Pretending(ACCURACIES, killed_at="cnn5"))
    (depth,) = outcome(STAGED, Ledger.open(tmp_path), FACES.checksum)
    assert [standing.candidate.name for standing in depth.standings] == ["cnn3", "cnn1"]
    assert depth.missing == ("cnn5", "cnn7")
    assert depth.winner is None


def test_a_stage_that_is_half_done_has_a_base_and_no_winner(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run_study(STAGED, FACES, tmp_path, Pretending(ACCURACIES, killed_at="cnn3+augmentation"))
    depth, regularization = outcome(STAGED, Ledger.open(tmp_path), FACES.checksum)
    assert depth.winner.name == "cnn3"
    assert regularization.base.name == "cnn3"
    assert regularization.missing == ("cnn3+augmentation",)
    assert regularization.winner is None


def test_a_study_that_has_not_begun_has_its_first_stage(tmp_path):
    (depth,) = outcome(STAGED, Ledger.open(tmp_path), FACES.checksum)
    assert depth.standings == ()
    assert list(depth.missing) == DEPTHS
    assert depth.winner is None


def test_a_network_with_a_seed_missing_is_missing(tmp_path):
    ledger = run_study(of_depth(), FACES, tmp_path, Pretending())
    (only,) = outcome(of_depth(seeds=(42, 43)), ledger, FACES.checksum)
    assert only.missing == ("cnn1", "cnn3")


def test_the_folder_says_which_study_it_holds_and_on_which_faces(tmp_path):
    run_study(of_depth(), FACES, tmp_path, Pretending())
    run = StudyRun.load(tmp_path)
    assert (run.study, run.checksum, run.data, run.test_faces) == (of_depth(), FACES.checksum, "noise", None)
    run_study(of_depth(), FACES, tmp_path, Pretending(), test_faces=0)
    assert StudyRun.load(tmp_path).test_faces == 0


def test_a_folder_without_a_study_says_what_makes_one(tmp_path):
    with pytest.raises(RunError) as refusal:
        StudyRun.load(tmp_path)
    assert str(refusal.value) == (f"{tmp_path}: no study there (study.json is missing); `mimika study run` makes one.")


def test_a_runs_folder_tells_what_a_person_looks_for_and_what_differs():
    assert run_folder(named("cnn5")) == "cnn5-seed42-7674a781"
    names = {run_folder(named("cnn5").changed(changes)) for changes in ({}, {"seed": 1}, {"epochs": 3})}
    assert len(names) == 3


def test_a_run_that_leaves_no_predictions_reaches_no_ledger(tmp_path):
    def forget(recipe, faces, folder):
        record = Pretending()(recipe, faces, folder)
        (folder / "predictions.npz").unlink()
        return record

    with pytest.raises(RunError, match="the validation probabilities are missing or damaged"):
        run_study(of_depth(), FACES, tmp_path, forget)
    assert Ledger.open(tmp_path).records == ()


def test_what_the_trainer_left_is_what_the_ledger_has(tmp_path):
    ledger = run_study(of_depth(), FACES, tmp_path, Pretending({"cnn3": 0.65}))
    record = ledger.records[1]
    folder = tmp_path / "runs" / run_folder(record.recipe)
    assert Record.load(folder / "record.json") == record
    kept = ledger.predictions(record)
    assert (kept.probabilities == Predictions.load(folder / "predictions.npz").probabilities).all()


def test_a_stage_of_ones_own_goes_between_the_others(tmp_path):
    stage = Stage(name="width", question="How wide?", variants={"+wide": {"architecture.width": 2.0}})
    study = Study(name="s", stages=(*of_depth().stages, stage))
    trainer = Pretending({"cnn1": 0.7})
    run_study(study, FACES, tmp_path, trainer)
    assert trainer.names == ["cnn1", "cnn3", "cnn1+wide"]


def test_a_folder_keeps_to_the_faces_of_its_study(tmp_path):
    faces = small_faces()
    run_study(read_study("quick"), faces, tmp_path, Pretending({}))
    before = (tmp_path / "study.json").read_bytes()
    with pytest.raises(RunError) as refused:
        run_study(read_study("quick"), small_faces(seed=1), tmp_path, Pretending({}))
    assert str(refused.value) == f"{tmp_path}: holds a study on other faces (noise). Take another --out."
    assert (tmp_path / "study.json").read_bytes() == before


def test_a_damaged_study_is_one_line(tmp_path):
    (tmp_path / "study.json").write_text("{}")
    with pytest.raises(RunError) as refused:
        StudyRun.load(tmp_path)
    assert str(refused.value) == f"{tmp_path / 'study.json'}: not a study of this version: study: Field required."
