import itertools

import pytest

from mimika.figures.path import path
from mimika.figures.path_layout import PathPoint, PathStage, leader
from mimika.figures.style import title_of, to_svg
from mimika.metrics import wilson_interval
from tests.figures import pictures


def point(name, accuracy, winner=False, reference=None):
    return PathPoint(
        name=name,
        accuracy=accuracy,
        interval=wilson_interval(accuracy, 3589),
        winner=winner,
        reference=reference,
    )


REFERENCE_STUDY = [
    PathStage(
        title="depth",
        points=(point("cnn1", 0.516), point("cnn3", 0.536), point("cnn5", 0.556, winner=True), point("cnn7", 0.245)),
    ),
    PathStage(
        title="regularization",
        base="cnn5",
        points=(
            point("cnn5+augmentation", 0.324),
            point("cnn5+dropout", 0.593),
            point("cnn5+batch_norm", 0.624, winner=True),
            point("cnn5+batch_norm+dropout", 0.614),
        ),
    ),
    PathStage(
        title="architecture",
        base="cnn5+batch_norm",
        points=(
            point("cnn5+batch_norm", 0.624),
            point("cnn5+batch_norm+attention", 0.623),
            point("cnn5+batch_norm+skip", 0.629, winner=True),
            point("cnn5+batch_norm+attention+skip", 0.619),
        ),
    ),
]


OURS = [
    PathStage(
        title="depth",
        points=(
            point("cnn1", 0.5, reference=0.516),
            point("cnn3", 0.581, winner=True, reference=0.536),
            point("cnn5", 0.576, reference=0.556),
            point("cnn7", 0.572, reference=0.245),
        ),
        reference="cnn5",
    ),
    PathStage(
        title="regularization",
        base="cnn5",
        points=(
            point("cnn5", 0.576, reference=0.556),
            point("cnn5+dropout", 0.578, reference=0.593),
            point("cnn5+batch_norm", 0.615, winner=True, reference=0.624),
            point("cnn5+batch_norm+dropout", 0.608, reference=0.614),
            point("cnn5+augmentation", 0.612, reference=0.324),
        ),
        reference="cnn5+batch_norm",
    ),
    PathStage(
        title="architecture",
        base="cnn5+batch_norm",
        points=(
            point("cnn5+batch_norm", 0.615, reference=0.624),
            point("cnn5+batch_norm+attention", 0.62, winner=True, reference=0.645),
            point("cnn5+batch_norm+skip", 0.607, reference=0.629),
        ),
        reference="cnn5+batch_norm+skip",
    ),
]
"""A study beside the reference, whose figure for the winner lies above all intervals."""


def texts_of(figure):
    return [" ".join(text.get_text().split()) for text in figure.axes[0].texts]


def lines_of(figure):
    return [line for line in figure.axes[0].lines if line.get_linewidth() == 2.6]


def dots_of(figure):
    return [line for line in figure.axes[0].lines if (line.get_gid() or "").startswith("tip: ")]


def test_the_winners_are_joined_and_their_figures_are_the_title():
    figure = path(REFERENCE_STUDY)
    assert title_of(figure) == "55.6 → 62.4 → 62.9 %: cnn5 + batch norm + skip"
    assert [list(line.get_ydata()) for line in lines_of(figure)] == [[0.556, 0.624], [0.624, 0.629]]
    assert {"55.6 %", "62.4 %", "62.9 %"} < set(texts_of(figure))
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == [
        "Depth",
        "Regularization",
        "Architecture",
    ]


def test_a_line_starts_where_the_stage_does_even_if_another_network_won_before():
    stages = [
        PathStage(title="depth", points=(point("cnn3", 0.581, winner=True), point("cnn5", 0.576))),
        PathStage(
            title="regularization",
            base="cnn5",
            points=(point("cnn5", 0.576), point("cnn5+batch_norm", 0.615, True), point("cnn5+dropout", 0.578)),
        ),
        PathStage(title="other", base="large", points=(point("large", 0.6), point("large+skip", 0.63, winner=True))),
    ]
    figure = path(stages)
    assert title_of(figure) == "58.1 → 61.5 → 63.0 %: large + skip"
    assert [list(line.get_ydata()) for line in lines_of(figure)] == [[0.576, 0.615], [0.6, 0.63]]
    places = {dot.get_gid().split()[1]: dot.get_xdata()[0] for dot in reversed(dots_of(figure))}
    assert [line.get_xdata()[0] for line in lines_of(figure)] == [places["cnn5:"], places["large:"]]
    assert {"cnn3", "57.6 cnn5", "cnn5 + batch norm", "57.8 +dropout", "60.0 large"} < set(texts_of(figure))


def test_every_network_is_a_dot_with_a_label_by_what_it_adds():
    figure = path(REFERENCE_STUDY)
    assert len(dots_of(figure)) == 12
    assert {
        "cnn5", "+batch norm", "+skip",
        "53.6 cnn3", "24.5 cnn7", "59.3 +dropout", "61.4 +batch norm +dropout",
        "62.4 as before", "62.3 +attention", "61.9 +attention +skip",
    } < set(texts_of(figure))  # fmt: skip


def test_a_network_far_below_is_a_triangle_at_the_foot():
    figure = path(REFERENCE_STUDY)
    triangles = [line for line in dots_of(figure) if line.get_marker() == "v"]
    assert [line.get_gid().split(" (")[0] for line in triangles] == [
        "tip: cnn7: 24.5\u00a0%",
        "tip: cnn5+augmentation: 32.4\u00a0%",
    ]
    assert figure.axes[0].get_ylim()[0] > 0.4


def test_what_lies_below_the_axis_is_written_in_order_with_the_other_studys_figures():
    points = (
        point("cnn1", 0.40, reference=0.516),
        point("cnn3", 0.71, winner=True, reference=0.536),
        point("cnn5", 0.69, reference=0.556),
        point("cnn7", 0.41, reference=0.245),
    )
    figure = path([PathStage(title="depth", points=points)])
    heights = {text.get_text().replace("\u00a0", " "): text.get_position()[1] for text in figure.axes[0].texts}
    low = figure.axes[0].get_ylim()[0]
    assert low > 0.41
    assert heights["▽ 24.5"] < heights["40.0 cnn1"] < heights["41.0 cnn7"] < heights["69.0 cnn5"]
    assert not any(text.startswith("▽") and text != "▽ 24.5" for text in heights)


def test_another_study_stands_beside_ours_in_diamonds():
    stages = [
        PathStage(
            title="depth",
            points=(point("cnn3", 0.58, True, 0.536), point("cnn5", 0.577, reference=0.556)),
            reference="cnn5",
        ),
        PathStage(
            title="rest",
            base="cnn5",
            points=(point("cnn5+skip", 0.6, True, 0.59), point("cnn5+dropout", 0.59, reference=0.6)),
            reference="cnn5+dropout",
        ),
    ]
    figure = path(stages)
    diamonds = [line for line in dots_of(figure) if line.get_marker() == "D"]
    assert [line.get_ydata()[0] for line in diamonds] == [0.536, 0.556, 0.59, 0.6]
    (dotted,) = [line for line in figure.axes[0].lines if line.get_linestyle() == ":"]
    assert list(dotted.get_ydata()) == [0.556, 0.6], "the winners of the reference, not its figures of ours"
    assert list(dotted.get_xdata()) == [diamonds[1].get_xdata()[0], diamonds[3].get_xdata()[0]]
    assert figure.texts[-1].get_text().replace("\n", " ") == (
        "Dots: networks on validation, with 95\u00a0% intervals. Line: from a stage's base to its winner. "
        "Diamonds: the reference study. Dotted: the reference's winners."
    )


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_no_name_lies_on_another_or_outside_of_the_picture(stages):
    figure = path(REFERENCE_STUDY[:stages])
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    # Lines of type touch by their leading; two points of overlap are still apart to the eye.
    inner = [box.padded(-1.5 * figure.dpi / 72) for box in boxes]
    assert not [1 for first, second in itertools.combinations(inner, 2) if first.overlaps(second)]
    assert all(box.x1 <= figure.bbox.x1 + 1 and box.y1 <= figure.axes[0].bbox.y1 + 3 for box in boxes)


@pytest.mark.parametrize("figure", [path(REFERENCE_STUDY), path(OURS)], ids=["reference", "ours"])
def test_no_name_lies_on_a_dot_an_interval_or_the_edge_of_a_column(figure):
    figure.draw_without_rendering()
    dots = [line.get_window_extent() for line in dots_of(figure)]
    bars = [line.get_window_extent() for line in figure.axes[0].lines if line.get_linewidth() == 2.4]
    edges = [line.get_window_extent() for line in figure.axes[0].lines if list(line.get_ydata()) == [0, 1]]
    assert (len(dots) >= 12, len(bars) >= 9, len(edges)) == (True, True, 2)
    boxes = {text.get_text(): text.get_window_extent() for text in figure.axes[0].texts}
    assert [name for name, box in boxes.items() for other in (*dots, *bars, *edges) if box.overlaps(other)] == []


def test_diamonds_lie_above_dots():
    dots = dots_of(path(OURS))
    diamonds, networks = ([dot.get_zorder() for dot in dots if dot.get_marker() == mark] for mark in "Do")
    assert min(diamonds) > max(networks)


def test_a_line_to_a_name_stays_level_and_bends_around_another_dot():
    assert leader((0, 50), (40, 30), [(0, 50), (10, 60), (20, 40)]) == [50, 50, 30]
    assert leader((0, 50), (40, 30), [(0, 50), (20, 51)]) == [50, 40, 30]
    assert leader((0, 50), (40, 60), [(0, 50)], floor=53) == [50, 54, 60]
    assert leader((0, 50), (40, 90), [(0, 50)], floor=70) == [50, 70, 90]


def test_the_intervals_of_all_dots_are_within_the_axis():
    figure = pictures.PICTURES["path"]()  # of 700 faces
    low, high = figure.axes[0].get_ylim()
    bars = [line.get_ydata() for line in figure.axes[0].lines if line.get_linewidth() == 2.4]
    assert len(bars) == 6
    assert low < min(map(min, bars)) and max(map(max, bars)) < high


def test_a_better_network_that_did_not_win_is_named_below_the_line_too():
    figure = path(
        [
            PathStage(title="depth", points=(point("cnn5", 0.62, winner=True), point("cnn7", 0.623))),
            PathStage(
                title="rest",
                base="cnn5",
                points=(point("cnn5+skip", 0.61, winner=True), point("cnn5+dropout", 0.625)),
            ),
        ]
    )
    heights = {" ".join(text.get_text().split()): text.get_position()[1] for text in figure.axes[0].texts}
    assert heights["62.3 cnn7"] < 0.62
    assert heights["62.5 +dropout"] < 0.61
    assert heights["62.0 %"] > heights["cnn5"] > 0.623


def test_a_study_under_way_says_so():
    undecided = PathStage(title="depth", points=(point("cnn1", 0.5), point("cnn3", 0.52)))
    assert title_of(path([undecided])) == "No stage has a winner yet"
    assert title_of(path(REFERENCE_STUDY[:1])) == "cnn5 wins depth with 55.6 %"
    assert to_svg(path([undecided])).endswith("</svg>")
