"""What a run left, written and read again: all of it, or a line that says what is wrong."""

import math

import numpy as np
import pytest

from mimika.errors import RunError
from mimika.files import write_text
from mimika.record import Predictions, Record, SealedResult, now
from tests.records import make_predictions, make_record


def test_a_record_is_the_same_after_a_round_trip_through_its_file(tmp_path):
    record = make_record(faces=70)
    write_text(tmp_path / "record.json", record.model_dump_json())
    assert Record.load(tmp_path / "record.json") == record
    assert [file.name for file in tmp_path.iterdir()] == ["record.json"]


def test_the_record_of_a_training_that_diverged_can_be_read_again(tmp_path):
    record = make_record(faces=70)
    lost = record.epochs[0].model_copy(update={"train_loss": math.nan, "gradient_norm": math.inf})
    write_text(tmp_path / "record.json", record.model_copy(update={"epochs": (lost,)}).model_dump_json(indent=2))
    (row,) = Record.load(tmp_path / "record.json").epochs
    assert math.isnan(row.train_loss)
    assert row.gradient_norm == math.inf
    assert row.validation_loss == lost.validation_loss


def test_the_key_tells_recipes_seeds_and_faces_apart_and_not_names():
    record = make_record(faces=70)
    other_faces = record.model_copy(update={"data": record.data.model_copy(update={"checksum": "0" * 64})})
    keys = [record.key, make_record(seed=43, faces=70).key, make_record("cnn3", faces=70).key, other_faces.key]
    assert len(set(keys)) == 4
    assert record.key == "7674a781fc38e94c-f8428a1e"
    assert make_record(faces=70, changes={"name": "mine"}).key == record.key


def test_a_record_without_a_name_is_called_by_its_fingerprint():
    assert make_record(faces=70, changes={"name": ""}).name == "7674a781fc38e94c"
    assert make_record(faces=70).name == "cnn5"


def test_the_gap_is_the_clean_train_accuracy_less_the_validation_accuracy():
    assert make_record(accuracy=0.6, train_accuracy=0.9, faces=70).scores.gap == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no record there; a finished run leaves one."),
        ("{}", "not a record of this version: recipe: Field required."),
        ("nonsense", "not a record of this version: Invalid JSON: expected ident at line 1 column 2."),
    ],
)
def test_a_file_that_is_no_record_is_refused_in_a_line(tmp_path, text, message):
    path = tmp_path / "record.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(RunError) as refusal:
        Record.load(path)
    assert str(refusal.value) == f"{path}: {message}"


def test_a_long_record_that_lacks_a_field_is_refused_in_a_short_line(tmp_path):
    path = tmp_path / "record.json"
    path.write_text(make_record(faces=70).model_dump_json(exclude={"scores"}))
    with pytest.raises(RunError) as refusal:
        Record.load(path)
    assert str(refusal.value) == f"{path}: not a record of this version: scores: Field required."


def test_predictions_are_the_same_after_a_round_trip_through_their_file(tmp_path):
    predictions = make_predictions(faces=70)
    predictions.save(tmp_path / "predictions.npz")
    again = Predictions.load(tmp_path / "predictions.npz")
    for name in ("probabilities", "emotions", "twins"):
        assert np.array_equal(getattr(again, name), getattr(predictions, name))
        assert getattr(again, name).dtype == getattr(predictions, name).dtype
    assert [file.name for file in tmp_path.iterdir()] == ["predictions.npz"]


def test_a_prediction_is_correct_where_the_most_probable_emotion_is_the_label():
    probabilities = np.full((3, 7), 0.1, np.float16)
    probabilities[[0, 1, 2], [6, 0, 3]] = 0.4
    predictions = Predictions(
        probabilities=probabilities, emotions=np.array([6, 1, 3], np.uint8), twins=np.zeros(3, np.bool_)
    )
    assert predictions.correct.tolist() == [True, False, True]


def test_predictions_that_do_not_belong_together_are_refused():
    with pytest.raises(RunError) as refusal:
        Predictions(
            probabilities=np.zeros((3, 6), np.float16), emotions=np.zeros(3, np.uint8), twins=np.zeros(2, np.bool_)
        )
    assert str(refusal.value) == "Predictions for 3 faces have shapes (3, 6) and (2,)."


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "overwritten", "text", "another"])
def test_predictions_that_are_missing_or_damaged_are_refused_in_a_line(tmp_path, damage):
    path = tmp_path / "predictions.npz"
    make_predictions(faces=500).save(path)
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "another":
        np.savez(path, pixels=np.zeros(3))
    else:
        damaged = {
            "empty": b"",
            "cut": content[: len(content) // 2],
            "overwritten": content[:200] + bytes(60) + content[260:],
            "text": b"nonsense",
        }
        path.write_bytes(damaged[damage])
    with pytest.raises(RunError) as refusal:
        Predictions.load(path)
    assert str(refusal.value) == f"{path}: the validation probabilities are missing or damaged; train the run again."


def test_a_sealed_result_is_the_same_after_a_round_trip():
    result = SealedResult(
        network="cnn5",
        key="k",
        opened=(now(),),
        first_accuracy=0.62,
        first_network="cnn5",
        elsewhere=0,
        faces=2,
        twins=0,
        accuracy=0.5,
        interval=(0.1, 0.9),
        accuracy_without_twins=0.5,
        macro_f1=0.5,
        calibration_error=0.1,
        recall={"angry": 0.5},
        confusion=((1, 0), (1, 0)),
    )
    assert SealedResult.model_validate_json(result.model_dump_json()) == result
