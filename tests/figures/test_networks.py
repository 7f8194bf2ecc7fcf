import itertools

import pytest
from matplotlib.patches import FancyArrowPatch

from mimika.figures.cost import CostPoint, cost
from mimika.figures.networks import columns_of, drawing
from mimika.figures.style import title_of, to_svg
from mimika.language import LANGUAGES
from mimika.metrics import wilson_interval
from mimika.models.layers import layers
from mimika.recipe import Architecture, Recipe, ResidualArchitecture
from mimika.recipes import named
from mimika.wording import magnitude


def rows_of(figure):
    """The table below the blocks: title of a row → its cells that are filled."""
    written = sorted((text.get_position()[::-1], text.get_text()) for text in figure.axes[0].texts if text.get_text())
    by_height = {y: [text for _, text in line] for y, line in itertools.groupby(written, key=lambda item: item[0][0])}
    return {texts[0]: texts[1:] for texts in by_height.values()}


def test_a_drawing_gives_sizes_and_parameters_of_every_layer():
    figure = drawing(named("cnn5+batch_norm+dropout+attention+skip"))
    assert title_of(figure) == (
        "cnn5 + batch norm + dropout + attention + skip: 11.29 M parameters, 84 % in linear 1; "
        "93.2 M multiply-adds a face"
    )
    rows = rows_of(figure)
    assert rows["channels, units"] == ["1", "32", "64", "128", "256", "512", "512", "128", "7"]
    assert rows["side"] == ["48", "48 → 24", "24 → 12", "12 → 6", "6", "6"]
    assert rows["weights"][0] == "320"
    assert rows["batch norm"] == ["64", "128", "256", "512", "1.0\u00a0K"]
    assert len(rows["attention"]) == len(rows["skip"]) == 5
    assert rows["dropout"] == ["0.5", "0.5"]


def test_a_drawing_writes_amounts_as_the_tables_do():
    architecture = ResidualArchitecture(stem=40, stages=(72, 144, 336), dropout=0.3)
    costs = sum(layer.multiply_adds for layer in layers(architecture))
    assert magnitude(costs) == "140.5 M"
    recipe = Recipe(architecture=architecture)
    assert title_of(drawing(recipe)).startswith(f"{recipe.fingerprint}: ")
    assert title_of(drawing(recipe)).endswith("; 140.5 M multiply-adds a face")


def test_a_plain_network_has_no_rows_for_what_it_lacks():
    assert set(rows_of(drawing(named("cnn1")))) == {
        "face",
        "channels, units",
        "side",
        "weights",
        "multiply-adds",
    }


@pytest.mark.parametrize("depth", [1, 5, 7])
def test_no_text_of_a_drawing_lies_on_another(depth):
    architecture = Architecture(depth=depth, batch_norm=True, attention=True, skip=True, dropout=0.25, width=0.5)
    figure = drawing(Recipe(name="cnn", architecture=architecture))
    assert sum(layer.kind == "convolution" for layer in layers(architecture)) == depth
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text()]
    assert not [1 for first, second in itertools.combinations(boxes, 2) if first.overlaps(second)]
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)


RESIDUALS = [
    ResidualArchitecture(stem=32, stages=(48, 96, 224), dropout=0.3),
    ResidualArchitecture(stem=24, stages=(40, 80, 128, 192), blocks=2, dropout=0.3),
    ResidualArchitecture(stem=64, stages=(128, 256, 512), blocks=2, kernel=5, attention=False),
]


@pytest.mark.parametrize("architecture", RESIDUALS)
def test_no_text_of_a_residual_drawing_lies_on_another_and_every_block_is_led_around(architecture):
    figure = drawing(Recipe(name="residual", architecture=architecture))
    figure.draw_without_rendering()
    texts = [text for text in figure.axes[0].texts if text.get_text()]
    boxes = [text.get_window_extent() for text in texts]
    assert not [1 for first, second in itertools.combinations(boxes, 2) if first.overlaps(second)]
    arrows = [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == architecture.blocks * len(architecture.stages)


def test_kernels_are_told_where_they_are_not_3_by_3():
    small, large = (
        drawing(Recipe(name="residual", architecture=RESIDUALS[place])).texts[-1].get_text() for place in (0, 2)
    )
    assert small == ""
    assert large == "Kernels: 5×5 in the stem and first in each residual block, 3×3 second."


@pytest.mark.parametrize("architecture", RESIDUALS)
def test_what_is_gathered_in_a_drawing_adds_up(architecture):
    plan = layers(architecture)
    columns = columns_of(plan)
    parts = [layer for column in columns[1:] for layer in (column.main, *column.extras.values())]
    for cost_of in ("parameters", "multiply_adds"):
        assert sum(getattr(part, cost_of) for part in parts) == sum(getattr(layer, cost_of) for layer in plan)


def test_a_deep_residual_network_has_a_column_a_block():
    heads = [column.head for column in columns_of(layers(RESIDUALS[1]))]
    assert heads[:4] == ["face", "stem", "block\n1.1", "block\n1.2"]
    assert heads[-1] == "linear"
    assert [column.head for column in columns_of(layers(RESIDUALS[0]))][2:4] == ["conv 1a", "conv 1b"]


def point(name, accuracy, parameters, multiply_adds, seconds, *, winner=False, ties=False):
    return CostPoint(
        name=name, accuracy=accuracy, interval=wilson_interval(accuracy, 3589), parameters=parameters,
        multiply_adds=multiply_adds, seconds=seconds, winner=winner, ties=ties,
    )  # fmt: skip


POINTS = [
    point("cnn1", 0.516, 9_500_000, 10_000_000, 600),
    point("cnn3", 0.536, 2_500_000, 24_000_000, 900),
    point("cnn5", 0.556, 11_100_000, 84_000_000, 1200),
    point("cnn7", 0.245, 15_800_000, 250_000_000, 1500),
    point("cnn5+dropout", 0.593, 11_100_000, 84_000_000, 2100),
    point("cnn5+batch_norm", 0.624, 11_100_000, 84_500_000, 2400),
    point("cnn5+batch_norm+skip", 0.629, 11_280_000, 93_000_000, 3300, winner=True),
]


def test_every_network_is_a_dot_in_each_panel_and_named_once():
    figure = cost(POINTS)
    assert title_of(figure) == "cnn5 + batch norm + skip reaches 62.9 %; nothing cheaper reaches as much"
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Parameters",
        "Multiply-adds a face",
        "Time to train",
    ]
    assert len({axes.get_ylim() for axes in figure.axes}) == 1
    for axes in figure.axes:
        assert len([line for line in axes.lines if (line.get_gid() or "").startswith("tip: ")]) == len(POINTS)
    names = [" ".join(text.get_text().split()) for text in figure.axes[-1].texts if text.get_text()]
    assert names[0] == "51.6 cnn1" and names[-1] == "62.9 cnn5 + batch norm + skip"
    assert len(names) == len(POINTS)


def test_the_front_joins_what_none_reaches_for_less():
    parameters, multiply_adds, _ = cost(POINTS).axes
    assert list(parameters.lines[0].get_xdata()) == [2_500_000, 11_100_000, 11_280_000]
    assert list(multiply_adds.lines[0].get_xdata()) == [10e6, 24e6, 84e6, 84.5e6, 93e6]


def test_what_lies_below_the_axis_is_a_triangle_at_its_foot_with_its_figure():
    figure = cost(POINTS)
    (triangle,) = [line for line in figure.axes[0].lines if line.get_marker() == "v"]
    assert figure.axes[0].get_ylim()[0] <= triangle.get_ydata()[0] < 0.52
    assert "24.5 cnn7" in [text.get_text() for text in figure.axes[-1].texts]


def test_names_do_not_lie_on_one_another():
    figure = cost([point(f"cnn5+part{n}", 0.6 + n / 10_000, 11_000_000, 90_000_000, 1000 + n) for n in range(11)])
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[-1].texts if text.get_text()]
    assert len(boxes) == 11
    assert not [1 for first, second in itertools.combinations(boxes, 2) if first.overlaps(second)]


@pytest.mark.parametrize(
    ("other", "title"),
    [
        (("cnn3", 0.7, 1, 1, 1), "cnn5 reaches 60.0 %; something cheaper reaches as much, by every measure"),
        (("cnn3", 0.7, 1_000, 9_000, 1), "cnn5 reaches 60.0 %; nothing with fewer multiply-adds reaches as much"),
        (
            ("cnn3", 0.7, 9_000, 1, 9_000),
            "cnn5 reaches 60.0 %; nothing with fewer parameters or less time reaches as much",
        ),
        (
            ("cnn3", 0.7, 5_000, 5_000, 4_900),
            "cnn5 reaches 60.0 %; nothing with fewer parameters or fewer multiply-adds reaches as much",
        ),
        (("cnn3", 0.7, 5_000, 5_000, 5_000), "cnn5 reaches 60.0 %; nothing cheaper reaches as much"),
    ],
)
def test_the_cost_title_says_where_the_winner_is_on_the_front(other, title):
    figure = cost([point("cnn5", 0.6, 5_000, 5_000, 5_000, winner=True), point(*other)])
    assert title_of(figure) == title


@pytest.mark.parametrize(
    ("tie", "title"),
    [
        (("cnn3", 0.59, 5_000, 4_000, 5_000), "cnn5 reaches 60.0 %; cnn3 ties with it for less"),
        (("cnn3", 0.59, 5_000, 5_000, 5_000), "cnn5 reaches 60.0 %; nothing cheaper reaches as much"),
        (
            ("cnn3", 0.59, 9_000, 4_000, 5_000),
            "cnn5 reaches 60.0 %; nothing with fewer parameters or less time reaches as much",
        ),
        (("cnn7", 0.59, 9_000, 9_000, 9_000), "cnn5 reaches 60.0 %; nothing cheaper reaches as much"),
    ],
)
def test_nothing_cheaper_reaches_as_much_is_not_said_beside_a_cheaper_tie(tie, title):
    points = [point("cnn5", 0.6, 5_000, 5_000, 5_000, winner=True), point(*tie, ties=True)]
    assert title_of(cost(points)) == title


def test_of_several_cheaper_ties_the_cheapest_is_named():
    points = [
        point("cnn5+skip", 0.6, 5_000, 5_000, 5_000, winner=True),
        point("cnn5", 0.59, 4_000, 4_000, 4_000, ties=True),
        point("cnn3", 0.58, 3_000, 3_000, 3_000, ties=True),
        point("cnn1", 0.5, 1_000, 1_000, 1_000),
    ]
    assert title_of(cost(points)) == "cnn5 + skip reaches 60.0 %; cnn3 ties with it for less"


def test_ties_that_are_cheaper_each_by_another_measure_beat_nothing():
    points = [
        point("cnn5", 0.6, 5_000, 5_000, 5_000, winner=True),
        point("cnn3", 0.59, 3_000, 3_000, 9_000, ties=True),
        point("cnn7", 0.58, 9_000, 9_000, 3_000, ties=True),
    ]
    assert title_of(cost(points)) == "cnn5 reaches 60.0 %; cnn3 ties with it for less"


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=LANGUAGES)
def test_no_tick_of_the_costs_lies_on_another(texts):
    figure = cost(POINTS, texts)
    figure.draw_without_rendering()
    ticks = [label for axes in figure.axes for label in axes.get_xticklabels()]
    boxes = [label.get_window_extent().padded(2) for label in ticks if label.get_text()]
    assert len(boxes) > 6
    assert not [1 for first, second in itertools.combinations(boxes, 2) if first.overlaps(second)]


@pytest.mark.parametrize("seconds", [12, 18, 1000, 3600, 150_000])
def test_times_that_are_near_each_other_have_a_tick(seconds):
    time = cost([point("cnn5", 0.6, 5_000, 5_000, seconds), point("cnn3", 0.5, 5_000, 5_000, 1.02 * seconds)]).axes[-1]
    left, right = time.get_xlim()
    assert [tick for tick in time.get_xticks() if left <= tick <= right]


def test_a_single_network_can_be_drawn():
    assert to_svg(cost(POINTS[:1])).endswith("</svg>")
