from dataclasses import replace

import pytest

from mimika.recipe import ResidualArchitecture, named
from mimika.report.reading import Worth
from mimika.report.sentences import analysis, base, conclusion, decision, evidence, finding, fits, handing_on, path
from mimika.training.fit import Verdict
from tests.report.studies import make_reading

COLLAPSED = {
    "predicted_shares": {"happy": 0.998, "sad": 0.002},
    "gradient_norms": {"convolution 1": 1e-8, "linear 3": 0.2},
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
    assert [one.verdict_text for one in (learned, collapsed, fitting, generous)] == [
        "overfits",
        "collapsed to one class",
        "underfits",
        "fits",
    ]
    assert decision(learned, winner, following, after[1]) == "set aside, 5.6 points behind `cnn5` (p < 0.001)."
    assert decision(collapsed, winner, following, after[1]) == (
        "set aside, 5.6 points behind `cnn5` (p < 0.001). "
        "Batch norm, skip connections or a smaller learning rate may revive it."
    )
    assert decision(fitting, winner, following, after[1]) == (
        "set aside, 5.6 points behind `cnn5` (p < 0.001). "
        "It wants a longer training or a better schedule before it can be judged."
    )


def test_seeds_that_disagree_are_counted():
    reading = make_reading(seeds=(42, 43, 44))
    mixed = type(reading)(
        standing=reading.standing, changes=(), worth=None, verdicts=(*reading.verdicts[:2], reading.verdicts[0].FITS)
    )
    assert mixed.verdict_text == "overfits (2 of 3)"


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
        "the two apart. Further behind than chance in the faces explains: `cnn7` (−30.6). `cnn5` and `cnn3` overfit, "
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
    winner = make_reading("cnn5")
    other = make_reading("cnn5+dropout", 0.55, 0.9, p_value=0.01, changes=("dropout 0.5",))
    assert conclusion([winner, other], [], "").startswith(
        "`cnn5` has the highest accuracy, 55.6 %: the base, no change helped."
    )


def test_the_fit_of_a_stage_names_each_illness():
    assert fits([make_reading("cnn5"), make_reading("cnn3", 0.55, 0.9)]) == "Both overfit, by 35.0 to 36.9 points."
    assert fits([make_reading("cnn5")]) == "`cnn5` overfits, by 36.9 points."


def test_the_fit_of_a_stage_counts_the_seeds_that_disagree():
    mixed = replace(make_reading("cnn3", 0.55, 0.9, seeds=(1, 2)), verdicts=(Verdict.OVERFITS, Verdict.FITS))
    assert fits([mixed]) == "`cnn3` (1 of 2) overfits, by 35.0 points."
    assert fits([make_reading("cnn5"), mixed]) == "`cnn5` and `cnn3` (1 of 2) overfit, by 35.0 to 36.9 points."


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({}, "Batch norm, skip connections or a smaller learning rate may revive it."),
        ({"architecture.batch_norm": True}, "Skip connections or a smaller learning rate may revive it."),
        ({"architecture.skip": True}, "Batch norm or a smaller learning rate may revive it."),
        ({"architecture.batch_norm": True, "architecture.skip": True}, "A smaller learning rate may revive it."),
        ({"architecture": ResidualArchitecture(stages=(64, 128))}, "A smaller learning rate may revive it."),
    ],
)
def test_a_collapsed_network_is_not_advised_what_it_has(changes, advice):
    reading = make_reading("cnn7", 0.25, 0.25, p_value=0.0001, update=COLLAPSED)
    recipe = reading.candidate.recipe.changed(changes)
    candidate = replace(reading.candidate, recipe=recipe)
    reading = replace(reading, standing=replace(reading.standing, candidate=candidate))
    assert (
        decision(reading, make_reading(), None, None) == f"set aside, 30.6 points behind `cnn5` (p < 0.001). {advice}"
    )


def test_a_base_that_the_study_names_against_the_rule_is_told():
    assert base(named("cnn5"), named("cnn5")) == "Each variant is one change of `cnn5`, which is a candidate itself."
    assert base(named("cnn5"), named("cnn3")) == (
        "Each variant is one change of `cnn5`, which the study names and which is a candidate itself. "
        "**The rule would have chosen otherwise:** `cnn3` came first in the stage before."
    )


def test_the_finding_is_one_sentence_that_claims_no_more_than_it_may():
    first, better = make_reading("cnn5"), make_reading("cnn5+dropout", 0.6, 0.9)
    assert finding(first, 11, [], None, complete=True) == (
        "Of eleven networks, `cnn5` comes first with 55.6 % on validation"
    )
    assert finding(first, 11, ["cnn3"], None, complete=True) == (
        "Of eleven networks, `cnn5` comes first with 55.6 % on validation, a tie with `cnn3`"
    )
    assert finding(first, 11, ["cnn1", "cnn3", "cnn7"], None, complete=True).endswith("a tie with three others")
    assert finding(first, 11, [], better, complete=True) == (
        "The last stage chooses `cnn5` with 55.6 % on validation; `cnn5+dropout` before it reaches 60.0 %"
    )
    assert finding(first, 3, [], None, complete=False) == (
        "Not finished yet: so far `cnn5` leads with 55.6 % on validation"
    )


def test_the_path_stands_beside_the_references():
    assert path([0.556, 0.624, 0.629], [0.556, 0.624, 0.629]) == (
        "From stage to stage the first reaches **55.6 → 62.4 → 62.9** %; in the reference, 55.6 → 62.4 → 62.9."
    )
    assert path([0.8], []) == "From stage to stage the first reaches **80.0** %."
