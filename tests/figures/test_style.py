import itertools
import re
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pytest

from mimika.emotions import COLORS, EMOTIONS
from mimika.errors import RunError
from mimika.figures import judging, style
from mimika.figures.labels import spread
from mimika.figures.style import accuracy_window, save, title_of, to_svg
from mimika.figures.training import curves
from mimika.metrics import confusion
from tests.records import make_predictions, make_record

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def table():
    predictions = make_predictions()
    return confusion(predictions.emotions, predictions.probabilities.argmax(axis=1))


@pytest.fixture(scope="module")
def svg():
    return to_svg(curves(make_record("cnn5+batch_norm", accuracy=0.624), "overfits"))


def test_every_emotion_has_the_color_it_was_given():
    assert tuple(COLORS) == EMOTIONS
    assert dict(COLORS) == {
        "angry": "#D55E00",
        "disgust": "#009E73",
        "fear": "#CC79A7",
        "happy": "#E69F00",
        "sad": "#0072B2",
        "surprise": "#56B4E9",
        "neutral": "#7F7F7F",
    }


def test_an_svg_is_one_element_as_wide_as_its_place(svg):
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("width") == "100%"
    assert root.get("viewBox") == "0 0 540 252"
    assert root.get("style", "").startswith("--drawn:540px;width:100%;")
    assert root.get("aria-label", "").startswith("cnn5 + batch norm overfits: best at epoch 6 of 11")
    assert "<?xml" not in svg and "<style" not in svg and "<metadata" not in svg


def test_text_in_an_svg_is_text_in_the_font_of_the_reader(svg):
    texts = [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]
    assert "validation" in texts
    assert "DejaVu" not in svg
    assert svg.count("system-ui") == len(texts)


def test_an_svg_takes_ink_and_paper_from_the_page(svg):
    assert "fill: currentColor" in svg and "stroke: currentColor" in svg
    assert style.INK not in svg and style.PAPER not in svg
    assert "#000000" not in svg
    bars = to_svg(judging.recall_bars(np.diag([1] * 7)))
    assert "stroke: var(--paper, Canvas)" in bars


def test_ids_differ_between_the_pictures_of_one_page(svg, table):
    pictures = [svg, to_svg(judging.confusion(table)), to_svg(judging.confused_pairs(table))]
    ids = [name for picture in pictures for name in re.findall(r'\bid="([^"]*)"', picture)]
    assert ids
    assert len(ids) == len(set(ids))
    for picture in pictures:
        known = set(re.findall(r'\bid="([^"]*)"', picture))
        used = set(re.findall(r"url\(#([^)]+)\)", picture)) | set(re.findall(r'href="#([^"]+)"', picture))
        assert used == known


def test_what_a_mark_stands_for_is_shown_under_the_pointer(table):
    titles = [element.text for element in ET.fromstring(to_svg(judging.confusion(table))).iter(f"{SVG}title")]
    assert len(titles) == 49
    assert titles[
        0
    ] == f"angry taken for angry: {table[0, 0]} of {table[0].sum()} ({table[0, 0] / table[0].sum():.1%})".replace(
        "%", "\u00a0%"
    )


def test_the_same_figure_gives_the_same_files(tmp_path):
    for suffix in ("png", "svg", "pdf"):
        for name in ("one", "two"):
            save(curves(make_record(), "overfits"), tmp_path / f"{name}.{suffix}")
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{name}.{suffix}" for name in ("one", "two") for suffix in ("pdf", "png", "svg")
    ]


def test_a_figure_in_no_known_form_is_refused(tmp_path):
    with pytest.raises(RunError) as refused:
        save(curves(make_record(), "overfits"), tmp_path / "curves.eps")
    assert str(refused.value) == f"{tmp_path / 'curves.eps'}: a figure is written as .svg, .png or .pdf. Name it so."
    assert list(tmp_path.iterdir()) == []


def test_a_pdf_has_letters_and_no_outlines_of_them(tmp_path):
    save(curves(make_record(), "overfits"), tmp_path / "curves.pdf")
    content = (tmp_path / "curves.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/FontFile2" in content


def test_an_svg_file_follows_the_setting_of_its_reader(tmp_path):
    save(curves(make_record(), "overfits"), tmp_path / "curves.svg")
    text = (tmp_path / "curves.svg").read_text(encoding="utf-8")
    assert ET.fromstring(text).get("viewBox") == "0 0 540 252"
    assert "@media(prefers-color-scheme:dark){svg{color:#e6edf3;--paper:#0d1117}}" in text


def test_a_png_has_twice_the_pixels_it_is_shown_at(tmp_path):
    save(curves(make_record(), "overfits"), tmp_path / "curves.png")
    with (tmp_path / "curves.png").open("rb") as file:
        header = file.read(24)
    assert (int.from_bytes(header[16:20]), int.from_bytes(header[20:24])) == (1440, 672)


def test_drawing_leaves_the_settings_of_matplotlib_alone():
    before = dict(matplotlib.rcParams)
    to_svg(curves(make_record(), "overfits"))
    assert dict(matplotlib.rcParams) == before


def test_a_long_title_is_broken_to_the_width_and_read_as_one_line():
    figure, _ = style.new_figure(4, 3)
    style.say(figure, "a title that is so long that it never fits in a single line of four inches")
    assert figure.get_suptitle().count("\n") >= 1
    assert title_of(figure) == "a title that is so long that it never fits in a single line of four inches"


def test_a_collapsed_network_does_not_flatten_the_axis_of_the_others():
    certain = [(accuracy, (accuracy, accuracy)) for accuracy in (0.245, 0.556, 0.629)]
    assert accuracy_window(certain) == pytest.approx((0.531, 0.654))
    assert accuracy_window([(0.98, (0.97, 0.99)), (0.99, (0.98, 1.0))]) == pytest.approx((0.955, 1.0))


def test_an_axis_of_accuracies_has_room_for_the_intervals_of_what_it_shows_alone():
    wide = [(0.63, (0.59, 0.67)), (0.5, (0.46, 0.54)), (0.3, (0.2, 0.4))]
    assert accuracy_window(wide) == pytest.approx((0.455, 0.675))
    assert accuracy_window([(0.63, (0.6, 0.66)), (0.4, (0.3, 0.5)), (0.35, (0.25, 0.45))]) == pytest.approx(
        (0.245, 0.665)
    )


def test_labels_do_not_overlap_and_keep_their_order():
    wishes, sizes = [5.0, 5.1, 5.05, 9.0, 5.2], [1.0, 2.0, 1.0, 1.0, 1.0]
    places = spread(wishes, sizes, low=4.0)
    boxes = sorted((place - size / 2, place + size / 2) for place, size in zip(places, sizes, strict=True))
    assert all(first[1] <= second[0] + 1e-6 for first, second in itertools.pairwise(boxes))
    assert boxes[0][0] >= 4.0
    assert places[0] < places[2] < places[1] < places[4] < places[3]


def test_labels_stay_below_a_ceiling_while_there_is_room():
    places = spread([9.9, 9.8], [1.0, 1.0], high=10.0)
    assert places == [9.5, 8.5]
