import pytest

from mimika.figures.style import title_of, to_svg
from mimika.figures.training import curve_grid, curves
from tests.records import make_record


def test_curves_say_when_it_was_best_and_how_far_train_is_ahead():
    record = make_record("cnn5+batch_norm", accuracy=0.624, train_accuracy=0.978, best_epoch=6, epochs=11)
    figure = curves(record)
    assert title_of(figure) == "cnn5 + batch norm: best at epoch 6 of 11 with 62.4 %; on train 35.4 points more"
    loss, accuracy = figure.axes
    train, validation = accuracy.lines[:2]
    assert list(train.get_ydata()) == [row.train_accuracy for row in record.epochs]
    assert list(validation.get_ydata()) == [row.validation_accuracy for row in record.epochs]
    assert (train.get_linestyle(), validation.get_linestyle()) == ("--", "-")
    assert [text.get_text() for text in accuracy.texts] == ["62.4\u00a0%", "train", "validation"]
    assert [text.get_text() for text in loss.texts] == ["train", "validation"]
    assert loss.get_ylim()[0] == 0
    assert accuracy.get_xlabel() == loss.get_xlabel() == "epoch"


def test_a_network_that_does_worse_on_train_is_said_to():
    figure = curves(make_record(accuracy=0.5, train_accuracy=0.49))
    assert title_of(figure).endswith("on train 1.0 point less")


def test_a_single_epoch_is_drawn_as_points():
    figure = curves(make_record(best_epoch=1, epochs=1))
    assert title_of(figure) == "cnn5: best at epoch 1 of 1 with 55.6 %; on train 36.9 points more"
    assert [line.get_marker() for line in figure.axes[1].lines[:2]] == [".", "."]
    assert to_svg(figure).endswith("</svg>")


@pytest.mark.parametrize("count", [1, 4, 5, 11])
def test_panels_share_one_scale_and_none_is_missing(count):
    records = {
        f"run {number}": make_record(accuracy=0.3 + 0.02 * number, best_epoch=3 + number, epochs=6 + number)
        for number in range(count)
    }
    figure = curve_grid(records)
    panels = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title(loc="left") for axes in panels] == list(records)
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
    assert title_of(curve_grid(records)) == "cnn5 reaches most, 55.6 %; gaps to train from 36.9 to 44.2 points"
    assert title_of(curve_grid({"cnn5": records["cnn5"]})) == "cnn5 reaches 55.6 %, on train 36.9 points more"
