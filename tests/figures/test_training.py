from itertools import pairwise

import pytest
from matplotlib.colors import to_rgba
from matplotlib.text import Text

from mimika.figures.style import PAPER, SMALL_SIZE, title_of, to_svg
from mimika.figures.training import curve_grid, curves, seeds
from mimika.recipe import Augmentation, Recipe, ResidualArchitecture
from tests.records import make_record


def note_of(figure):
    return " ".join(figure.texts[-1].get_text().split())


def test_curves_say_when_it_was_best_and_how_far_train_is_ahead():
    record = make_record("cnn5+batch_norm", accuracy=0.624, train_accuracy=0.978, best_epoch=6, epochs=11)
    figure = curves(record, "overfits")
    assert (
        title_of(figure) == "cnn5 + batch norm overfits: best at epoch 6 of 11 with 62.4 %; on train 35.4 points more"
    )
    loss, accuracy = figure.axes
    train, validation = accuracy.lines[:2]
    assert list(train.get_ydata()) == [row.train_accuracy for row in record.epochs]
    assert list(validation.get_ydata()) == [row.validation_accuracy for row in record.epochs]
    assert (train.get_linestyle(), validation.get_linestyle()) == ("--", "-")
    assert [text.get_text() for text in accuracy.texts] == ["62.4\u00a0%", "train", "validation"]
    assert [text.get_text() for text in loss.texts] == ["train", "validation"]
    assert loss.get_ylim()[0] == 0
    assert accuracy.get_xlabel() == loss.get_xlabel() == "epoch"


def test_the_names_of_lines_that_end_together_lie_apart():
    figure = curves(make_record(accuracy=0.6, train_accuracy=0.601, best_epoch=11), "fits")
    figure.draw_without_rendering()
    for panel in figure.axes:
        train, validation = (box.y0 + box.height / 2 for box in map(Text.get_window_extent, panel.texts[-2:]))
        assert abs(train - validation) > 1.35 * SMALL_SIZE * figure.dpi / 72


def test_lines_pass_behind_the_accuracy():
    (reached, *_) = curves(make_record(), "fits").axes[1].texts
    assert reached.get_bbox_patch().get_facecolor() == to_rgba(PAPER)


def test_the_epochs_after_which_faces_grow_are_marked_as_far_as_the_run_went():
    sizes = ((32, 0.4), (40, 0.3), (48, 0.3))
    recipe = Recipe(name="small", architecture=ResidualArchitecture(stem=8, stages=(8, 16)), sizes=sizes, epochs=14)
    sides = [recipe.side_at(epoch) for epoch in range(14)]
    grown = [(epoch + 0.5, f"{sides[epoch]} px") for epoch in range(1, 14) if sides[epoch] != sides[epoch - 1]]
    for epochs, marks in ((14, grown), (8, grown[:1]), (6, [])):
        figure = curves(make_record(epochs=epochs).model_copy(update={"recipe": recipe}), "fits")
        for panel in figure.axes:
            assert [(text.xy[0], text.get_text()) for text in panel.texts if "px" in text.get_text()] == marks
        assert ("Upright lines: the faces grow, from 32 px." in note_of(figure)) is bool(marks)


@pytest.mark.parametrize("epochs", [2, 3, 4])
def test_of_a_short_run_only_the_sizes_are_marked_that_were_trained_at(epochs):
    sizes = ((32, 0.5), (40, 0.4), (48, 0.1))
    recipe = Recipe(name="a", architecture=ResidualArchitecture(stem=8, stages=(8, 16)), sizes=sizes, epochs=epochs)
    sides = [recipe.side_at(epoch) for epoch in range(epochs)]
    grown = [f"{after} px" for before, after in pairwise(sides) if before != after]
    figure = curves(make_record().model_copy(update={"recipe": recipe}), "fits")
    for panel in figure.axes:
        assert [text.get_text() for text in panel.texts if "px" in text.get_text()] == grown


def test_a_network_that_does_worse_on_train_is_said_to():
    figure = curves(make_record(accuracy=0.5, train_accuracy=0.49), "underfits")
    assert title_of(figure).endswith("on train 1.0 point less")


def test_a_single_epoch_is_drawn_as_points():
    figure = curves(make_record(best_epoch=1, epochs=1), "overfits")
    assert title_of(figure) == "cnn5 overfits: best at epoch 1 of 1 with 55.6 %; on train 36.9 points more"
    assert [line.get_marker() for line in figure.axes[1].lines[:2]] == [".", "."]
    assert to_svg(figure).endswith("</svg>")


@pytest.mark.parametrize("count", [1, 4, 5, 11])
def test_panels_share_one_scale_and_none_is_missing(count):
    records = {
        f"run {number}": make_record(accuracy=0.3 + 0.02 * number, best_epoch=3 + number, epochs=6 + number)
        for number in range(count)
    }
    figure = curve_grid(records, dict.fromkeys(records, "fits"))
    panels = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title(loc="left") for axes in panels] == [f"{name}: fits" for name in records]
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in panels}) == 1
    low, high = panels[0].get_ylim()
    assert high == 1.0
    assert low <= min(row.validation_accuracy for record in records.values() for row in record.epochs)
    assert panels[0].get_xlim()[1] == 5 + count + 0.5


def test_a_grid_is_headed_with_the_best_and_the_range_of_gaps():
    records = {
        "cnn3": make_record("cnn3", accuracy=0.536, train_accuracy=0.978),
        "cnn5": make_record("cnn5", accuracy=0.556, train_accuracy=0.925),
    }
    assert (
        title_of(curve_grid(records, dict.fromkeys(records, "fits")))
        == "cnn5 reaches most, 55.6 %; gaps to train from 36.9 to 44.2 points"
    )
    assert (
        title_of(curve_grid({"cnn5": records["cnn5"]}, {"cnn5": "overfits"}))
        == "cnn5 reaches 55.6 %, on train 36.9 points more"
    )


def test_a_grid_of_networks_with_several_seeds_is_headed_with_their_means():
    records = {
        "cnn3": make_record("cnn3", accuracy=0.57, train_accuracy=0.9),
        "cnn5": make_record("cnn5", accuracy=0.55, train_accuracy=0.925),
    }
    means = {"cnn5": (0.556, 0.36), "cnn3": (0.54, 0.33)}
    figure = curve_grid(records, dict.fromkeys(records, "overfits"), means=means)
    assert title_of(figure) == "cnn5 reaches most, 55.6 %; gaps to train from 33.0 to 36.0 points"


def test_the_verdict_heads_each_panel():
    records = {name: make_record(name, accuracy=0.5) for name in ("cnn3", "cnn5")}
    panels = curve_grid(records, {"cnn3": "overfits", "cnn5": "underfits"}).axes
    assert [panel.get_title(loc="left") for panel in panels] == ["cnn3: overfits", "cnn5: underfits"]


def test_the_lowest_panel_of_each_column_has_the_epochs():
    records = {f"run {number}": make_record() for number in range(5)}
    panels = curve_grid(records, dict.fromkeys(records, "fits")).axes
    assert [panel.get_xlabel() for panel in panels[:5]] == ["", "", "epoch", "epoch", "epoch"]
    ticked = [any(label.get_visible() for label in panel.get_xticklabels()) for panel in panels[:5]]
    assert ticked == [False, False, True, True, True]


def test_a_dot_at_the_last_epoch_is_whole():
    record = make_record(best_epoch=11, epochs=11)
    drawn = [*curves(record, "fits").axes, *curve_grid({"cnn5": record}, {"cnn5": "fits"}).axes]
    dots = [line for panel in drawn for line in panel.lines if line.get_marker() == "o"]
    assert len(dots) == 5
    assert not any(dot.get_clip_on() for dot in dots)


def test_overfitting_is_shaded_from_the_lowest_validation_loss_on():
    record = make_record(best_epoch=6, epochs=11)
    loss = curves(record, "overfits").axes[0]
    (shade,) = [area for area in loss.collections if area.get_gid() == "overfitting"]
    losses = [row.validation_loss for row in record.epochs]
    across = shade.get_paths()[0].vertices[:, 0]
    assert (across.min(), across.max()) == (losses.index(min(losses)) + 1, 11)


def seeded(name, *accuracies):
    return [make_record(name, accuracy, seed=42 + n, epochs=8 + n) for n, accuracy in enumerate(accuracies)]


def test_seeds_are_laid_on_one_another_with_their_mean_as_far_as_all_go():
    figure = seeds({"cnn3": seeded("cnn3", 0.50, 0.51, 0.52), "cnn5": seeded("cnn5", 0.50, 0.54)})
    assert title_of(figure) == "Seeds alone move cnn5 by 4.0 points, cnn3 by 2.0 points"
    panel = figure.axes[0]
    assert panel.texts[-1].get_text() == "51.0\u00a0% ± 1.0, n = 3"
    lengths = [len(line.get_xdata()) for line in panel.lines]
    assert sorted(lengths) == sorted([8, 9, 10, 8] * 2 + [1, 1, 1])
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes}) == 1


def test_seeds_of_other_machines_or_code_do_not_move_alone():
    first, second = seeded("cnn5", 0.50, 0.54)
    newer = second.model_copy(update={"machine": second.machine.model_copy(update={"commit": "0123456789ab"})})
    figure = seeds({"cnn3": seeded("cnn3", 0.50, 0.51), "cnn5": [first, newer]})
    assert title_of(figure) == "Seeds, with other machines or code, move cnn5 by 4.0 points, cnn3 by 1.0 point"


@pytest.mark.parametrize(
    ("changes", "dashed", "ring", "shaded"),
    [
        ({}, "train as it ran.", "with the kept weights.", True),
        ({"architecture.dropout": 0.5}, "train as it ran, with dropout.", "kept weights, without it.", True),
        (
            {"architecture.dropout": 0.5, "augmentation": Augmentation(), "label_smoothing": 0.1},
            "train as it ran, augmented and with dropout.",
            "kept weights, without either.",
            False,
        ),
        ({"mixup": 0.2}, "train as it ran.", "with the kept weights.", False),
    ],
)
def test_the_note_tells_what_the_recipe_has_and_losses_that_cannot_be_compared_are_not(changes, dashed, ring, shaded):
    figure = curves(make_record(best_epoch=6, epochs=11, changes=changes), "overfits")
    note = note_of(figure)
    assert f"Dashed: {dashed}" in note
    assert note.endswith(ring)
    assert ("compare directions, not heights" in note) is not shaded
    assert any(area.get_gid() == "overfitting" for area in figure.axes[0].collections) is shaded


def test_a_name_with_dollar_signs_is_no_formula():
    for name in ("a$b$c", "a$x^2^3$"):
        figure = curves(make_record(changes={"name": name}), "overfits")
        assert title_of(figure).startswith(f"{name} overfits")
        to_svg(figure)


def test_the_seeds_of_one_network_are_told_with_their_spread():
    assert (
        title_of(seeds({"cnn5": seeded("cnn5", 0.5, 0.54)})) == "Two seeds of cnn5 end 4.0 points apart: 52.0 % ± 2.8"
    )


def test_networks_that_seeds_move_alike_are_told_so():
    runs = {name: seeded(name, 0.5, 0.5) for name in ("cnn3", "cnn5")}
    assert title_of(seeds(runs)) == "Seeds alone move each network by 0.0 points"
