"""The rule that was fixed before the first run: who wins, and who is not to be told apart."""

from dataclasses import replace

import numpy as np
import pytest

from mimika.metrics import NO_NOISE, paired_p_value, pairwise_p_values, wilson_interval
from mimika.recipes import named
from mimika.record import Predictions
from mimika.study.choose import Candidate, candidate, first_without_twins, rank
from mimika.study.ledger import Ledger
from tests.study.pretending import FACES, answers, finished

CHECKSUM = "ab" * 32


def network(name, *accuracies, seed=0):
    """A candidate with these accuracies, one a seed; None is that of a run that answers one emotion to everything."""
    predictions = [
        one_answer() if accuracy is None else answers(accuracy, seed + number)
        for number, accuracy in enumerate(accuracies)
    ]
    records = [
        finished(named(name).changed({"seed": 42 + number}), one, CHECKSUM) for number, one in enumerate(predictions)
    ]
    return Candidate(
        recipe=named(name),
        records=tuple(records),
        correct=np.mean([one.correct for one in predictions], axis=0),
        twins=predictions[0].twins,
    )


def one_answer():
    """Predictions of a run that calls every face happy."""
    drawn = answers(1.0)
    probabilities = np.full_like(drawn.probabilities, 0.05)
    probabilities[:, 3] = 0.7
    return Predictions(probabilities=probabilities, emotions=drawn.emotions, twins=drawn.twins)


def test_the_highest_mean_accuracy_wins():
    standings = rank([network("cnn1", 0.5), network("cnn5", 0.6, 0.7), network("cnn3", 0.64, 0.65)])
    assert [one.candidate.name for one in standings] == ["cnn5", "cnn3", "cnn1"]
    assert [one.place for one in standings] == [1, 2, 3]
    assert [one.wins for one in standings] == [True, False, False]


def test_who_comes_first_without_twins_is_tested_on_the_faces_that_are_left():
    first, other = network("cnn3", 0.64), network("cnn5", 0.6)
    ahead = other.records[0].scores.model_copy(update={"validation_accuracy_without_twins": 0.62})
    behind = first.records[0].scores.model_copy(update={"validation_accuracy_without_twins": 0.6})
    other = replace(other, records=(other.records[0].model_copy(update={"scores": ahead}),))
    first = replace(first, records=(first.records[0].model_copy(update={"scores": behind}),))
    standing = first_without_twins([first, other])
    assert standing.candidate is other
    assert standing.p_value == paired_p_value(first.correct[~first.twins], other.correct[~other.twins])
    assert first_without_twins([other, first]) is None


def test_an_exact_tie_goes_to_the_network_with_fewer_parameters_whatever_the_order():
    tied = [network("cnn5", 0.6), network("cnn3", 0.6), network("cnn1", 0.6)]
    order = [one.name for one in sorted(tied, key=lambda one: one.parameters)]
    assert [one.candidate.name for one in rank(tied)] == order
    assert [one.candidate.name for one in rank(tied[::-1])] == order


def test_a_tie_is_exact_whichever_seed_had_the_hits():
    large, small = network("cnn7+skip", 0.1, 0.2, 0.3), network("cnn7", 0.3, 0.2, 0.1)
    assert np.mean(large.accuracies) != np.mean(small.accuracies)  # in the last bit
    assert large.accuracy == small.accuracy
    for pair in ([large, small], [small, large]):
        assert rank(pair)[0].candidate is small


def test_among_equals_in_everything_the_earlier_one_wins():
    first, second = network("cnn5", 0.6), network("cnn5+augmentation", 0.6)
    assert rank([first, second])[0].candidate is first
    assert rank([second, first])[0].candidate is second


def test_each_network_is_tested_against_the_winner_or_the_one_that_is_named():
    winner, near, far = network("cnn5", 0.70), network("cnn3", 0.66, seed=3), network("cnn1", 0.4, seed=5)
    table = pairwise_p_values([one.correct for one in (winner, near, far)], [NO_NOISE] * 3)
    standings = rank([far, winner, near])
    assert [one.p_value for one in standings] == [None, *table[0, 1:]]
    assert [one.ties for one in standings] == [False, True, False]
    against = rank([far, winner, near], near)
    assert [one.candidate for one in against] == [winner, near, far]
    assert [one.p_value for one in against] == [table[0, 1], None, table[1, 2]]
    assert [one.wins for one in against] == [True, False, False]


def test_a_difference_that_only_counts_alone_is_a_tie_among_many():
    winner, second = network("cnn5", 0.70), network("cnn5+skip", 0.625, seed=11)
    alone = paired_p_value(winner.correct, second.correct)
    assert 0.05 / 6 < alone < 0.05
    assert not rank([winner, second])[1].ties
    others = [network(name, 0.64, seed=7 + n) for n, name in enumerate(("cnn1", "cnn3"))]
    standings = {one.candidate.name: one for one in rank([winner, second, *others])}
    assert standings["cnn5+skip"].ties


def test_one_candidate_wins_and_none_make_no_ranking():
    (alone,) = rank([network("cnn5", 0.6)])
    assert alone.wins
    assert not alone.ties
    assert rank([]) == ()


def test_a_candidates_figures_are_means_over_its_seeds():
    one = network("cnn5", 0.60, 0.65)
    assert one.accuracy == pytest.approx(0.625)
    assert one.accuracy == pytest.approx(one.correct.mean())
    assert one.spread == pytest.approx(0.05 / np.sqrt(2))
    assert one.interval == wilson_interval(0.625, FACES)
    assert network("cnn5", 0.6).spread is None


def test_a_network_is_a_candidate_once_all_its_seeds_are_there(tmp_path):
    ledger, recipe = Ledger.open(tmp_path), named("cnn3")
    for seed, accuracy in ((42, 0.6), (43, 0.7)):
        predictions = answers(accuracy, seed)
        ledger.append(finished(recipe.changed({"seed": seed}), predictions, CHECKSUM), predictions)
    found = candidate(recipe, (42, 43), ledger, CHECKSUM)
    assert found is not None
    assert [record.recipe.seed for record in found.records] == [42, 43]
    assert found.accuracy == pytest.approx(0.65)
    assert set(found.correct.tolist()) == {0.0, 0.5, 1.0}
    assert candidate(recipe, (42, 43, 44), ledger, CHECKSUM) is None
    assert candidate(recipe, (42,), ledger, "cd" * 32) is None


def test_networks_that_swing_with_the_seed_are_not_told_apart_by_their_means():
    steady = rank([network("cnn5", 0.60, 0.60), network("cnn3", 0.56, 0.56)])
    swinging = rank([network("cnn5", 0.65, 0.55), network("cnn3", 0.61, 0.51)])
    assert [standing.ties for standing in (steady[1], swinging[1])] == [False, True]


def test_of_equal_networks_few_are_said_to_differ_from_the_winner_that_the_same_faces_chose():
    draw, template, parted = np.random.default_rng(23), network("cnn5", 0.6), 0
    (record,) = template.records
    for _ in range(80):
        equal = []
        for answered in draw.random((7, 1000)) < 0.6:
            scores = record.scores.model_copy(update={"validation_accuracy": answered.mean()})
            run = record.model_copy(update={"scores": scores})
            equal.append(replace(template, records=(run,), correct=answered.astype(float)))
        parted += any(not one.ties for one in rank(equal)[1:])
    assert parted / 80 <= 0.05  # it would be 0.175 if the winner's six comparisons alone were adjusted for


def test_a_network_that_collapses_with_one_seed_makes_no_ties_of_the_others():
    steady = [network("cnn5", 0.70, 0.71, 0.70), network("cnn3", 0.60, 0.61, 0.60), network("cnn1", 0.5, 0.49, 0.5)]
    bimodal = network("cnn7", 0.66, None, 0.66)
    assert [one.collapses for one in (*steady, bimodal)] == [False, False, False, True]
    ties = {one.candidate.name: one.ties for one in rank([*steady, bimodal])}
    assert ties == {"cnn5": False, "cnn3": False, "cnn1": False, "cnn7": True}


def test_a_network_that_always_collapses_does_not_make_the_others_seem_steady():
    swinging = [network("cnn5", 0.70, 0.75, 0.80), network("cnn3", 0.55, 0.60, 0.65, seed=9)]
    collapsed = [network(name, None, None, None) for name in ("cnn7", "cnn7+skip", "cnn7+attention", "cnn1")]
    ties = {one.candidate.name: one.ties for one in rank([*swinging, *collapsed])}
    assert ties["cnn3"]
