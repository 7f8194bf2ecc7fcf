import math

import pytest

from mimika.figures.gradients import gradients
from mimika.figures.style import title_of
from tests.records import make_record


def with_norms(**norms):
    return make_record().model_copy(update={"gradient_norms": norms})


@pytest.mark.parametrize(
    ("norms", "told"),
    [
        ((0.9, 0.3), "the gradient at block1 is 3 times that at linear3"),
        ((1e-9, 0.1), "the gradient at block1 is 1.0 × 10⁻⁸ times that at linear3"),
        ((0.0, 0.0), "no gradient arrives at any layer"),
        ((0.1, 0.0), "no gradient at linear3"),
        ((math.nan, 0.1), "its gradients are not finite"),
    ],
)
def test_it_is_headed_with_how_much_arrives_next_to_the_face(norms, told):
    assert title_of(gradients(with_norms(block1=norms[0], linear3=norms[1]))) == f"cnn5: {told}"


def test_every_epoch_and_every_layer_is_drawn():
    record = make_record(epochs=9)
    norm, layers, rate = (gradients(record).axes[place] for place in range(3))
    assert list(norm.lines[0].get_ydata()) == [row.gradient_norm for row in record.epochs]
    assert list(rate.lines[0].get_ydata()) == [1e-3] * 9
    dots = [line for line in layers.lines if line.get_marker() == "o"]
    assert [dot.get_xdata()[0] for dot in dots] == list(record.gradient_norms.values())
    assert [label.get_text() for label in layers.get_yticklabels()] == [f"convolution {n}" for n in range(1, 6)]


def test_a_norm_that_a_log_scale_has_no_place_for_is_written():
    layers = gradients(with_norms(block1=0.0, block2=math.nan, linear3=0.2)).axes[1]
    assert [text.get_text() for text in layers.texts] == ["0", "not finite"]
    assert layers.get_xlim()[0] < 0.2 < layers.get_xlim()[1]
