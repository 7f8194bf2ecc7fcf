"""`mimika data`: what standard output, standard error and the exit status carry."""

import json

import pytest
from tests.data.copies import FACE, random_faces, write_csv, write_rows
from typer.testing import CliRunner

from mimika.cli import main
from mimika.cli.data import app
from mimika.errors import SourceBroken, SourceMissing

PICTURES = ["distribution.png", "faces.png", "gray_levels.png", "mean_faces.png"]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MIMIKA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def source(tmp_path):
    return write_csv(tmp_path / "fer2013.csv", random_faces(70))


def run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=True)
    if result.exception:
        raise result.exception
    return result


def test_import_says_which_copy_it_is_and_where_it_lies(tmp_path, source):
    result = run("import", source, "--out", tmp_path / "out")
    assert result.stdout == (
        "fer2013.csv: no known copy of FER2013 (train has 50 faces, not 28,709; validation has 10 faces, not 3,589; "
        "test has 10 faces, not 3,589), 70 faces\n"
        "  train 50 · validation 10 · test 10 (sealed until `mimika final`)\n"
        f"stored in {tmp_path}/out\n"
    )
    assert result.stderr == ""


def test_import_without_out_stores_where_data_looks_first(home, source, monkeypatch):
    path = json.loads(run("import", source, "--json").stdout)["path"]
    assert path.startswith(f"{home}/data/fer2013.csv-")
    monkeypatch.setattr("mimika.data.store.import_data", None)
    assert run("summary", source, "--json").exit_code == 0


def test_import_prints_json_alone(tmp_path, source):
    tree = json.loads(run("import", source, "--out", tmp_path / "out", "--json").stdout)
    assert tree["path"] == str(tmp_path / "out")
    assert tree["form"] == "official CSV"
    assert sum(tree["counts"]["test"].values()) == 10


def test_bad_rows_are_refused_or_left_out(tmp_path):
    path = write_rows(tmp_path / "fer.csv", f"0,{FACE},Training", f"7,{FACE},Training")
    with pytest.raises(SourceBroken) as error:
        run("import", path, "--out", tmp_path / "out")
    assert str(error.value) == (
        "fer.csv, row 2: emotion 7, but FER2013 has 0 (angry) to 6 (neutral). "
        "Mend the row, or import with --skip-bad to leave it out."
    )
    assert not (tmp_path / "out").exists()
    result = run("import", path, "--out", tmp_path / "out", "--skip-bad")
    assert result.stdout.splitlines()[1:4] == [
        "  train 1 · no validation · no test",
        "  Left out and recorded in dataset.json: 1. The first: fer.csv, row 2: emotion 7, but FER2013 has 0 (angry) "
        "to 6 (neutral).",
        "  No validation split: train and study need --validation 0.1, which cuts one from train.",
    ]


def test_a_bad_source_is_one_line_on_standard_error_and_exit_status_2(tmp_path, capsys):
    path = tmp_path / "fer.csv"
    path.touch()
    assert main.run(["data", "import", str(path), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr() == ("", "fer.csv: an empty file. Get it again.\n")
    assert [file.name for file in tmp_path.iterdir()] == ["fer.csv"]


def test_a_missing_source_is_told(tmp_path):
    with pytest.raises(SourceMissing, match="no such file or folder"):
        run("import", tmp_path / "nowhere.csv")


def test_draw_stores_all_splits(tmp_path):
    tree = json.loads(run("draw", "--faces", 70, "--seed", 3, "--out", tmp_path / "drawn", "--json").stdout)
    assert tree["description"] == "faces drawn by mimika, seed 3"
    assert all(sum(tree["counts"][split].values()) for split in ("train", "validation", "test"))
    assert (tmp_path / "drawn" / "dataset.json").is_file()


def test_what_is_planted_in_drawn_faces_is_noted(tmp_path):
    planted = ("--label-noise", 0.1, "--copies", 0.25)
    tree = json.loads(run("draw", "--faces", 70, *planted, "--out", tmp_path / "noisy", "--json").stdout)
    assert tree["notes"] == [
        "10 % of the training faces carry a wrong label, on purpose.",
        "25 % of the faces are copies of others, on purpose.",
    ]


@pytest.mark.parametrize("option", ["--label-noise", "--copies"])
@pytest.mark.parametrize("share", ["1", "-0.1", "nan"])
def test_a_share_is_bounded_as_drawing_bounds_it(tmp_path, capsys, option, share):
    assert main.run(["data", "draw", option, share, "--out", str(tmp_path / "drawn")]) == 2
    assert capsys.readouterr().err == (
        f"Invalid value for '{option}': {share} is no share from 0 to below 1. See `mimika data draw --help`.\n"
    )


def test_summary_counts_by_split_and_emotion(source):
    tree = json.loads(run("summary", source, "--json").stdout)
    assert {split: sum(counts.values()) for split, counts in tree["counts"].items()} == {
        "train": 50,
        "validation": 10,
        "test": 10,
    }
    assert tree["counts"]["train"]["angry"] == 8
    assert set(tree["gray_levels"]) == {"train", "validation"}
    assert tree["missing_splits"] == []


def test_summary_prints_headline_and_table(source):
    lines = run("summary", source).stdout.splitlines()
    assert lines[1] == "  train 50 · validation 10 · test 10 (sealed until `mimika final`)"
    assert lines[4] == "angry               8   16.0 %        1   10.0 %        1   10.0 %"


def test_summary_draws_four_pictures(tmp_path, source):
    result = run("summary", source, "--figures", tmp_path / "figures", "--json")
    assert sorted(file.name for file in (tmp_path / "figures").iterdir()) == PICTURES
    assert json.loads(result.stdout)["source"] == "fer2013.csv"
    assert result.stderr == f"distribution.png, faces.png, mean_faces.png, gray_levels.png in {tmp_path}/figures\n"


def test_of_a_set_with_test_faces_alone_only_counts_are_drawn(tmp_path):
    path = write_csv(tmp_path / "test.csv", random_faces(7, splits=(2,)))
    tree = json.loads(run("summary", path, "--figures", tmp_path / "figures", "--json").stdout)
    assert tree["gray_levels"] == {}
    assert tree["missing_splits"] == ["train", "validation"]
    assert [file.name for file in (tmp_path / "figures").iterdir()] == ["distribution.png"]
