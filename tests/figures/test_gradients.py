import math

import pytest

from mimika.figures.gradients import gradients
from mimika.figures.style import title_of
from tests.records import make_record


def with_norms(norms):
    return make_record().model_copy(update={"gradient_norms": norms})


@pytest.mark.parametrize(
    ("norms", "told"),
    [
        ((0.9, 0.3), "the gradient at convolution 1 is 3 times that at linear 3"),
        ((1e-9, 0.1), "the gradient at convolution 1 is 1.0 × 10⁻⁸ times that at linear 3"),
        ((0.0, 0.0), "no gradient arrives at any layer"),
        ((0.1, 0.0), "no gradient at linear 3"),
        ((math.nan, 0.1), "its gradients are not finite"),
    ],
)
def test_it_is_headed_with_how_much_arrives_next_to_the_face(norms, told):
    figure = gradients(with_norms({"block1.convolution": norms[0], "linear3": norms[1]}))
    assert title_of(figure) == f"cnn5: {told}"


def test_every_epoch_and_every_layer_is_drawn():
    record = make_record(epochs=9)
    norm, layers, rate = (gradients(record).axes[place] for place in range(3))
    assert list(norm.lines[0].get_ydata()) == [row.gradient_norm for row in record.epochs]
    assert list(rate.lines[0].get_ydata()) == [1e-3] * 9
    dots = [line for line in layers.lines if line.get_marker() == "o"]
    assert [dot.get_xdata()[0] for dot in dots] == list(record.gradient_norms.values())
    names = [*(f"convolution {n}" for n in range(1, 6)), *(f"linear {n}" for n in range(1, 4))]
    assert [label.get_text() for label in layers.get_yticklabels()] == names


def test_the_two_weights_of_an_attention_are_one_layer():
    norms = {"block1.convolution": 1.0, "block1.attention.squeeze": 3.0, "block1.attention.excite": 4.0, "linear3": 2.0}
    layers = gradients(with_norms(norms)).axes[1]
    assert [label.get_text() for label in layers.get_yticklabels()] == ["convolution 1", "attention 1", "linear 3"]
    assert [dot.get_xdata()[0] for dot in layers.lines if dot.get_marker() == "o"] == [1.0, 5.0, 2.0]


def test_a_norm_that_a_log_scale_has_no_place_for_is_written():
    layers = gradients(with_norms({"block1.convolution": 0.0, "block2.convolution": math.nan, "linear3": 0.2})).axes[1]
    assert [text.get_text() for text in layers.texts] == ["0", "not finite"]
    assert layers.get_xlim()[0] < 0.2 < layers.get_xlim()[1]
