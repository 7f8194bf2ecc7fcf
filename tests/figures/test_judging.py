import numpy as np
import pytest

from mimika.emotions import COLORS, EMOTIONS
from mimika.figures.judging import confused_pairs, confusion, recall_bars, reliability
from mimika.figures.mistakes import mistakes
from mimika.figures.style import PNG_PIXELS, title_of, to_svg
from mimika.metrics import calibration_error, recall
from mimika.report.judgement import calibration, emotions
from tests.records import make_predictions, make_record


@pytest.fixture
def table():
    table = np.diag([100, 20, 100, 200, 100, 100, 100])
    table[2, 4], table[4, 2], table[0, 1] = 60, 30, 10
    return table


def sure_of(answers, sureness):
    """Probabilities (n, 7) that answer `answers` with `sureness`."""
    rows = np.repeat((1 - np.asarray(sureness, float))[:, None] / 6, 7, axis=1)
    rows[np.arange(len(answers)), answers] = sureness
    return rows


def test_confusion_writes_every_share_and_count_and_heads_with_the_largest_share(table):
    figure = confusion(table)
    assert title_of(figure) == "37.5 % of the 160 fear faces are taken for sad"
    (axes,) = figure.axes
    counts = [text.get_text() for text in axes.texts if text.get_text().isdecimal()]
    assert counts == [str(count) for count in table.ravel()]
    shares = [text.get_text().replace("\u00a0", " ") for text in axes.texts if "%" in text.get_text()]
    assert len(shares) == 49 and shares[:2] == ["91 %", "9 %"]
    assert [label.get_text() for label in axes.get_xticklabels()] == list(EMOTIONS)
    assert axes.get_yticklabels()[2].get_text() == "fear\n160"


def test_confusion_heads_with_no_emotion_of_few_faces(table):
    table[1, 3] = 9  # of 29
    assert title_of(confusion(table)) == "37.5 % of the 160 fear faces are taken for sad"
    table[1, 3] = 20  # of 40
    assert title_of(confusion(table)) == "50.0 % of the 40 disgust faces are taken for happy"
    few = "Too few faces to say which emotion is taken for which: fewer than 30 of each"
    assert title_of(confusion(table // 10)) == few
    table = np.diag([100, 20, 100, 200, 100, 100, 100])
    table[1, 3] = 9
    assert title_of(confusion(table)) == "Only emotions with fewer than 30 faces are taken for others"


def test_confusion_knows_a_perfect_network():
    assert title_of(confusion(np.diag([1] * 7))) == "No emotion is taken for another"


def test_confusion_colors_shares_and_never_so_deep_that_ink_drowns(table):
    cells = confusion(np.diag([5] * 7)).axes[0].patches
    assert max(cell.get_facecolor()[3] for cell in cells) == pytest.approx(0.75)
    assert min(cell.get_facecolor()[3] for cell in confusion(table).axes[0].patches) == 0


def test_recall_bars_have_the_colors_of_the_emotions_and_say_both_figures():
    table = np.diag([50, 40, 35, 84, 50, 78, 60])
    table[:, 4] += 100 - table.sum(axis=1)
    figure = recall_bars(table)
    assert title_of(figure) == "Sad is found best, 100.0 % of 100; fear worst, 35.0 % of 100"
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([0.5, 0.4, 0.35, 0.84, 1.0, 0.78, 0.6])
    written = [text.get_text().replace("\u00a0", " ") for text in axes.texts]
    assert written[:4] == ["50.0 %", "100.0 %", "40.0 %", "100.0 %"]
    assert written[8:10] == ["100.0 %", "28.3 %"]
    svg = to_svg(figure)
    assert all(color.lower() in svg for color in COLORS.values())


def test_recall_is_headed_with_no_emotion_of_few_faces(table):
    table[0, 0], table[0, 1] = 90, 20
    assert title_of(recall_bars(table)).endswith("; fear worst, 62.5 % of 160")
    table[1] = [20, 9, 0, 0, 0, 0, 0]  # 29
    assert title_of(recall_bars(table)).endswith("; fear worst, 62.5 % of 160")
    table[1, 0] = 21
    assert title_of(recall_bars(table)).endswith("; disgust worst, 30.0 % of 30")


def test_of_emotions_that_are_found_alike_picture_and_sentence_name_the_same():
    table = np.diag([40, 40, 40, 40, 40, 40, 40])
    table[0, 1] = table[5, 1] = 20
    found, counts = recall(table), dict.fromkeys(EMOTIONS, 60)
    scores = make_record().scores.model_copy(update={"recall": found, "precision": found})
    assert title_of(recall_bars(table)).startswith("Neutral is found best, 100.0 % of 40; angry worst, 66.7 % of 60")
    assert emotions(scores, counts, counts).startswith(
        "It finds neutral best, 100.0 % of its 60 faces, and angry least, 66.7 % of 60, then surprise, 66.7 % of 60."
    )


def test_what_no_face_has_or_no_answer_says_is_a_dash_and_no_mark():
    table = np.diag([10, 0, 10, 10, 0, 10, 10])
    table[4, 0] = 5
    figure = recall_bars(table)
    assert title_of(figure) == "Too few faces to say which emotion is found best: fewer than 30 of most"
    (axes,) = figure.axes
    written = [text.get_text().replace("\u00a0", " ") for text in axes.texts]
    assert (written[2:4], written[8:10]) == (["–", "–"], ["0.0 %", "–"])
    assert [int(line.get_ydata()[0]) for line in axes.lines] == [0, 2, 3, 5, 6]
    assert "<title>sad: recall 0.0\u00a0%, precision –</title>" in to_svg(figure)


def test_reliability_says_by_how_much_it_is_too_sure():
    answers = np.array([0, 1, 2, 3, 4, 5, 6])
    emotions = np.array([0, 1, 2, 3, 4, 6, 5])
    figure = reliability(sure_of(answers, [0.9] * 7), emotions)
    assert title_of(figure) == "Surer than right, by 18.6 points on the whole"
    assert (
        title_of(reliability(sure_of(answers, [0.5] * 7), emotions))
        == "Less sure than right, by 21.4 points on the whole"
    )
    for sureness in (5 / 7, 5 / 7 + 0.019, 5 / 7 - 0.019):
        title = title_of(reliability(sure_of(answers, [sureness] * 7), emotions))
        assert title == "On the whole, about as sure as it is right"
        assert "about as sure as it is right" in calibration(0.1, sureness, 5 / 7), "the sentence beside it"


def test_reliability_has_a_dot_for_each_filled_bin():
    predictions = make_predictions(overconfident=0.2)
    figure = reliability(predictions.probabilities, predictions.emotions)
    above, below = figure.axes
    dots = [line for line in above.lines if line.get_marker() == "o"]
    assert len(dots) == len(below.patches)
    assert sum(bar.get_height() for bar in below.patches) == pytest.approx(1.0)
    assert all(above.get_ylim()[0] <= dot.get_ydata()[0] <= 1 for dot in dots)
    assert calibration_error(predictions.probabilities, predictions.emotions) > 0.05


def test_mistakes_show_the_surest_first_and_what_was_given():
    pixels = np.stack([np.full((48, 48), shade, np.uint8) for shade in range(7)])
    probabilities = sure_of([3, 3, 4, 3, 4, 5, 6], [0.6, 0.97, 0.8, 0.9, 0.9, 0.9, 0.9])
    figure = mistakes(pixels, np.arange(7), probabilities, most=2)
    assert title_of(figure) == "Surest and wrong: disgust taken for happy at 97 %"
    shown = figure.axes
    width, height = figure.get_size_inches() * PNG_PIXELS
    for axes in shown:
        box = axes.get_position()
        assert (box.width * width / 48, box.height * height / 48) == pytest.approx((5, 5))
    assert [axes.texts[0].get_text() for axes in shown] == ["disgust → happy 97\u00a0%", "fear → sad 80\u00a0%"]
    assert [int(np.asarray(axes.images[0].get_array())[0, 0, 0]) for axes in shown] == [1, 2]
    assert all(axes.images[0].get_interpolation() == "none" for axes in shown)


def test_almost_sure_is_not_written_as_sure():
    figure = mistakes(np.zeros((1, 48, 48), np.uint8), np.array([2]), sure_of([4], [0.997]))
    assert title_of(figure) == "Surest and wrong: fear taken for sad at 99.7 %"


def test_a_network_without_a_mistake_has_an_empty_sheet():
    figure = mistakes(np.zeros((7, 48, 48), np.uint8), np.arange(7), sure_of(np.arange(7), [0.9] * 7))
    assert title_of(figure) == "No mistake"
    assert not figure.axes


def test_confused_pairs_count_both_ways(table):
    figure = confused_pairs(table)
    assert title_of(figure) == "Fear and sad are confused most: 90 of 100 mistakes (90.0 %)"
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["fear, sad", "angry, disgust"]
    assert axes.texts[0].get_text() == "90: fear → sad 60, back 30"
    assert [bar.get_width() for bar in axes.patches] == [60, 30, 10, 0]


def test_one_mistake_is_singular_and_none_is_said():
    table = np.diag([1] * 7)
    assert title_of(confused_pairs(table)) == "No pair is confused"
    table[0, 4] = 1
    assert title_of(confused_pairs(table)) == "Angry and sad are confused most: 1 of 1 mistake (100.0 %)"
