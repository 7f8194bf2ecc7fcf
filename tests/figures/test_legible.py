"""Whatever is written in a picture lies on nothing else that is written, and inside: in every picture and language."""

import itertools

import numpy as np
import pytest
from matplotlib.text import Text

from mimika.figures import judging, training
from mimika.figures.cost import cost
from mimika.figures.path import path
from mimika.figures.style import PNG_PIXELS
from mimika.language import ENGLISH, GEORGIAN
from tests.figures import pictures
from tests.figures.test_networks import POINTS
from tests.figures.test_path import REFERENCE_STUDY

MARGIN = 1.0
"""Points (1/72 inch) from the border that stay empty."""


def grid(texts, count):
    names = [*pictures._REACHED, "cnn5+batch_norm+attention+skip", "cnn5+batch_norm+dropout"][:count]
    records = {name: pictures.record(name, accuracy=0.6, best_epoch=11, epochs=11) for name in names}
    return training.curve_grid(records, dict.fromkeys(names, texts.name_of("overfits")), texts)


def pairs():
    """A confusion whose most frequent pairs have the longest names."""
    table = np.full((7, 7), 50) + np.diag([300] * 7)
    table[4, 6], table[6, 4], table[3, 6] = 90, 123, 67
    return table


TOLD = {
    "path": lambda texts: path(REFERENCE_STUDY, texts),
    "cost": lambda texts: cost(POINTS, texts),
    "curve_grid 4": lambda texts: grid(texts, 4),
    "curve_grid 5": lambda texts: grid(texts, 5),
    "curve_grid 7": lambda texts: grid(texts, 7),
    "confusion": lambda texts: judging.confusion(pictures._table(), texts),
    "recall_bars": lambda texts: judging.recall_bars(pictures._table(), texts),
    "reliability": lambda texts: judging.reliability(
        pictures.predictions().probabilities, pictures.predictions().emotions, texts
    ),
    "confused_pairs": lambda texts: judging.confused_pairs(pairs(), texts=texts),
}


def written(figure, monkeypatch):
    """The box of every text that is drawn, in points, by what it says, as a PNG has it."""
    drawn = []
    draw = Text.draw
    with monkeypatch.context() as patch:
        patch.setattr(Text, "draw", lambda text, renderer: (drawn.append(text), draw(text, renderer)))
        figure.set_dpi(PNG_PIXELS)
        figure.draw_without_rendering()
    texts = {text: None for text in drawn if text.get_visible() and text.get_text().strip() and text.get_alpha() != 0}
    return {text: text.get_window_extent() for text in texts}


def check(figure, monkeypatch):
    boxes = written(figure, monkeypatch)
    # The title leaves the note's lines free, so the boxes of these two do overlap.
    heads = {id(text) for text in (*figure.texts, figure._suptitle)}
    overlapping = [
        (one.get_text(), other.get_text())
        for (one, box), (other, beside) in itertools.combinations(boxes.items(), 2)
        if not {id(one), id(other)} <= heads and box.overlaps(beside)
    ]
    assert overlapping == []
    whole = figure.bbox.padded(-MARGIN * PNG_PIXELS / 72)
    outside = [
        text.get_text()
        for text, box in boxes.items()
        if box.x0 < whole.x0 or box.x1 > whole.x1 or box.y0 < whole.y0 or box.y1 > whole.y1
    ]
    assert outside == []


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_every_kind_of_picture_can_be_read(name, monkeypatch):
    check(pictures.PICTURES[name](), monkeypatch)


@pytest.mark.parametrize("texts", [ENGLISH, GEORGIAN], ids=lambda texts: texts.code)
@pytest.mark.parametrize("name", TOLD)
def test_the_pictures_of_the_page_can_be_read_in_each_language(name, texts, monkeypatch):
    check(TOLD[name](texts), monkeypatch)
