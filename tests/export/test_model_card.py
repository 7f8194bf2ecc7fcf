"""A model card says what the file and its run say, and warns where it must."""

from dataclasses import replace

from mimika.emotions import EMOTIONS
from mimika.export.model_card import model_card
from mimika.recipe import Augmentation, Distillation
from mimika.record import Views
from mimika.wording import magnitude
from tests.exports import EXPORTED
from tests.records import make_record

DRAWN = make_record("cnn5", 0.7002, 0.75)
RECORD = DRAWN.model_copy(
    update={"data": DRAWN.data.model_copy(update={"description": "the official FER2013 by its counts"})}
)
CALL = "mimika train small --data fer2013.csv --out small"


def test_a_card_tells_every_figure_with_its_number_of_faces():
    card = model_card(EXPORTED, RECORD, CALL)
    assert card.startswith("# small\n\nA network that names the expression on a gray face of 48×48 pixels: angry, ")
    assert "On the 3,589 faces of FER2013's PublicTest, one run with seed 42:" in card
    assert EXPORTED.faces - EXPORTED.calibration.faces == 281
    assert "| accuracy | 95 % | without the 281 twins |" in card
    assert "| one view | 70.0 % | 68.5–71.5 | 68.7 % |" in card
    assert "| fear | 496 | 49.0 % | 55.0 % |" in card
    assert "Weak: fear (49 % found) and sad (58 % found)." in card
    assert "is 1.3 % instead of 8.9 % (n = 3,308 without twins" in card
    assert "An answer below 0.55 is *unsure*; 71.2 % of the answers are sure, and 80.3 % of those agree" in card
    assert "2.4 ms for one face on one thread" in card
    assert f"`{CALL}`" in card
    assert "Article 5(1)(f)" in card


def test_a_card_does_not_praise_a_temperature_that_mends_nothing():
    nothing = replace(EXPORTED.calibration, temperature=1.0, error_before=0.021, error_after=0.021)
    card = model_card(replace(EXPORTED, calibration=nothing), RECORD, CALL)
    assert "are calibrated" not in card
    assert (
        "The expected calibration error of its probabilities is 2.1 % (n = 3,308 without twins). No temperature is "
        "applied, as a fitted one would not lower it."
    ) in card


def test_a_card_of_a_network_that_is_never_sure_says_so():
    never = replace(EXPORTED.calibration, threshold=1.0, sure_share=0.0, sure_precision=None)
    card = model_card(replace(EXPORTED, calibration=never), RECORD, CALL)
    assert "An answer below 1.00 is *unsure*; no answer is sure." in card


def test_an_emotion_that_nobody_shows_is_neither_found_nor_weak():
    never_right = replace(EXPORTED.plain, precision=EXPORTED.plain.precision | {"fear": 0.0})
    card = model_card(replace(EXPORTED, labels=EXPORTED.labels | {"fear": 0}, plain=never_right), RECORD, CALL)
    assert "| fear | 0 | – | 0.0 % |" in card
    assert "Weak: sad (58 % found)." in card


def test_an_emotion_that_was_never_answered_has_no_precision():
    never = replace(EXPORTED.plain, answers=EXPORTED.plain.answers | {"fear": 0})
    assert "| fear | 496 | 49.0 % | – |" in model_card(replace(EXPORTED, plain=never), RECORD, CALL)


def test_an_emotion_of_few_faces_is_not_called_weak():
    few = replace(EXPORTED, labels=EXPORTED.labels | {"fear": 29})
    assert "Weak: sad (58 % found)." in model_card(few, RECORD, CALL)
    few = replace(few, labels=few.labels | {"sad": 29})
    assert "No expression of 30 faces or more is found in less than 60 % of its faces." in model_card(few, RECORD, CALL)
    few = replace(few, labels=dict.fromkeys(EMOTIONS, 29))
    assert "Too few faces to say which expressions are weak: fewer than 30 of each." in model_card(few, RECORD, CALL)


def test_a_card_of_a_file_that_looks_at_the_mirror_image_too_says_so():
    card = model_card(replace(EXPORTED, flip=True), RECORD, CALL)
    assert "| with the mirror image | 70.0 % | 68.5–71.5 | 68.7 % |" in card
    assert "one view" not in card
    assert f"{magnitude(2 * RECORD.multiply_adds)} multiply-adds a face" in card


def test_a_card_names_no_weakness_where_there_is_none():
    strong = dict.fromkeys(EMOTIONS, 0.8)
    card = model_card(replace(EXPORTED, plain=replace(EXPORTED.plain, recall=strong)), RECORD, CALL)
    assert "No expression is found in less than 60 % of its faces." in card
    assert "Weak:" not in card


def test_a_students_card_names_its_teachers():
    for mirrored, views in ((False, "training face"), (True, "training face and their mirror images")):
        distillation = Distillation(teachers="0123456789abcdef", mirrored=mirrored)
        recipe = RECORD.recipe.changed({"augmentation": Augmentation(), "distillation": distillation})
        card = model_card(EXPORTED, RECORD.model_copy(update={"recipe": recipe}), CALL)
        assert f"what an ensemble answered to 8 views of each {views} (answers 0123456789abcdef)." in card


def test_a_card_says_how_the_weights_were_chosen():
    best = model_card(EXPORTED, RECORD, CALL)
    assert "the weights of the best epoch on PublicTest. Decided on PublicTest alone" in best
    fixed = RECORD.recipe.changed({"keep": "last", "patience": 0, "ema_decay": 0.99})
    last = model_card(EXPORTED, RECORD.model_copy(update={"recipe": fixed}), CALL)
    assert "never stopped early, the weights of the last epoch, averaged over the training (EMA)." in last
    assert "No epoch was chosen on PublicTest, on which temperature and threshold were fitted;" in last


def test_a_card_of_other_faces_than_fer2013s_claims_nothing_of_them():
    card = model_card(EXPORTED, DRAWN, CALL)
    assert "On the 3,589 faces of validation, one run with seed 42:" in card
    assert "the weights of the best epoch on validation. Decided on validation alone;" in card
    assert all(word not in card for word in ("PublicTest", "PrivateTest", "web search", "FER2013"))


def test_a_card_of_an_8_bit_file_says_what_was_measured_before():
    record = RECORD.model_copy(
        update={
            "scores": RECORD.scores.model_copy(update={"flipped": Views(accuracy=0.71, accuracy_without_twins=0.7)})
        }
    )
    assert "| with the mirror image | 71.0 %" in model_card(EXPORTED, record, CALL)
    card = model_card(replace(EXPORTED, int8=EXPORTED.plain, plain=replace(EXPORTED.plain, size=9)), record, CALL)
    assert "with the mirror image" not in card
    assert "All this was measured before its weights went to 8 bits." in card


def test_a_card_of_one_training_says_that_its_spread_is_not_known():
    assert "- **Spread**: one training with seed 42. The intervals cover the choice of faces, not" in model_card(
        EXPORTED, RECORD, CALL
    )


def test_a_card_of_several_trainings_tells_their_spread():
    again = [make_record("cnn5", accuracy, 0.75, seed=seed) for seed, accuracy in ((44, 0.69), (43, 0.71))]
    reached = [RECORD, again[1], again[0]]
    assert [round(run.scores.validation_accuracy, 3) for run in reached] == [0.7, 0.71, 0.69]
    assert (
        "- **Spread**: trained with the seeds 42, 43 and 44, its checkpoints reach 70.0 %, 71.0 % and 69.0 % with one "
        "view (mean 70.0 %, standard deviation 1.0 point, n = 3). The intervals cover the choice of faces alone; all "
        "other figures are those of seed 42."
    ) in model_card(EXPORTED, RECORD, CALL, again)
