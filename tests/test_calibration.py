"""Temperature and threshold held against what they were drawn with, and against counts by hand."""

import numpy as np
import pytest

from mimika.calibration import (
    LEAST_SURE,
    SURE_PRECISION,
    apply_temperature,
    calibrate,
    cross_fitted,
    fit_temperature,
    fit_threshold,
)
from mimika.errors import RunError
from mimika.metrics import calibration_error


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def draw_answers(n=4000, overconfidence=2.5, seed=0):
    """Labels drawn from honest probabilities, and what a network says that is too sure of the same."""
    draw = np.random.default_rng(seed)
    logits = draw.normal(0, 1.5, (n, 7))
    labels = (softmax(logits).cumsum(axis=1) < draw.random((n, 1))).sum(axis=1).clip(max=6)
    return softmax(overconfidence * logits).astype(np.float32), labels


def answers_with(confidence):
    """Answers `angry` with these probabilities."""
    probabilities = np.repeat((1 - np.array(confidence))[:, None] / 6, 7, axis=1)
    probabilities[:, 0] = confidence
    return probabilities


@pytest.mark.parametrize("overconfidence", [0.5, 1.0, 2.5, 6.0])
def test_the_temperature_that_the_answers_were_drawn_with_is_found(overconfidence):
    probabilities, labels = draw_answers(20_000, overconfidence)
    assert fit_temperature(probabilities, labels) == pytest.approx(overconfidence, rel=0.05)


def surprise(probabilities, labels, temperature):
    """Cross entropy of the answers being right or wrong, under what they give themselves at this temperature."""
    confidence = apply_temperature(probabilities, temperature).max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    return -np.log(np.where(right, confidence, 1 - confidence)).mean()


@pytest.mark.parametrize("n", [20, 500])
@pytest.mark.parametrize("overconfidence", [0.5, 2.5])
def test_under_no_other_temperature_do_the_answers_say_better_which_are_right(n, overconfidence):
    probabilities, labels = draw_answers(n, overconfidence)
    best = fit_temperature(probabilities, labels)
    others = np.geomspace(0.3, 15, 200)
    assert surprise(probabilities, labels, best) <= min(surprise(probabilities, labels, other) for other in others)


def test_what_the_other_emotions_get_does_not_move_the_temperature():
    """Answers are honest, and what is left is shared out as label smoothing does it: evenly, whatever the label is."""
    honest, labels = draw_answers(20_000, overconfidence=1.0)
    n, answers = np.arange(20_000), honest.argmax(axis=1)
    smoothed = np.repeat((1 - honest.max(axis=1, keepdims=True)) / 6, 7, axis=1)
    smoothed[n, answers] = honest[n, answers]
    assert np.array_equal(smoothed.argmax(axis=1), answers)
    assert fit_temperature(smoothed, labels) == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize(("labels", "bound"), [([0, 0, 0, 0], 0.05), ([3, 3, 3, 3], 20.0)])
def test_where_all_answers_are_right_or_all_wrong_the_temperature_stays_within_bounds(labels, bound):
    assert fit_temperature(answers_with([0.4, 0.5, 0.6, 0.7]), np.array(labels)) == pytest.approx(bound, rel=1e-6)


def test_a_temperature_of_two_takes_square_roots_and_one_changes_nothing():
    probabilities, _ = draw_answers(50)
    roots = np.sqrt(probabilities.astype(np.float64))
    assert apply_temperature(probabilities, 2.0) == pytest.approx(roots / roots.sum(axis=1, keepdims=True))
    assert apply_temperature(probabilities, 1.0) == pytest.approx(probabilities, abs=1e-6)


def test_a_temperature_leaves_every_answer_the_most_probable():
    probabilities, _ = draw_answers(1000)
    assert np.array_equal(apply_temperature(probabilities, 7.3).argmax(axis=1), probabilities.argmax(axis=1))


def test_certain_answers_stay_finite():
    certain = np.eye(7, dtype=np.float32)
    labels = np.array([0, 1, 2, 3, 4, 5, 0])
    assert np.isfinite(apply_temperature(certain, fit_temperature(certain, labels))).all()


def test_stored_in_16_bits_a_very_sure_network_seems_less_sure():
    probabilities, labels = draw_answers(overconfidence=8.0)
    assert fit_temperature(probabilities, labels) == pytest.approx(8.0, rel=0.05)
    assert fit_temperature(probabilities.astype(np.float16), labels) < 7.0


def test_no_face_is_calibrated_by_its_own_label():
    probabilities, labels = draw_answers(200)
    answers = probabilities.argmax(axis=1)
    calibrated, sure = cross_fitted(probabilities, labels)
    for face in (0, 77, 199):
        other = labels.copy()
        other[face] = (answers[face] + 3) % 7 if labels[face] == answers[face] else answers[face]
        again, sure_again = cross_fitted(probabilities, other)
        assert np.array_equal(again[face], calibrated[face])
        assert sure_again[face] == sure[face]
        assert not np.array_equal(again, calibrated)


def test_calibrating_makes_an_overconfident_network_honest():
    probabilities, labels = draw_answers()
    found = calibrate(probabilities, labels)
    assert found.error_before == calibration_error(probabilities, labels) > 0.1
    assert found.error_after < 0.03
    assert found.faces == 4000
    assert 0.05 < found.sure_share < 0.5
    assert found.sure_precision == pytest.approx(SURE_PRECISION, abs=0.03)
    assert calibrate(probabilities, labels) == found


def test_a_temperature_that_does_not_lower_the_error_is_not_taken():
    # Honest as they are: each answer is right as often as it says.
    chance = np.random.default_rng(1)
    sure = chance.uniform(0.4, 1, 300)
    answers, labels = answers_with(sure), np.where(chance.random(300) < sure, 0, 3)
    tempered, _ = cross_fitted(answers, labels)
    assert fit_temperature(answers, labels) != 1.0
    assert calibration_error(tempered, labels) > calibration_error(answers, labels)
    found = calibrate(answers, labels)
    _, certain = cross_fitted(answers, labels, tempered=False)
    assert found.temperature == 1.0
    assert found.error_after == pytest.approx(found.error_before)
    assert found.threshold == fit_threshold(answers, labels)
    assert found.sure_share == certain.mean()


def test_the_error_after_is_that_of_the_cross_fitted_probabilities():
    probabilities, labels = draw_answers(600)
    found = calibrate(probabilities, labels)
    calibrated, sure = cross_fitted(probabilities, labels)
    right = probabilities.argmax(axis=1) == labels
    assert found.error_after == calibration_error(calibrated, labels)
    assert found.sure_share == sure.mean()
    assert found.sure_precision == right[sure].mean()


def test_the_threshold_is_the_least_hundredth_above_which_four_of_five_are_right():
    labels = np.tile([1, 1, 0, 0, 0, 1, 0, 0], LEAST_SURE)
    answers = answers_with(np.tile([0.31, 0.4049, 0.41, 0.5, 0.6, 0.7, 0.8, 0.9], LEAST_SURE))  # from 0.41, five of six
    assert fit_threshold(answers, labels) == 0.41


def test_where_every_answer_is_good_enough_none_is_unsure():
    assert fit_threshold(answers_with(np.linspace(0.3, 0.5, LEAST_SURE)), np.zeros(LEAST_SURE, np.int64)) == 0.0


def test_where_none_is_good_enough_the_threshold_is_one():
    assert fit_threshold(answers_with(np.tile([0.3, 0.999], 40)), np.tile([0, 3], 40)) == 1.0


def test_a_network_without_sure_answers_has_a_share_and_a_precision_of_nothing():
    found = calibrate(answers_with(np.linspace(0.5, 0.6, 20)), np.full(20, 3))
    assert (found.threshold, found.sure_share, found.sure_precision) == (1.0, 0.0, None)


def test_a_few_lucky_answers_make_no_threshold():
    for lucky, expected in ((LEAST_SURE, 0.51), (LEAST_SURE - 1, 1.0)):
        answers = answers_with(
            np.repeat([0.955, 0.505], [lucky, 400])
        )  # of the former all are right, of the others none
        labels = np.repeat([0, 3], [lucky, 400])
        assert fit_threshold(answers, labels) == expected


def test_a_threshold_that_no_fold_would_set_is_none():
    # Enough right answers for all faces together, too few for four fifths of them.
    answers, labels = answers_with(np.repeat([0.955, 0.3], [32, 400])), np.repeat([0, 3], [32, 400])
    found = calibrate(answers, labels)
    assert (found.threshold, found.sure_share, found.sure_precision) == (1.0, 0.0, None)


def test_a_threshold_that_folds_would_set_and_all_faces_would_not_is_none():
    # Just under four of five are right; without the unluckiest fold, just as many as there must be.
    answers, labels = answers_with(np.full(100, 0.955)), np.repeat([0, 3], [79, 21])
    assert cross_fitted(answers, labels)[1].any()
    found = calibrate(answers, labels)
    assert (found.threshold, found.sure_share, found.sure_precision) == (1.0, 0.0, None)


def test_too_few_faces_are_refused():
    probabilities, labels = draw_answers(4)
    with pytest.raises(RunError) as refusal:
        calibrate(probabilities, labels)
    assert str(refusal.value) == (
        "Calibrating takes at least 5 validation faces that have no identical one in train; there are 4. "
        "Take a data set with more."
    )
