import json
import re
from dataclasses import replace

import numpy as np
import pytest
from tests.records import make_predictions, make_record
from tests.report.studies import write_study

from mimika.cli import main
from mimika.cli.json_text import as_json_text
from mimika.cli.training import _lines, read_change
from mimika.emotions import EMOTIONS
from mimika.errors import RecipeError
from mimika.recipe import Architecture
from mimika.recipes import read_recipe
from mimika.record import Record
from mimika.study.study import read_run


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("epochs=5", ("epochs", 5)),
        ("learning_rate=1e-4", ("learning_rate", 1e-4)),
        ("architecture.skip=true", ("architecture.skip", True)),
        ("ema_decay=null", ("ema_decay", None)),
        ("ema_decay=None", ("ema_decay", None)),
        ("architecture.skip=True", ("architecture.skip", True)),
        ("optimizer=sgd", ("optimizer", "sgd")),
        ("name=a=b", ("name", "a=b")),
        ("augmentation={ flip = false }", ("augmentation", {"flip": False})),
    ],
)
def test_a_change_is_written_as_in_toml_or_json(text, change):
    assert read_change(text) == change


def test_a_recipe_file_says_only_what_differs_and_gives_its_name(tmp_path):
    path = tmp_path / "wide.toml"
    path.write_text('epochs = 3\n"architecture.width" = 2.0\n[augmentation]\nflip = false\n')
    recipe = read_recipe(str(path))
    assert (recipe.name, recipe.epochs, recipe.architecture.width, recipe.architecture.depth) == ("wide", 3, 2.0, 5)
    assert recipe.augmentation is not None
    assert not recipe.augmentation.flip


def test_a_studys_file_is_no_recipe(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('stages = ["depth"]\n')
    with pytest.raises(RecipeError) as error:
        read_recipe(str(path))
    assert str(error.value) == f"{path}: a study, not a recipe: `mimika study run {path}`."


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("epochs", "--set epochs: a change is written field=value, such as --set epochs=5."),
        ("epochs=0", "recipe: epochs: should be greater than or equal to 1 (found 0)."),
        ("optimizer=lion", "recipe: optimizer: should be 'adam', 'sgd' or 'muon' (found 'lion')."),
        (
            "architecture.heads=2",
            f"recipe: no field is called architecture.heads. There are: {', '.join(Architecture.model_fields)}.",
        ),
    ],
)
def test_a_change_that_cannot_be_meant_is_one_line(change, line, capsys, tmp_path):
    arguments = ["train", "cnn5", "--data", "drawn", "--out", str(tmp_path / "run"), "--set", change]
    assert main.run(arguments) == 2
    assert capsys.readouterr() == ("", f"{line}\n")


def test_a_field_that_is_given_twice_is_refused(capsys, tmp_path):
    twice = ["--set", "epochs=5", "--set", "epochs=6"]
    assert main.run(["train", "cnn5", "--data", "drawn", "--out", str(tmp_path / "run"), *twice]) == 2
    assert capsys.readouterr() == ("", "--set epochs: given twice. Leave one out.\n")


@pytest.mark.usefixtures("pretended")
def test_a_training_ends_with_its_fit_its_recall_and_its_cost(drawn, tmp_path, capsys):
    out = tmp_path / "run"
    assert main.run(["train", "cnn5", "--data", drawn, "--out", str(out), "--set", "epochs=3"]) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[0] == "cnn5: 60.0 % on validation (95 %: 55.1–64.7, n = 400) · 58.8 % without twins"
    assert lines[1].startswith("  overfits: 75.0")
    assert lines[2].startswith("  It knows its training faces far better than others; what usually helps is ")
    assert lines[3].startswith("  recall  angry ")
    assert re.fullmatch(
        r"  most called \w+, \d+ % · [\d.]+ % after the last epoch · "
        r"gradient norm \S+ at the first layer, \S+ at the last",
        lines[4],
    )
    assert lines[5] == "  11.07 M parameters, 84.5 M multiply-adds a face, 30 s on cpu"
    assert lines[6] == f"  {out}"
    assert told.err.count("cnn5  epoch ") == 3
    assert "\x1b" not in told.err


def test_an_emotion_without_validation_faces_has_no_recall(tmp_path):
    drawn = make_predictions(faces=400)
    merged = replace(drawn, emotions=np.where(drawn.emotions == EMOTIONS.index("disgust"), 0, drawn.emotions))
    merged.save(tmp_path / "predictions.npz")
    line = _lines(make_record(predictions=merged, faces=400), tmp_path)[3]
    assert re.fullmatch(r"  recall  angry \d+ %  disgust –  fear \d+ %.*neutral \d+ %", line)


@pytest.mark.usefixtures("pretended")
def test_a_training_whose_last_weights_are_kept_tells_their_accuracy_once(drawn, tmp_path, capsys):
    keep = ["--set", "epochs=3", "--set", "keep=last", "--set", "patience=0"]
    assert main.run(["train", "cnn5", "--data", drawn, "--out", str(tmp_path / "run"), *keep]) == 0
    assert "after the last epoch ·" not in capsys.readouterr().out


@pytest.mark.usefixtures("pretended")
def test_a_training_as_json_is_its_record_and_the_fit(drawn, tmp_path, capsys):
    assert main.run(["train", "cnn5", "--data", drawn, "--out", str(tmp_path / "run"), "--json"]) == 0
    judged = json.loads(capsys.readouterr().out)
    assert judged.pop("fit")["verdict"] == "overfits"
    assert Record.model_validate_json(json.dumps(judged)).name == "cnn5"


def test_numbers_that_json_lacks_are_null():
    tree = {"loss": float("nan"), "rows": [(1.5, float("inf"))], "name": "nan", "count": 3}
    assert json.loads(as_json_text(tree)) == {"loss": None, "rows": [[1.5, None]], "name": "nan", "count": 3}


@pytest.mark.usefixtures("pretended")
def test_two_runs_are_set_side_by_side_with_a_page(drawn, tmp_path, capsys):
    runs = [str(tmp_path / name) for name in ("cnn1", "cnn5")]
    for run in runs:
        assert main.run(["train", run.rsplit("/", 1)[-1], "--data", drawn, "--out", run]) == 0
    capsys.readouterr()
    page = tmp_path / "comparison.html"
    assert main.run(["compare", *runs, "--page", str(page), "--json"]) == 0
    told = capsys.readouterr()
    first, second = json.loads(told.out)
    assert (first["run"], second["run"]) == ("cnn5", "cnn1")
    assert told.err == f"The page: {page}\n"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main.run(["compare", *runs]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[0] == "cnn5"


def test_a_folder_is_no_page_and_nothing_is_read_before_that_is_told(tmp_path, capsys):
    assert main.run(["compare", "one", "two", "--page", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    # Versions of typer differ in whether the word file has a capital.
    assert told.err.replace("File", "file") == (
        f"Invalid value for '--page': file '{tmp_path}' is a directory. See `mimika compare --help`.\n"
    )


def test_a_study_is_compared_by_its_winner_with_its_ledger_alone(tmp_path, capsys):
    study = write_study(tmp_path / "study")
    assert not (study / "runs").exists()
    record, predictions = read_run(study)
    (run := tmp_path / "run").mkdir()
    (run / "record.json").write_text(record.model_copy(update={"recipe": record.recipe.seeded(7)}).model_dump_json())
    predictions.save(run / "predictions.npz")
    assert main.run(["compare", str(study), str(run / "record.json"), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["run"] for row in rows} == {f"{record.name}, seed {seed}" for seed in (42, 7)}


def test_what_is_no_run_cannot_be_compared(tmp_path, capsys):
    assert main.run(["compare", str(tmp_path), str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'record.json'}: no record there; a finished run leaves one.\n"
