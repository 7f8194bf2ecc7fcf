"""Measures held against counts by hand, scikit-learn and simulation."""

from math import erfc, sqrt

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics as reference

from mimika.emotions import EMOTIONS
from mimika.metrics import (
    NO_NOISE,
    SeedNoise,
    calibration_error,
    confusion,
    holm,
    macro_f1,
    paired_p_value,
    pairwise_p_values,
    precision,
    recall,
    reliability,
    seed_noise,
    spread,
    wilson_interval,
)

LABELS = np.array([0, 0, 0, 1, 3, 3, 6], np.uint8)
PREDICTED = np.array([0, 0, 3, 3, 3, 3, 0], np.int64)


def draw_answers(n=2000, seed=0):
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, 7, n).astype(np.uint8)
    logits = draw.normal(0, 1, (n, 7))
    logits[np.arange(n), labels] += 1.5
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return labels, probabilities


def test_the_confusion_has_labels_in_its_rows_and_predictions_in_its_columns():
    table = confusion(LABELS, PREDICTED)
    expected = np.zeros((7, 7), np.int64)
    expected[0, 0], expected[0, 3], expected[1, 3], expected[3, 3], expected[6, 0] = 2, 1, 1, 2, 1
    assert table.dtype == np.int64
    assert np.array_equal(table, expected)


def test_recall_precision_and_macro_f1_are_those_counted_by_hand():
    table = confusion(LABELS, PREDICTED)
    nothing = dict.fromkeys(EMOTIONS, 0.0)
    assert recall(table) == pytest.approx({**nothing, "angry": 2 / 3, "happy": 1.0})
    assert precision(table) == pytest.approx({**nothing, "angry": 2 / 3, "happy": 2 / 4})
    assert macro_f1(table) == pytest.approx((2 / 3 + 2 / 3) / 4)
    assert macro_f1(table) == pytest.approx(reference.f1_score(LABELS, PREDICTED, average="macro"))


def test_recall_precision_and_macro_f1_agree_with_scikit_learn():
    labels, probabilities = draw_answers()
    predicted = probabilities.argmax(axis=1)
    table = confusion(labels, predicted)
    assert np.array_equal(table, reference.confusion_matrix(labels, predicted, labels=range(7)))
    assert list(recall(table).values()) == pytest.approx(reference.recall_score(labels, predicted, average=None))
    assert list(precision(table).values()) == pytest.approx(reference.precision_score(labels, predicted, average=None))
    assert macro_f1(table) == pytest.approx(reference.f1_score(labels, predicted, average="macro"))


def test_no_faces_are_counted_as_none():
    table = confusion(np.empty(0, np.uint8), np.empty(0, np.int64))
    assert table.shape == (7, 7)
    assert macro_f1(table) == 0.0


def test_the_calibration_error_is_the_one_computed_by_hand():
    probabilities = np.full((4, 7), 0.0)
    probabilities[:, 0] = (0.9, 0.9, 0.9, 0.5)
    probabilities[:, 1] = (0.1, 0.1, 0.1, 0.2)
    labels = np.array([0, 0, 1, 1])
    assert reliability(probabilities, labels, bins=10) == [
        (pytest.approx(0.5), 0.0, 1),
        (pytest.approx(0.9), pytest.approx(2 / 3), 3),
    ]
    assert calibration_error(probabilities, labels, bins=10) == pytest.approx((1 * 0.5 + 3 * (0.9 - 2 / 3)) / 4)


def test_the_calibration_error_agrees_with_the_definition_bin_by_bin():
    labels, probabilities = draw_answers()
    confidence, hits = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    expected = 0.0
    for low in range(15):
        inside = (confidence > low / 15) & (confidence <= (low + 1) / 15)
        if inside.any():
            expected += inside.mean() * abs(confidence[inside].mean() - hits[inside].mean())
    assert calibration_error(probabilities, labels) == pytest.approx(expected)


def test_a_network_that_is_sure_and_right_is_calibrated():
    probabilities = np.eye(7)[[0, 3, 6]]
    assert calibration_error(probabilities, np.array([0, 3, 6])) == 0.0
    assert reliability(probabilities, np.array([0, 3, 6])) == [(1.0, 1.0, 3)]


def test_half_precision_hardly_changes_the_calibration_error():
    labels, probabilities = draw_answers()
    halved = calibration_error(probabilities.astype(np.float16), labels)
    assert halved == pytest.approx(calibration_error(probabilities, labels), abs=2e-3)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_of_a_share_is_the_published_one(hits, n, low, high):
    assert wilson_interval(hits / max(n, 1), n) == pytest.approx((low, high), abs=5e-5)


def test_on_the_validation_faces_an_interval_is_about_three_points_wide():
    low, high = wilson_interval(0.62, 3589)
    assert high - low == pytest.approx(2 * 1.96 * 0.0081, rel=0.01)
    assert low < 0.62 < high


def test_without_a_difference_the_p_values_are_about_uniform():
    draw = np.random.default_rng(1)
    p_values = []
    for _ in range(400):
        shared = draw.random(800) < 0.5
        first, second = (np.where(shared, draw.random(800) < 0.6, chance < 0.6) for chance in draw.random((2, 800)))
        p_values.append(paired_p_value(first, second, draws=1000))
    for level in (0.05, 0.1, 0.25, 0.5, 0.75):
        below = np.mean(np.array(p_values) <= level)
        assert abs(below - level) < 3.5 * np.sqrt(level * (1 - level) / 400), level


def test_a_clear_difference_is_found_and_one_face_is_none():
    first = np.zeros(3589, np.bool_)
    first[:2300] = True
    worse, by_a_face = first.copy(), first.copy()
    worse[:150] = False
    by_a_face[0] = False
    assert paired_p_value(first, worse) == 1 / 10_001
    assert paired_p_value(first, by_a_face) > 0.3


def test_a_difference_on_the_same_faces_counts_for_more_than_one_that_wavers():
    draw = np.random.default_rng(3)
    first = draw.random(3589) < 0.62
    steady = first & (draw.random(3589) < 0.98)
    wavering = draw.permutation(steady)
    assert steady.mean() == wavering.mean()
    assert paired_p_value(first, steady) < 0.001
    assert paired_p_value(first, wavering) > 0.1


def test_the_paired_test_agrees_with_its_normal_limit():
    draw = np.random.default_rng(5)
    first, second = draw.random(3589) < 0.63, draw.random(3589) < 0.615
    differences = first.astype(float) - second
    z = abs(differences.mean()) / (differences.std() / np.sqrt(3589))
    assert paired_p_value(first, second) == pytest.approx(erfc(z / sqrt(2)), abs=0.02)


def test_the_paired_test_does_not_ask_who_came_first():
    draw = np.random.default_rng(7)
    first, second = draw.random(500) < 0.6, draw.random(500) < 0.57
    assert paired_p_value(first, second) == paired_p_value(second, first)


def test_the_paired_test_takes_shares_of_seeds():
    draw = np.random.default_rng(9)
    first, second = ((draw.random((3, 3000)) < share).mean(axis=0) for share in (0.65, 0.60))
    assert paired_p_value(first, second) < 0.001
    assert paired_p_value(first, first) == 1.0


def equal_networks(draw, *, networks, seeds, faces=3000, common=0.01, own=0.1):
    """Networks that are equally good: each seed moves all its faces a little, and each face for itself."""
    ease = np.where(draw.random(faces) < 0.62, 1 - own, own)
    answers = [
        [draw.random(faces) < np.clip(ease + draw.normal(0, common), 0, 1) for _ in range(seeds)]
        for _ in range(networks)
    ]
    return [np.mean(runs, axis=0) for runs in answers], [[run.mean() for run in runs] for runs in answers]


def test_with_several_seeds_equal_networks_are_parted_as_often_as_the_level_says():
    draw, blind, seeing = np.random.default_rng(11), 0, 0
    for _ in range(300):
        shares, accuracies = equal_networks(draw, networks=4, seeds=3)
        noise = seed_noise(shares, accuracies)
        blind += paired_p_value(shares[0], shares[1], draws=1000) <= 0.05
        seeing += paired_p_value(shares[0], shares[1], noise.against(noise), draws=1000) <= 0.05
    assert 0.02 * 300 < seeing < 0.09 * 300
    assert blind > 2 * seeing


def test_what_seeds_move_is_told_from_what_single_faces_do():
    draw = np.random.default_rng(13)
    errors = [seed_noise(*equal_networks(draw, networks=10, seeds=3)).error for _ in range(20)]
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(0.01 * np.sqrt(1 / 3), rel=0.15)
    calm = [seed_noise(*equal_networks(draw, networks=10, seeds=3, common=0.0)).error for _ in range(20)]
    assert np.median(calm) < 0.002
    assert seed_noise(*equal_networks(draw, networks=10, seeds=3)).degrees == 20


def test_one_seed_tells_nothing_of_others():
    shares, accuracies = equal_networks(np.random.default_rng(0), networks=2, seeds=1)
    assert seed_noise(shares, accuracies) == NO_NOISE == SeedNoise(error=0.0)
    assert seed_noise([], []) == NO_NOISE
    assert paired_p_value(*shares, NO_NOISE) == paired_p_value(*shares)


def test_two_networks_of_one_estimate_keep_its_degrees_and_of_two_have_welchs():
    steady, shaky = SeedNoise(error=0.003, degrees=20), SeedNoise(error=0.1, degrees=2)
    assert steady.against(steady) == pytest.approx((0.003 * np.sqrt(2), 20))
    error, degrees = steady.against(shaky)
    assert error == pytest.approx(np.hypot(0.003, 0.1))
    assert degrees == pytest.approx(error**4 / (0.003**4 / 20 + 0.1**4 / 2))
    assert steady.against(NO_NOISE) == pytest.approx((0.003, 20))
    assert NO_NOISE.against(NO_NOISE) == NO_NOISE


def test_every_pair_has_the_p_value_that_holm_gives_it_among_all_pairs():
    draw = np.random.default_rng(17)
    networks = [draw.random(1000) < share for share in (0.62, 0.6, 0.55)]
    pairs = {(0, 1): 0.0, (0, 2): 0.0, (1, 2): 0.0}
    adjusted = holm({(one, other): paired_p_value(networks[one], networks[other]) for one, other in pairs})
    table = pairwise_p_values(networks, [NO_NOISE] * 3)
    assert table.tolist() == table.T.tolist()
    assert table.diagonal().tolist() == [1.0] * 3
    assert {pair: table[pair] for pair in pairs} == adjusted
    assert pairwise_p_values(networks[:1], [NO_NOISE]).tolist() == [[1.0]]


def test_among_many_networks_a_clear_difference_is_still_one():
    draw = np.random.default_rng(19)
    networks = [draw.random(300) < share for share in (0.9, *[0.2] * 14)]
    table = pairwise_p_values(networks, [NO_NOISE] * 15)
    assert table[0, 1:].max() < 0.0055
    assert table[1:, 1:].min() > 0.05


@pytest.mark.parametrize(("better", "worse"), [(1, 0), (4, 0), (12, 0), (24, 0), (9, 3), (13, 11)])
def test_where_few_faces_differ_the_p_value_is_that_of_the_exact_sign_test_at_least(better, worse):
    first, second = np.zeros((2, 3589), np.bool_)
    first[:better], second[better : better + worse] = True, True
    exact = binomtest(better, better + worse).pvalue - 1e-12
    assert exact <= paired_p_value(first, second) == paired_p_value(second, first)
    assert paired_p_value(first[: better + worse], second[: better + worse]) >= exact
    # Of several seeds, a face counts once, on the side of its mean difference.
    assert exact <= paired_p_value(first / 3, second / 3)


def test_where_many_faces_differ_the_bootstrap_is_believed_alone():
    first, second = np.ones(25, np.bool_), np.zeros(25, np.bool_)
    assert paired_p_value(first, second) == 1 / 10_001 > binomtest(25, 25).pvalue
    assert paired_p_value(first[:24], second[:24]) == 1 / 10_001
    assert paired_p_value(first[:4], second[:4]) == 0.125


def test_networks_that_answer_alike_are_not_parted():
    same = np.array([True, False, True])
    assert paired_p_value(same, same) == 1.0
    assert paired_p_value(same, same[[1, 0, 2]]) == 1.0
    assert paired_p_value(np.empty(0, np.bool_), np.empty(0, np.bool_)) == 1.0


def test_holms_adjustment_is_the_one_computed_by_hand():
    # Sorted 0.01 0.02 0.03 0.04 times 4 3 2 1: 0.04 0.06 0.06 0.04, made not to fall: the last becomes 0.06.
    assert holm({"d": 0.04, "a": 0.01, "c": 0.03, "b": 0.02}) == pytest.approx(
        {"d": 0.06, "a": 0.04, "c": 0.06, "b": 0.06}
    )
    assert holm({"a": 0.6, "b": 0.7}) == {"a": 1.0, "b": 1.0}
    assert holm({"a": 0.2}) == {"a": 0.2}
    assert holm({}) == {}


def test_holm_keeps_the_order_that_was_given():
    assert list(holm({"z": 0.5, "a": 0.001, "m": 0.2})) == ["z", "a", "m"]


def test_one_seed_has_no_spread():
    assert spread([0.6]) is None
    assert spread([0.6, 0.62]) == pytest.approx(0.02 / np.sqrt(2))
