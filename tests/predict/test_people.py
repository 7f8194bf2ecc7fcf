"""Who is who from frame to frame, on paths that are computed."""

import itertools
import math
import random

import pytest

from mimika.predict.people import People, pairs

SIDE = 60


def box(x, y=100.0, side=SIDE):
    """Around a center."""
    return round(x - side / 2), round(y - side / 2), round(side), round(side)


def follow(paths, rate, seconds, *, seed=0, missed=0.0, jitter=0.03):
    """The numbers each of some people gets: paths give a center's (x, y) at a time, or None.

    Boxes tremble, come in any order, are missed at times, and hide those of later paths that they cover by half.
    """
    rng, people = random.Random(seed), People()
    numbers = [[] for _ in paths]
    for step in range(round(seconds * rate)):
        places = [(which, path(step / rate)) for which, path in enumerate(paths)]
        seen = []
        for which, place in places:
            hidden = any(
                other < which and there and place and math.dist(there, place) < SIDE / 2 for other, there in places
            )
            if place and not hidden and rng.random() >= missed:
                seen.append((which, place))
        rng.shuffle(seen)
        boxes = [
            box(
                x + SIDE * rng.gauss(0, jitter),
                y + SIDE * rng.gauss(0, jitter),
                SIDE * math.exp(rng.gauss(0, jitter)),
            )
            for _, (x, y) in seen
        ]
        for (which, _), number in zip(seen, people.follow(boxes, step / rate), strict=True):
            numbers[which].append(number)
    return [sorted(set(one)) for one in numbers]


def still(x, y=100):
    return lambda _: (x, y)


def moving(start, sides_a_second, y=100):
    return lambda seconds: (start + SIDE * sides_a_second * seconds, y)


def test_people_are_numbered_in_the_order_in_which_they_appear_and_keep_their_numbers():
    people = People()
    assert people.follow([box(100), box(300)], 0.0) == [1, 2]
    assert people.follow([box(303), box(500), box(98)], 0.04) == [2, 3, 1]
    assert people.follow([], 0.08) == []
    assert people.follow([box(100), box(500)], 0.12) == [1, 3]
    assert sorted(people.remembered) == [1, 2, 3]


@pytest.mark.parametrize("rate", [2, 5, 10, 30, 60])
def test_neighbors_who_stay_are_told_apart(rate):
    assert sorted(follow([still(100), still(190)], rate, 4)) == [[1], [2]]
    assert sorted(follow([still(100), still(100, 200)], rate, 4, missed=0.1)) == [[1], [2]]


@pytest.mark.parametrize("rate", [5, 10, 30, 60])
@pytest.mark.parametrize("speed", [0.5, 1, 2, 4])
def test_whoever_crosses_the_picture_keeps_the_number(rate, speed):
    assert follow([moving(50, speed)], rate, 3, missed=0.05) == [[1]]


@pytest.mark.parametrize("rate", [10, 30])
@pytest.mark.parametrize("speed", [0.5, 1, 2])
def test_two_who_cross_keep_their_numbers_nearly_always(rate, speed):
    paths = [moving(100, speed), moving(100 + 6 * SIDE, -speed)]  # the first passes in front of the second
    runs = [follow(paths, rate, 6 / speed, seed=seed, missed=0.05) for seed in range(20)]
    assert sum(sorted(run) == [[1], [2]] for run in runs) >= 19


@pytest.mark.parametrize("rate", [5, 30])
def test_two_who_pass_at_half_a_faces_distance_keep_their_numbers(rate):
    paths = [moving(100, 1), moving(100 + 6 * SIDE, -1, y=100 + 0.6 * SIDE)]
    assert sorted(follow(paths, rate, 6)) == [[1], [2]]


@pytest.mark.parametrize("rate", [5, 10, 30])
def test_whoever_is_missed_for_a_second_while_walking_keeps_the_number(rate):
    walk = moving(50, 1.5)
    assert follow([lambda seconds: None if 1 < seconds < 2 else walk(seconds)], rate, 3) == [[1]]


def test_whoever_comes_nearer_keeps_the_number():
    people = People()
    numbers = [people.follow([box(300, 200, 40 * 1.4 ** (step / 10))], step / 10) for step in range(50)]
    assert numbers == [[1]] * 50


def test_who_has_left_is_forgotten_and_the_number_never_given_again():
    people = People()
    for step in range(10):
        assert people.follow([box(100)], step / 10) == [1]
    for step in range(10, 31):
        people.follow([], step / 10)
    assert list(people.remembered) == []
    assert people.follow([box(100)], 3.1) == [2]


def test_how_long_people_are_remembered_can_be_chosen():
    people = People(forget_seconds=10)
    people.follow([box(100)], 0)
    for second in range(1, 10):
        people.follow([], second)
    assert people.follow([box(102)], 9.5) == [1]


@pytest.mark.parametrize("apart", [1, 5, 60, 600])
def test_looks_far_apart_do_not_make_new_people_of_those_who_stay(apart):
    people = People()
    for look in range(5):
        assert people.follow([box(100 + 5 * look), box(400)], look * apart) == [1, 2]
    assert people.follow([box(400)], 5 * apart) == [2]  # missed once
    assert people.follow([box(120), box(400)], 6 * apart) == [1, 2]


def test_whoever_appears_far_away_or_in_another_size_is_somebody_else():
    people = People()
    assert people.follow([box(100)], 0.0) == [1]
    assert people.follow([box(100 + 4 * SIDE)], 0.1) == [2]
    assert people.follow([box(100, side=3 * SIDE)], 0.2) == [3]


def test_the_same_happens_at_any_size_of_the_picture():
    def numbers(scale):
        people = People()
        return [
            people.follow(
                [box(scale * (100 + 4 * step), side=scale * 60), box(scale * (500 - 9 * step), side=scale * 50)],
                step / 10,
            )
            for step in range(50)
        ]

    assert numbers(1) == numbers(4)


def test_memory_ends_with_the_people_who_are_remembered():
    people = People()
    for look in range(500):
        people.follow([box(1000 * (look % 7))], look)
    assert len(people.remembered) <= 5


def test_pairs_are_the_best_that_there_are():
    rng = random.Random(0)
    for _ in range(400):
        rows, columns = rng.randint(1, 4), rng.randint(1, 4)
        gains = [[rng.choice((rng.uniform(-3, 5), 2.0, -1e9)) for _ in range(columns)] for _ in range(rows)]
        found = pairs(gains)
        assert len({row for row, _ in found}) == len({column for _, column in found}) == len(found)
        assert all(gains[row][column] > 0 for row, column in found)
        larger = max(rows, columns)
        best = max(
            sum(max(gains[row][order[row]], 0) for row in range(rows) if order[row] < columns)
            for order in itertools.permutations(range(larger))
        )
        assert sum(gains[row][column] for row, column in found) == pytest.approx(best)


def test_nothing_is_paired_where_there_is_nothing():
    assert pairs([]) == pairs([[], []]) == []
