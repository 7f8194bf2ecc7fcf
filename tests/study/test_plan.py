import pytest

from mimika.recipes import named
from mimika.study.ledger import Ledger
from mimika.study.plan import Plan
from mimika.study.stages import read_study
from tests.records import make_predictions, make_record


@pytest.mark.parametrize(("study", "networks"), [("quick", 11), ("staged", 11), ("reference", 11), ("beyond", 16)])
def test_an_untouched_study_is_planned_to_its_end(study, networks, tmp_path):
    plan = Plan.of(read_study(study).with_seeds(3), Ledger.open(tmp_path), "0" * 64)
    assert plan.done == ()
    assert len(plan.missing) == 3 * networks


def test_a_stage_is_planned_on_the_base_that_its_file_names(tmp_path):
    study = read_study("reference")
    named_base = study.model_copy(
        update={"stages": (*study.stages[:2], study.stages[2].model_copy(update={"base": "cnn2"}))}
    )
    names = [recipe.name for recipe in Plan.of(named_base, Ledger.open(tmp_path), "0" * 64).missing]
    assert names[-4:] == ["cnn2", "cnn2+attention", "cnn2+skip", "cnn2+attention+skip"]
    assert names[:4] == ["cnn1", "cnn3", "cnn5", "cnn7"]


def test_what_the_ledger_has_is_not_planned_again(tmp_path):
    ledger = Ledger.open(tmp_path)
    record = make_record("cnn5", 0.6, faces=70)
    ledger.append(record, make_predictions(0.6, faces=70))
    plan = Plan.of(read_study("reference"), ledger, record.data.checksum)
    assert plan.done == (record,)
    assert len(plan.missing) == 10
    # On other faces the run counts for nothing.
    assert len(Plan.of(read_study("reference"), ledger, "0" * 64).missing) == 11


def test_time_left_goes_with_what_the_missing_networks_cost():
    measured = make_record("cnn5", epochs=10, seconds=100.0)
    same = measured.recipe.changed({"epochs": 10})
    assert Plan(done=(), missing=(same,)).seconds_left([measured]) == pytest.approx(105.0)
    twice = Plan(done=(), missing=(same, same.changed({"seed": 43})))
    assert twice.seconds_left([measured]) == pytest.approx(210.0)
    assert twice.without(same).seconds_left([measured]) == pytest.approx(105.0)
    dear = Plan(done=(), missing=(named("cnn7").changed({"epochs": 10}),))
    assert 200.0 < dear.seconds_left([measured]) < 400.0
