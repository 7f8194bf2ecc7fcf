from dataclasses import replace

import numpy as np
import pytest

from mimika.data.known import is_official
from mimika.recipe import Augmentation
from mimika.recipes import named
from mimika.record import Data
from mimika.report.caveats import (
    agreement,
    apart,
    certainty,
    commits,
    limits,
    machines,
    overtaken,
    seeds,
    times,
    twins,
)
from mimika.report.judgement import calibration, chosen, confusions, cost, emotions
from mimika.report.provenance import opened, still_sealed, the_test_split
from mimika.report.reference import FIGURES, PATH, compared, figure_for, pooled_spread
from mimika.study.stages import read_study
from mimika.study.study import StudyRun
from mimika.training.fit import Verdict, advice
from tests.records import make_record
from tests.report.studies import make_reading, sealed_result
from tests.report.test_sentences import COLLAPSED


def with_accuracies(reading, *accuracies):
    """The same network where its runs reach these."""
    records = tuple(
        record.model_copy(update={"scores": record.scores.model_copy(update={"validation_accuracy": accuracy})})
        for record, accuracy in zip(reading.records, accuracies, strict=True)
    )
    return with_records(reading, *records)


def with_records(reading, *records):
    return replace(reading, standing=replace(reading.standing, candidate=replace(reading.candidate, records=records)))


def with_epochs(reading, count):
    """The same network where each run has so many epochs."""
    return with_records(reading, *(one.model_copy(update={"epochs": one.epochs[:count]}) for one in reading.records))


def data(train, validation, description="the official FER2013 by its counts"):
    return Data(checksum="0" * 64, description=description, train=train, validation=validation, validation_twins=0)


def test_only_the_official_splits_are_set_beside_the_reference():
    assert is_official(data(28709, 3589))
    assert not is_official(data(5600, 700))
    assert not is_official(data(28709, 3589, "32,298 drawn faces, seed 0"))


def test_the_reference_has_a_figure_for_its_eleven_networks_and_no_others():
    assert len(FIGURES) == 11
    assert [FIGURES[name].validation for name in PATH.values()] == [0.556, 0.624, 0.629]
    assert figure_for(named("cnn5")) is FIGURES["cnn5"]
    assert figure_for(named("cnn5+skip")) is None
    assert figure_for(named("cnn5").changed({"architecture.width": 0.25})) is None


def test_a_network_trained_otherwise_than_the_references_has_no_figure_but_another_seed_has():
    assert figure_for(named("cnn5").changed({"seed": 7})) is FIGURES["cnn5"]
    assert figure_for(named("cnn5").changed({"label_smoothing": 0.1})) is None
    assert figure_for(named("cnn5").changed({"epochs": 3})) is None


def test_a_difference_counts_from_three_standard_errors_on():
    close, far = (compared(make_reading("cnn5", share).candidate, FIGURES["cnn5"], 0.0) for share in (0.588, 0.593))
    assert close.standard_error == pytest.approx(0.01167, abs=1e-5)
    assert (close.differs, far.differs) == (False, True)
    assert agreement([close, far, far]) == (
        "Of three networks, one agrees with the reference within three standard errors of the difference (three, "
        "because so many are compared at once); two are higher here, none is lower."
    )


def test_with_several_seeds_the_reference_is_one_more_draw_of_them():
    reading = with_accuracies(make_reading("cnn5", seeds=(42, 43, 44)), 0.57, 0.58, 0.59)
    (spread,) = {reading.candidate.spread}
    assert spread == pytest.approx(0.01)
    known = compared(reading.candidate, FIGURES["cnn5"], pooled_spread([reading.candidate]))
    assert known.difference == pytest.approx(0.024)
    assert known.standard_error == pytest.approx(np.hypot(0.0117, 0.01 * np.sqrt(4 / 3)), abs=1e-5)
    assert not known.differs


def test_what_seeds_move_is_estimated_from_all_networks_that_learn():
    steady = with_accuracies(make_reading("cnn5", seeds=(42, 43)), 0.57, 0.57)
    shaky = with_accuracies(make_reading("cnn3", seeds=(42, 43)), 0.57, 0.59)
    assert pooled_spread([steady.candidate, shaky.candidate]) == pytest.approx(0.01)
    assert pooled_spread([make_reading("cnn5").candidate]) == 0.0


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        (
            make_reading("cnn3", 0.6, 0.9),
            "60.0 %, 6.4 points above the reference's 53.6 %. On training faces it has 90.0 % here and 97.8 % there.",
        ),
        (
            make_reading("cnn7", 0.55, 0.9),
            "55.0 %, 30.5 points above the reference's 24.5 %. "
            "The reference's answered one class to everything; here the same network learns.",
        ),
        (
            make_reading("cnn5+augmentation", 0.6, 0.62),
            "60.0 %, 27.6 points above the reference's 32.4 %. The augmentation here is mild "
            "(turns up to 10°, shifts up to 10 %, sizes up to 10 %) and had 11 epochs; the reference calls its own too "
            "aggressive.",
        ),
    ],
)
def test_a_figure_that_differs_from_the_references_is_explained_from_its_runs(reading, told):
    figure = figure_for(reading.candidate.recipe)
    difference = compared(reading.candidate, figure, 0.0)
    assert apart(reading, figure, difference) == (f"`{reading.name}`", told)


def test_a_figure_is_that_of_a_network_that_learned_nothing_only_where_every_run_collapsed():
    figure = FIGURES["cnn7"]
    for verdicts, told in (
        ([Verdict.COLLAPSED] * 3, "Here it collapsed to one class, and its figure is that of a network that learned"),
        (
            [Verdict.COLLAPSED, Verdict.OVERFITS, Verdict.OVERFITS],
            "It collapsed to one class with 1 of 3 seeds: its means mix both kinds of run.",
        ),
    ):
        reading = replace(make_reading("cnn7", 0.46, 0.7, seeds=(42, 43, 44)), verdicts=tuple(verdicts))
        assert told in apart(reading, figure, compared(reading.candidate, figure, 0.0))[1]


def test_certainty_names_n_standard_error_and_interval():
    assert certainty(make_reading("cnn5", 0.629)).startswith(
        "The 62.9 % of `cnn5` is a share of 3,589 faces: one standard error is 0.8 points, and the 95 % interval runs "
        "from 61.3 % to 64.5 %. Networks are compared on the same faces, pair by pair, with a bootstrap over the "
        "faces (an exact sign test where fewer than 25 of them differ). The p-values are adjusted (Holm) for all pairs "
        "of a stage, in the headline for all pairs of networks, since the faces that test the first have chosen it, "
        "too."
    )


def test_one_seed_is_admitted_and_several_are_compared():
    assert seeds([make_reading()]) == (
        "Each network is told by one run. What another seed would change is not in its figures: intervals and tests "
        "cover the choice of faces only, so a small lead may turn with the next seed."
    )
    assert seeds([make_reading(seeds=(1, 2))]) == (
        "Each network was trained with two seeds. The standard deviation of its accuracy over them runs from 0.0 "
        "(`cnn5`) to 0.0 points (`cnn5`). The tests include the variation between seeds, pooled over all networks "
        "that are compared; for a network that collapses with any seed, it is that of its own runs alone. The "
        "intervals cover the choice of faces only."
    )


def test_runs_of_unlike_machines_are_told_and_their_times_are_not_averaged():
    reading = make_reading(seeds=(42, 43, 44))
    first, *others = reading.records
    faster = first.machine.model_copy(update={"device": "NVIDIA H200", "precision": "bf16-mixed"})
    moved = [one.model_copy(update={"machine": faster, "seconds": 40.0}) for one in others]
    unlike = replace(
        reading, standing=replace(reading.standing, candidate=replace(reading.candidate, records=(first, *moved)))
    )
    elsewhere = replace(
        reading, standing=replace(reading.standing, candidate=replace(reading.candidate, records=tuple(moved)))
    )
    assert machines([unlike, elsewhere]).endswith(
        "on the machine of the first. That machine differs from network to network: their times are not to be compared."
    )
    assert machines([reading]) == ""
    assert machines([reading, unlike]) == (
        "Runs of one network come from different machines: cpu (32-true) and NVIDIA H200 (bf16-mixed). The spread "
        "holds what a machine changes, too; a network's time is the mean over its runs on the machine of the first."
    )
    elsewhere = replace(
        reading, standing=replace(reading.standing, candidate=replace(reading.candidate, records=tuple(moved)))
    )
    assert machines([reading, elsewhere]) == (
        "The networks come from different machines: cpu (32-true) and NVIDIA H200 (bf16-mixed). What sets them apart "
        "holds what a machine changes, too, and their times are not to be compared."
    )
    assert unlike.seconds == first.seconds == reading.seconds


def test_twins_are_counted_and_their_worth_told():
    assert twins(make_reading("cnn5", 0.556), []) == (
        "280 of the 3,589 validation faces have an identical twin in train. Without them `cnn5` reaches 54.4 % (−1.2). "
        "No stage would have another winner."
    )
    other = make_reading("cnn3", p_value=0.2).standing
    assert twins(make_reading(), [("depth", "cnn5", other)]).endswith(
        "`cnn3` would have come first in depth, before `cnn5`, a tie (p = 0.20)."
    )


def test_a_network_above_the_chosen_one_is_named():
    assert overtaken(make_reading(), None) == ""
    told = (
        "The chosen network came first in the last stage, but `cnn5+dropout` of an earlier one has a higher accuracy: "
        "60.0 % against 55.6 %"
    )
    for p_value, standing in ((0.2, ", a tie (p = 0.20)."), (0.01, " (p = 0.010).")):
        better = make_reading("cnn5+dropout", 0.6, p_value=p_value).standing
        assert overtaken(make_reading("cnn5"), better) == told + standing


def test_the_limits_name_expressions_and_not_feelings():
    shorter = with_epochs(make_reading("cnn3"), 5)
    assert limits([make_reading(), shorter], official=False) == (
        "What the study cannot say: the first of two networks was chosen on the very validation faces that give its "
        "figure, so the figure leans upwards, and only the test split tells by how much. Where the best epoch is kept, "
        "its figure is also the best of 5–11 epochs on these faces. It says nothing about faces from elsewhere, nor "
        "about what a person feels: the labels name expressions."
    )
    fixed = make_reading()
    last = fixed.records[0].model_copy(update={"recipe": fixed.candidate.recipe.changed({"keep": "last"})})
    assert "best of" not in limits([with_records(fixed, last)], official=False)
    assert "leans upwards; there is no test split that would tell by how much. Where" in limits(
        [fixed], official=False, test=False
    )


def test_runs_of_unlike_code_and_on_a_busy_machine_are_told():
    reading = make_reading("cnn5", seeds=(42, 43))
    assert commits([reading]) == times([reading]) == ""
    first, second = reading.records
    other = second.model_copy(update={"machine": second.machine.model_copy(update={"commit": "0123+"})})
    assert commits([with_records(reading, first, other)]) == (
        "The runs come from two versions of the code, which are named below; + marks changes that were not committed."
    )
    slow = second.epochs[3].model_copy(update={"seconds": 3.1 * second.epochs[0].seconds})
    disturbed = second.model_copy(update={"epochs": (*second.epochs[:3], slow, *second.epochs[4:])})
    assert times([with_records(reading, first, disturbed)]) == (
        "In one of two runs some epoch took more than three times as long as usual: the machine did other work, and "
        "the times of this page are upper bounds."
    )


def test_the_test_split_is_sealed_opened_once_or_opened_again():
    reading = make_reading("cnn5", 0.62)
    assert still_sealed("reference") == (
        "Sealed: no training, no choice and no figure on this page has seen it. "
        "`mimika final reference --data DATA` opens it for the chosen network, once."
    )
    assert opened(sealed_result(reading.records[0]), reading) == (
        "Opened on 2026-11-24, once. `cnn5` answers **62.9 %** of 3,589 test faces as they are labelled "
        "(95 %: 61.3–64.5), 61.2 % without the 288 that have an identical twin in train; macro F1 0.588, expected "
        "calibration error 9.4 points. That is 0.9 points more than this run's on validation."
    )
    assert opened(sealed_result(reading.records[0], times=2), None).startswith(
        "Opened two times, first on 2026-11-24, last on 2026-11-25. The first gave 62.0 % for `cnn5`, the only figure "
        "that nothing could have been fitted to. "
    )


def test_a_figure_that_is_the_same_to_a_tenth_of_a_point_is_neither_more_nor_less():
    for accuracy in (0.6289, 0.6291):
        reading = make_reading("cnn5", accuracy)
        assert opened(sealed_result(reading.records[0]), reading).endswith(
            "calibration error 9.4 points. That is as much as this run's on validation."
        )


@pytest.mark.parametrize(("test_faces", "is_told"), [(0, True), (7, False), (None, False)])
def test_where_there_is_no_test_split_none_is_called_sealed(test_faces, is_told):
    run = StudyRun(study=read_study("quick"), checksum="c", data="d", test_faces=test_faces)
    (told,) = the_test_split(None, make_reading(), "study", run).blocks
    none = "This data set has no test split; nothing tests the figure above, on which the network was chosen."
    assert told.text == (none if is_told else still_sealed("study"))


def test_a_look_for_another_study_takes_the_first_figure_its_innocence():
    reading = make_reading("cnn5", 0.62)
    sealed = sealed_result(reading.records[0], times=2).model_copy(update={"elsewhere": 3})
    told = opened(sealed, reading)
    assert "The first gave 62.0 % for `cnn5`. `cnn5` answers" in told
    assert told.endswith(
        "That is 0.9 points more than this run's on validation. Openings of the same stored test faces for other "
        "studies and runs before: 3."
    )


def test_the_command_that_opens_the_test_split_cuts_validation_as_the_study_did():
    call = "mimika study run quick --data DATA --out 'my study' --validation 0.1"
    assert "`mimika final 'my study' --data DATA --validation 0.1` opens it" in still_sealed("my study", call)


def test_a_result_of_another_run_says_so():
    other = make_reading("cnn3").records[0]
    assert opened(sealed_result(other), make_reading("cnn5")).endswith(
        "It was opened for another run than those of `cnn5`, which this page shows as chosen."
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"weight_decay": 1e-4}, "what usually helps is augmentation or dropout."),
        ({"augmentation": Augmentation(), "architecture.dropout": 0.5}, "what usually helps is weight decay."),
        (
            {"augmentation": Augmentation(), "architecture.dropout": 0.5, "weight_decay": 1e-4},
            "it has augmentation, dropout and weight decay already: more of these, or less capacity, may help.",
        ),
    ],
)
def test_advice_against_overfitting_names_nothing_that_the_network_has(changes, told):
    assert advice(make_record("cnn5", 0.556, 0.925, changes=changes)).endswith(told)


def test_an_emotion_of_few_faces_or_answers_is_no_best_and_no_least():
    scores = make_reading().records[0].scores
    recall = {**dict.fromkeys(scores.recall, 0.6), "happy": 0.8, "disgust": 0.0, "fear": 0.4, "sad": 0.5}
    precision = {**dict.fromkeys(scores.precision, 0.6), "disgust": 0.9, "sad": 0.7}
    scores = scores.model_copy(update={"recall": recall, "precision": precision, "macro_f1": 0.5})
    enough, few = dict.fromkeys(recall, 30), dict.fromkeys(recall, 29)
    macro_f1 = "Its macro F1, in which every emotion counts alike, is 0.500."
    assert emotions(scores, {**enough, "disgust": 29}, {**enough, "disgust": 29}) == (
        "It finds happy best, 80.0 % of its 30 faces, and fear least, 40.0 % of 30, then sad, 50.0 % of 30. When it "
        f"says sad it is right most often, in 70.0 % of 30 answers. {macro_f1}"
    )
    assert emotions(scores, few, {**few, "happy": 200}) == (
        f"Too few faces to say which emotion is found best: fewer than 30 of most. {macro_f1}"
    )


def test_the_chosen_network_is_told_with_the_fit_checks_advice():
    assert chosen(make_reading("cnn5", 0.556, 0.925), []) == (
        "`cnn5` has 11,072,263 parameters and costs 84.5 M multiply-adds a face. It overfits: 92.5 % on training faces "
        "against 55.6 % on validation. It knows its training faces far better than others; what usually helps is "
        "augmentation, dropout or weight decay."
    )
    fitting = make_reading("cnn5+augmentation", 0.6, 0.65)
    assert chosen(make_reading("cnn5", 0.62, 0.925), [fitting]).endswith(
        " Of the networks of this study that fit, `cnn5+augmentation` reaches most: 60.0 % on validation, with a gap "
        "of 5.0 points."
    )


def test_a_chosen_network_whose_seeds_disagree_says_in_how_many_it_does_so():
    reading = replace(make_reading("cnn5", seeds=(1, 2)), verdicts=(Verdict.OVERFITS, Verdict.FITS))
    assert "It overfits (1 of 2): 92.5 % on training faces" in chosen(reading, [reading])
    reading = replace(reading, verdicts=(Verdict.COLLAPSED, Verdict.FITS))
    assert "It has collapsed to one class (1 of 2): 92.5 %" in chosen(reading, [reading])


def test_the_most_confused_pair_is_counted_both_ways():
    table = np.diag([10] * 7)
    table[4, 6], table[6, 4], table[0, 2] = 5, 3, 2
    assert confusions(table) == (
        "Of its 10 mistakes, 8 are between sad and neutral: 5 faces labelled sad are called neutral, 3 the other way."
    )
    assert confusions(np.diag([10] * 7)) == "It makes no mistake on these faces."


def test_calibration_says_which_way_it_leans():
    assert calibration(0.157, 0.769, 0.629) == (
        "On average it gives its answer a probability of 76.9 % and is right on 62.9 %: too sure of itself "
        "(expected calibration error 15.7 points)."
    )
    assert "not sure enough" in calibration(0.1, 0.5, 0.6)
    assert "about as sure as it is right" in calibration(0.01, 0.6, 0.61)


def test_the_cheaper_network_within_a_point_and_the_dearest_are_named():
    best, lean, dear = make_reading("cnn5", 0.6), make_reading("cnn3", 0.595), make_reading("cnn7", 0.5, 0.9)
    assert cost([best, lean, dear]) == (
        "`cnn5` has the highest accuracy, 60.0 %, at 11.07 M parameters, 84.5 M multiply-adds a face and 20 min 0 s of "
        "training. Within one point of it, `cnn3` costs least: 24.3 M multiply-adds, 2.52 M parameters. The dearest of "
        "those that learned, `cnn7` at 254.4 M multiply-adds, reaches 10.0 points less."
    )
    assert "The dearest" not in cost([best, make_reading("cnn7", 0.5996)]), "0.0 points less"


def test_a_network_that_collapsed_may_have_the_highest_accuracy_of_all():
    collapsed = make_reading("cnn7", 0.6, 0.6, update=COLLAPSED)
    assert cost([make_reading("cnn5"), collapsed]).startswith(
        "Of the networks that learned, `cnn5` has the highest accuracy, 55.6 %, at 11.07 M parameters, "
    )


def test_at_an_exact_draw_what_the_rule_puts_first_is_told():
    large, small = make_reading("cnn5"), make_reading("cnn3")
    assert cost([large, small]).startswith("`cnn3` has the highest accuracy, 55.6 %")
    fitting = [make_reading(name, 0.6, 0.65) for name in ("cnn5", "cnn3")]
    assert "Of the networks of this study that fit, `cnn3` reaches most" in chosen(large, fitting)
