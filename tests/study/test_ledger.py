"""The append-only truth: torn lines go, damage is named, nothing stands in it twice."""

from unittest.mock import Mock

import pytest

from mimika.errors import RunError
from mimika.recipes import named
from mimika.study.ledger import Ledger
from tests.study.pretending import answers, finished

CHECKSUM = "ab" * 32


def run(name="cnn5", accuracy=0.6, seed=42, checksum=CHECKSUM, description="drawn for a test"):
    predictions = answers(accuracy)
    record = finished(named(name).changed({"seed": seed}), predictions, checksum)
    data = record.data.model_copy(update={"description": description})
    return record.model_copy(update={"data": data}), predictions


def filled(folder, *names, **changes):
    ledger = Ledger.open(folder)
    for name in names:
        ledger.append(*run(name, **changes))
    return ledger


def test_a_folder_without_a_ledger_has_an_empty_one_and_what_is_no_folder_none(tmp_path):
    assert Ledger.open(tmp_path).records == ()
    with pytest.raises(RunError) as refusal:
        Ledger.open(tmp_path / "nowhere")
    assert str(refusal.value) == f"{tmp_path / 'nowhere'}: no such folder, so no ledger."


def test_a_ledger_is_the_same_when_it_is_opened_again(tmp_path):
    ledger = filled(tmp_path, "cnn1", "cnn3")
    again = Ledger.open(tmp_path)
    assert again.records == ledger.records
    assert [record.name for record in again.records] == ["cnn1", "cnn3"]
    assert again.predictions(again.records[0]).correct.mean() == 0.6


def test_a_run_is_found_by_recipe_and_faces_whatever_it_is_called(tmp_path):
    ledger = filled(tmp_path, "cnn3")
    recipe = named("cnn3")
    assert ledger.find(recipe.changed({"name": "mine", "threads": 1}), CHECKSUM) == ledger.records[0]
    assert ledger.find(recipe, "cd" * 32) is None
    assert ledger.find(recipe.changed({"seed": 43}), CHECKSUM) is None


def test_predictions_are_read_once(tmp_path):
    filled(tmp_path, "cnn1")
    ledger = Ledger.open(tmp_path)
    (record,) = ledger.records
    before = ledger.predictions(record)
    (tmp_path / "predictions" / f"{record.key}.npz").unlink()
    assert ledger.predictions(record) is before
    with pytest.raises(RunError, match="missing or damaged"):
        Ledger.open(tmp_path).predictions(record)


def test_a_run_is_not_taken_twice(tmp_path):
    ledger = filled(tmp_path, "cnn3")
    with pytest.raises(RunError) as refusal:
        ledger.append(*run("cnn3"))
    assert str(refusal.value) == f"{tmp_path / 'ledger.jsonl'}: the run cnn3, seed 42 is there already."
    assert len((tmp_path / "ledger.jsonl").read_text().splitlines()) == 1


def test_the_predictions_are_there_before_the_line_that_refers_to_them(tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(descriptor):
        raise Killed

    ledger = filled(tmp_path, "cnn1")
    record, predictions = run("cnn3")
    monkeypatch.setattr(type(predictions), "save", lambda self, path: kill(None))
    with pytest.raises(Killed):
        ledger.append(record, predictions)
    assert [one.name for one in Ledger.open(tmp_path).records] == ["cnn1"]
    monkeypatch.undo()
    monkeypatch.setattr("os.fsync", Mock(side_effect=[None, Killed]))  # of the predictions, of the line
    with pytest.raises(Killed):
        ledger.append(record, predictions)
    assert (tmp_path / "predictions" / f"{record.key}.npz").is_file()
    assert [one.name for one in Ledger.open(tmp_path).records] == ["cnn1", "cnn3"]


@pytest.mark.parametrize("length", [1, 20, -2])
def test_a_last_line_that_was_cut_off_is_no_run_and_gives_way_to_the_next(tmp_path, length):
    filled(tmp_path, "cnn1", "cnn3")
    path = tmp_path / "ledger.jsonl"
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + second[:length])
    ledger = Ledger.open(tmp_path)
    assert [record.name for record in ledger.records] == ["cnn1"]
    ledger.append(*run("cnn5"))
    ledger.append(*run("cnn3"))
    assert path.read_bytes().startswith(first)
    assert [record.name for record in Ledger.open(tmp_path).records] == ["cnn1", "cnn5", "cnn3"]


def test_a_last_line_that_lacks_only_its_end_is_a_run(tmp_path):
    filled(tmp_path, "cnn1", "cnn3")
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    ledger = Ledger.open(tmp_path)
    assert [record.name for record in ledger.records] == ["cnn1", "cnn3"]
    ledger.append(*run("cnn5"))
    assert [record.name for record in Ledger.open(tmp_path).records] == ["cnn1", "cnn3", "cnn5"]


def test_a_first_line_that_was_cut_off_leaves_an_empty_ledger(tmp_path):
    (tmp_path / "ledger.jsonl").write_text('{"recipe": {"na')
    ledger = Ledger.open(tmp_path)
    assert ledger.records == ()
    ledger.append(*run("cnn1"))
    assert [record.name for record in Ledger.open(tmp_path).records] == ["cnn1"]


def test_a_last_line_may_be_cut_off_inside_a_letter(tmp_path):
    filled(tmp_path, "cnn1", description="ქართული სახეები")
    path = tmp_path / "ledger.jsonl"
    line = path.read_bytes()
    path.write_bytes(line + line[: line.index("ქ".encode()) + 1])
    ledger = Ledger.open(tmp_path)
    ledger.append(*run("cnn3"))
    assert [record.name for record in Ledger.open(tmp_path).records] == ["cnn1", "cnn3"]
    assert Ledger.open(tmp_path).records[0].data.description == "ქართული სახეები"


def test_what_unicode_calls_a_line_end_ends_no_line(tmp_path):
    filled(tmp_path, "cnn1", "cnn3", description="a\u2028b\x85c")
    assert [record.data.description for record in Ledger.open(tmp_path).records] == ["a\u2028b\x85c"] * 2


def test_line_ends_of_another_system_lose_no_run(tmp_path):
    filled(tmp_path, "cnn1", "cnn3", "cnn5")
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    Ledger.open(tmp_path).append(*run("cnn7"))
    assert [record.name for record in Ledger.open(tmp_path).records] == ["cnn1", "cnn3", "cnn5", "cnn7"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"nonsense", "Invalid JSON: expected ident at line 1 column 2"),
        (b"{}", "recipe: Field required"),
        (b"", "Invalid JSON: EOF while parsing a value at line 1 column 0"),
    ],
)
def test_other_damage_is_named_in_a_line(tmp_path, line, fault):
    filled(tmp_path, "cnn1", "cnn3")
    path = tmp_path / "ledger.jsonl"
    first, second = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join((first, line, second, b"")))
    with pytest.raises(RunError) as refusal:
        Ledger.open(tmp_path)
    assert str(refusal.value) == (
        f"{path}, line 2: not a record ({fault}). Remove the line to have its run trained again."
    )


def test_a_run_whose_predictions_are_gone_says_so(tmp_path):
    ledger = filled(tmp_path, "cnn1")
    path = tmp_path / "predictions" / f"{ledger.records[0].key}.npz"
    path.unlink()
    with pytest.raises(RunError) as refusal:
        ledger.predictions(ledger.records[0])
    assert str(refusal.value) == (
        f"{path}: the validation probabilities are missing or damaged. Remove the line of cnn1, seed 42 from "
        f"{tmp_path / 'ledger.jsonl'}, and `mimika study run` makes both again."
    )
