from dataclasses import replace

import pytest

from mimika.language import ENGLISH
from mimika.recipe import ResidualArchitecture
from mimika.recipes import named
from mimika.report.reading import Worth
from mimika.report.sentences import (
    analysis,
    base,
    begun,
    conclusion,
    decision,
    evidence,
    finding,
    fits,
    handing_on,
    path,
    same,
    so_far,
)
from mimika.training.fit import Verdict
from tests.report.studies import make_reading

COLLAPSED = {
    "predicted_shares": {"happy": 0.998, "sad": 0.002},
    "gradient_norms": {"block1.convolution": 1e-8, "linear3": 0.2},
}


def with_scores(reading, **scores):
    record = reading.records[0]
    return record.model_copy(update={"scores": record.scores.model_copy(update=scores)})


def test_the_evidence_names_accuracy_interval_n_gap_and_epochs():
    assert evidence(make_reading("cnn5", 0.556, 0.925)) == (
        "55.6 % on validation (95 %: 54.0–57.2, n = 3,589), 92.5 % on training faces, a gap of 36.9 points; "
        "best at epoch 6 of 11."
    )


def test_the_evidence_calls_no_epoch_the_best_where_the_last_weights_are_kept():
    reading = make_reading("cnn5", 0.556, 0.925, update={"recipe": named("cnn5").changed({"keep": "last"})})
    assert evidence(reading) == (
        "55.6 % on validation (95 %: 54.0–57.2, n = 3,589), 92.5 % on training faces, a gap of 36.9 points, with the "
        "weights of the last of 11 epochs."
    )


def test_the_evidence_of_several_seeds_has_their_spread():
    assert evidence(make_reading("cnn5", 0.556, 0.925, seeds=(42, 43, 44))) == (
        "55.6 % on validation (3 seeds, ± 0.0; 95 %: 54.0–57.2, n = 3,589), 92.5 % on training faces, "
        "a gap of 36.9 points; best at epoch 6 of 11."
    )


def test_an_overfitting_network_is_told_by_its_losses_and_its_change_by_the_paired_test():
    worth = Worth(base="cnn5", difference=0.068, p_value=0.0001)
    reading = make_reading("cnn5+batch_norm", 0.624, 0.978, changes=("batch norm",), worth=worth)
    assert analysis(reading) == (
        "overfits: from epoch 6 to 11 the validation loss rises from 1.20 to 2.40 while the train loss falls from 0.60 "
        "to 0.10. Batch norm is worth 6.8 points over `cnn5` (paired, p < 0.001)."
    )


def test_a_validation_loss_that_stays_level_does_not_rise():
    reading = make_reading("cnn5", 0.556, 0.925)
    record = reading.records[0]
    rows = [row.model_copy(update={"validation_loss": 1.2 + 0.0004 * abs(row.epoch - 6)}) for row in record.epochs]
    level = record.model_copy(update={"epochs": tuple(rows)})
    candidate = replace(reading.candidate, records=(level,))
    told = analysis(replace(reading, standing=replace(reading.standing, candidate=candidate)))
    assert told.startswith(
        "overfits: the gap opens while the validation loss stays where it is lowest, at 1.20 from epoch 6 to 11."
    )


def test_a_validation_loss_that_rises_and_comes_back_is_not_level():
    reading = make_reading("cnn5", 0.556, 0.925)
    record = reading.records[0]
    losses = {11: 1.204}
    rows = [
        row.model_copy(update={"validation_loss": losses.get(row.epoch, row.validation_loss)}) for row in record.epochs
    ]
    candidate = replace(reading.candidate, records=(record.model_copy(update={"epochs": tuple(rows)}),))
    told = analysis(replace(reading, standing=replace(reading.standing, candidate=candidate)))
    assert told.startswith(
        "overfits: from epoch 6 to 10 the validation loss rises from 1.20 to 2.16 while the train loss"
    )


def test_a_change_that_chance_explains_makes_no_difference_that_can_be_told():
    worth = Worth(base="cnn5", difference=-0.004, p_value=0.4)
    reading = make_reading("cnn5+batch_norm+dropout", changes=("batch norm", "dropout 0.5"), worth=worth)
    assert analysis(reading).endswith(
        "Together, batch norm and dropout 0.5 make no difference to `cnn5` that can be told (−0.4; paired, p = 0.40)."
    )


def test_a_change_that_harms_costs_points():
    worth = Worth(base="cnn5", difference=-0.232, p_value=0.0001)
    reading = make_reading("cnn5+augmentation", 0.324, 0.335, changes=("augmentation",), worth=worth, best_epoch=11)
    assert analysis(reading) == (
        "underfits: even of the training faces it gets only 33.5 % right, and it was still getting better when it "
        "stopped. Augmentation costs 23.2 points against `cnn5` (paired, p < 0.001)."
    )


def test_a_collapsed_network_is_told_by_its_one_answer_and_its_gradient():
    assert analysis(make_reading("cnn7", 0.25, 0.25, update=COLLAPSED)) == (
        "collapsed to one class: 99.8 % of the validation faces are called happy; the gradient has a norm of 0.2 at "
        "linear 3 and of 1.0 × 10⁻⁸ at convolution 1: it has vanished."
    )


def test_another_record_gives_another_verdict_and_another_decision():
    winner, after = make_reading(), ("cnn5", "regularization")
    following = named(after[0])
    learned = make_reading("cnn7", 0.5, 0.9, p_value=0.0001)
    collapsed = make_reading("cnn7", 0.5, 0.9, p_value=0.0001, update=COLLAPSED)
    fitting = make_reading("cnn7", p_value=0.0001, update={"scores": with_scores(learned, train_accuracy=0.59).scores})
    generous = make_reading(
        "cnn7",
        p_value=0.0001,
        update={"scores": with_scores(learned, train_accuracy=0.7, validation_accuracy=0.65).scores},
    )
    assert [one.told_verdict(ENGLISH) for one in (learned, collapsed, fitting, generous)] == [
        "overfits",
        "collapsed to one class",
        "underfits",
        "fits",
    ]
    assert decision(learned, winner, following, after[1]) == "set aside, 5.6 points behind `cnn5` (p < 0.001)."
    assert decision(collapsed, winner, following, after[1]) == (
        "set aside, 5.6 points behind `cnn5` (p < 0.001). "
        "Add batch norm or skip connections, or lower the learning rate: it learns nothing from its input."
    )
    assert decision(fitting, winner, following, after[1]) == (
        "set aside, 5.6 points behind `cnn5` (p < 0.001). "
        "Add capacity, mend the schedule or regularise less: it does not learn even what it is shown."
    )


def test_only_a_network_that_was_still_rising_is_to_be_trained_longer():
    rising = make_reading("cnn5+augmentation", 0.324, 0.335, p_value=0.0001, best_epoch=11)
    assert decision(rising, make_reading(), None, None) == (
        "set aside, 23.2 points behind `cnn5` (p < 0.001). Train longer: it was still getting better when it stopped."
    )


def diverging(reading, since, **update):
    """The same network where neither loss is finite from an epoch on."""
    (record,) = reading.records
    nan = {"train_loss": float("nan"), "validation_loss": float("nan")}
    rows = tuple(row.model_copy(update=nan) if row.epoch >= since else row for row in record.epochs)
    candidate = replace(reading.candidate, records=(record.model_copy(update={"epochs": rows, **update}),))
    return replace(reading, standing=replace(reading.standing, candidate=candidate))


def test_a_network_that_diverged_is_told_by_its_finite_epochs_and_by_when_they_ended():
    assert analysis(diverging(make_reading(), 9)) == (
        "overfits: from epoch 6 to 8 the validation loss rises from 1.20 to 1.68 while the train loss falls from 0.60 "
        "to 0.40; the loss is not finite from epoch 9 on."
    )
    collapsed = make_reading("cnn7", 0.25, 0.25, p_value=0.0001, update=COLLAPSED)
    collapsed = diverging(collapsed, 2, gradient_norms={"block1.convolution": float("nan"), "linear3": float("nan")})
    assert analysis(collapsed) == (
        "collapsed to one class: 99.8 % of the validation faces are called happy; the loss is not finite from epoch 2 "
        "on."
    )
    assert decision(collapsed, make_reading(), None, None).endswith("Lower the learning rate: the training diverged.")


def test_one_epoch_has_losses_and_no_direction():
    assert analysis(make_reading(best_epoch=1, epochs=1)) == (
        "overfits: at epoch 1 the validation loss is 2.40 and the train loss 1.10."
    )
    assert analysis(diverging(make_reading(), 2)) == (
        "overfits: at epoch 1 the validation loss is 2.40 and the train loss 1.10; the loss is not finite from epoch 2 "
        "on."
    )
    assert analysis(diverging(make_reading(), 1)) == "overfits: the loss is not finite from epoch 1 on."


def test_a_network_whose_training_diverged_is_set_aside_with_the_remedy_for_that():
    assert decision(diverging(make_reading("cnn3", 0.5, p_value=0.001), 9), make_reading(), None, None) == (
        "set aside, 5.6 points behind `cnn5` (p = 0.001). Lower the learning rate: the training diverged."
    )


def test_a_network_that_collapsed_with_some_seeds_says_that_its_means_are_mixed():
    reading = make_reading("cnn7", 0.25, 0.25, seeds=(42, 43, 44), update=COLLAPSED)
    assert "mix" not in analysis(reading)
    mixed = replace(reading, verdicts=(*reading.verdicts[:2], Verdict.OVERFITS))
    assert analysis(mixed) == (
        "collapsed to one class (2 of 3): 99.8 % of the validation faces are called happy; the gradient has a norm of "
        "0.2 at linear 3 and of 1.0 × 10⁻⁸ at convolution 1: it has vanished (seed 42). It collapsed to one class with "
        "2 of 3 seeds: its means mix both kinds of run."
    )


def test_seeds_that_disagree_are_counted():
    reading = make_reading(seeds=(42, 43, 44))
    mixed = type(reading)(
        standing=reading.standing, changes=(), worth=None, verdicts=(*reading.verdicts[:2], reading.verdicts[0].FITS)
    )
    assert mixed.told_verdict(ENGLISH) == "overfits (2 of 3)"


def test_the_winner_goes_on_unless_the_study_names_another_base():
    winner = make_reading("cnn5")
    assert decision(winner, winner, named("cnn5"), "regularization") == "comes first and goes on to regularization."
    assert decision(winner, winner, named("cnn3"), "regularization") == (
        "comes first by the rule; regularization starts from `cnn3` all the same, because the study names it."
    )
    assert decision(winner, winner, None, None) == "the chosen network of the study."


def test_a_tie_is_called_one_and_says_which_is_smaller():
    winner, tie = make_reading("cnn5"), make_reading("cnn3", 0.55, 0.9, p_value=0.2)
    assert decision(tie, winner, named("cnn5"), "regularization") == (
        "a tie with `cnn5` (0.6 points behind, p = 0.20), with fewer parameters (2.52 M against 11.07 M)."
    )
    assert decision(tie, winner, named("cnn3"), "regularization") == (
        "goes on to regularization, because the study names it; by the rule it would be a tie with `cnn5` "
        "(0.6 points behind, p = 0.20), with fewer parameters (2.52 M against 11.07 M)."
    )


def test_a_conclusion_names_the_first_its_ties_those_behind_and_what_is_handed_on():
    winner, tie = make_reading("cnn5"), make_reading("cnn3", 0.55, 0.9, p_value=0.2)
    last = make_reading("cnn7", 0.25, 0.25, p_value=0.0001, update=COLLAPSED)
    handed_on = handing_on(winner, named("cnn5"), "regularization", "What keeps it from memorising?")
    assert conclusion([winner, tie, last], [], handed_on) == (
        "`cnn5` has the highest accuracy, 55.6 %. `cnn3` ties with it: on 3,589 faces the paired test does not tell "
        "the two apart. Significantly behind it in the paired test: `cnn7` (−30.6). `cnn5` and `cnn3` overfit, "
        "by 35.0 to 36.9 points. `cnn7` has collapsed to one class. The next stage, regularization, starts from "
        "`cnn5` and asks: what keeps it from memorising?"
    )


def test_an_unfinished_stage_has_no_conclusion_yet():
    assert conclusion([make_reading("cnn5")], ["cnn1", "cnn7"], "") == (
        "None yet: `cnn1` and `cnn7` are not finished. Of the others `cnn5` leads with 55.6 %; nothing is decided "
        "before."
    )
    assert conclusion([], ["cnn7"], "") == "None yet: `cnn7` is not finished."


def test_a_base_that_no_change_beats_stays():
    winner = make_reading("cnn5", is_base=True)
    other = make_reading("cnn5+dropout", 0.55, 0.9, p_value=0.01, changes=("dropout 0.5",))
    assert conclusion([winner, other], [], "").startswith(
        "`cnn5` has the highest accuracy, 55.6 %: the base, no change helped."
    )


def test_a_variant_that_changes_nothing_is_no_base_and_its_change_is_worth_nothing():
    plain, other = make_reading("cnn5"), make_reading("cnn3", 0.55, 0.9, p_value=0.01, changes=("depth 3",))
    assert conclusion([plain, other], [], "").startswith("`cnn5` has the highest accuracy, 55.6 %. Significantly")
    unchanged = make_reading(worth=Worth(base="cnn5", difference=0.0, p_value=1.0))
    assert analysis(unchanged).endswith("while the train loss falls from 0.60 to 0.10.")


def test_another_name_for_a_network_is_told_as_that():
    assert same([("cnn5+dropout", "cnn5")]) == (
        "`cnn5+dropout` is the same network as `cnn5` and stands here under that name."
    )


def test_the_fit_of_a_stage_names_each_illness():
    assert fits([make_reading("cnn5"), make_reading("cnn3", 0.55, 0.9)]) == "Both overfit, by 35.0 to 36.9 points."
    assert fits([make_reading("cnn5")]) == "`cnn5` overfits, by 36.9 points."
    assert fits([make_reading("cnn5"), make_reading("cnn3")]) == "Both overfit, by 36.9 points."


def test_the_fit_of_a_stage_counts_the_seeds_that_disagree():
    mixed = replace(make_reading("cnn3", 0.55, 0.9, seeds=(1, 2)), verdicts=(Verdict.OVERFITS, Verdict.FITS))
    assert fits([mixed]) == "`cnn3` (1 of 2) overfits, by 35.0 points."
    assert fits([make_reading("cnn5"), mixed]) == "`cnn5` and `cnn3` (1 of 2) overfit, by 35.0 to 36.9 points."


def test_the_gap_of_overfitting_is_that_of_the_seeds_that_overfit():
    reading = make_reading("cnn7", 0.5, 0.9, seeds=(42, 43, 44))
    collapsed = with_scores(reading, train_accuracy=0.25, validation_accuracy=0.25)
    candidate = replace(reading.candidate, records=(*reading.records[:2], collapsed))
    mixed = replace(
        reading,
        standing=replace(reading.standing, candidate=candidate),
        verdicts=(*reading.verdicts[:2], Verdict.COLLAPSED),
    )
    assert mixed.gap == pytest.approx(0.8 / 3)
    assert fits([mixed]) == "`cnn7` (2 of 3) overfits, by 40.0 points."


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({}, "Add batch norm or skip connections, or lower the learning rate"),
        ({"architecture.batch_norm": True}, "Add skip connections, or lower the learning rate"),
        ({"architecture.skip": True}, "Add batch norm, or lower the learning rate"),
        ({"architecture.batch_norm": True, "architecture.skip": True}, "Lower the learning rate"),
        ({"architecture": ResidualArchitecture(stages=(64, 128))}, "Lower the learning rate"),
    ],
)
def test_a_collapsed_network_is_not_advised_what_it_has(changes, advice):
    recipe = named("cnn7").changed(changes)
    reading = make_reading("cnn7", 0.25, 0.25, p_value=0.0001, update={**COLLAPSED, "recipe": recipe})
    assert decision(reading, make_reading(), None, None) == (
        f"set aside, 30.6 points behind `cnn5` (p < 0.001). {advice}: it learns nothing from its input."
    )


def test_a_base_that_the_study_names_against_the_rule_is_told():
    assert base(named("cnn5"), named("cnn5")) == "Each variant changes `cnn5`, which is a candidate itself."
    assert base(named("cnn5"), named("cnn3")) == (
        "Each variant changes `cnn5`, which the study names and which is a candidate itself. "
        "**The rule would have chosen otherwise:** `cnn3` came first in the stage before."
    )


def test_the_finding_is_one_sentence_that_claims_no_more_than_it_may():
    first, better = make_reading("cnn5").candidate, make_reading("cnn5+dropout", 0.6, 0.9, p_value=0.01).standing
    assert finding(first, 11, [], None) == "Of eleven networks, `cnn5` comes first with 55.6 % on validation"
    assert finding(first, 11, ["cnn3"], None) == (
        "Of eleven networks, `cnn5` comes first with 55.6 % on validation, a tie with `cnn3`"
    )
    assert finding(first, 11, ["cnn1", "cnn3", "cnn7"], None).endswith("a tie with three others")
    assert finding(first, 1, [], None) == "`cnn5`, the only network, reaches 55.6 % on validation"
    overtaken = "The last stage chooses `cnn5` with 55.6 % on validation; `cnn5+dropout` before it reaches 60.0 %"
    assert finding(first, 11, [], better) == f"{overtaken} (p = 0.010)"
    assert finding(first, 11, [], replace(better, p_value=0.3)) == f"{overtaken}, a tie (p = 0.30)"


def test_the_finding_of_several_seeds_has_their_spread():
    first = make_reading("cnn5", seeds=(42, 43, 44)).candidate
    assert finding(first, 11, [], None) == (
        "Of eleven networks, `cnn5` comes first with 55.6 % ± 0.0 (3 seeds) on validation"
    )
    better = make_reading("cnn5+dropout", 0.6, 0.9, p_value=0.3).standing
    assert finding(first, 11, [], better).startswith("The last stage chooses `cnn5` with 55.6 % ± 0.0 (3 seeds) on")


def test_the_finding_of_an_unfinished_study_says_what_can_be_compared():
    first = make_reading("cnn5").candidate
    assert so_far(first, 3, 1) == (
        "Not finished yet: of three networks that are, `cnn5` leads with 55.6 % on validation"
    )
    assert so_far(first, 1, 1) == "Not finished yet: `cnn5`, the only network that is, reaches 55.6 % on validation"
    assert so_far(first, 11, 3) == (
        "Not finished yet: by one of three seeds the choice among eleven networks is `cnn5`, with 55.6 % on validation"
    )
    assert so_far(first, 1, 3) == (
        "Not finished yet: by one of three seeds `cnn5`, the only network, reaches 55.6 % on validation"
    )
    assert begun(2, 3) == "Not finished yet: two runs so far, and no network has all its three seeds"
    assert begun(0, 3) == "No run of this study is finished yet"


def test_the_path_stands_beside_the_references():
    assert path([0.556, 0.624, 0.629], [0.556, 0.624, 0.629]) == (
        "From stage to stage the first reaches **55.6 → 62.4 → 62.9** %; in the reference, 55.6 → 62.4 → 62.9."
    )
    assert path([0.8], [None]) == "From stage to stage the first reaches **80.0** %."


def test_the_path_has_a_gap_where_the_reference_has_no_such_stage():
    assert path([0.556, 0.66], [0.556, None]).endswith("**55.6 → 66.0** %; in the reference, 55.6 → –.")
