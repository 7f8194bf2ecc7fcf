import json
from pathlib import Path

import pytest

from mimika.cli import main
from mimika.data.store import open_data

pytestmark = pytest.mark.usefixtures("pretended")


@pytest.fixture
def pageless(monkeypatch):
    """Pages take seconds, and not every test looks at one."""
    monkeypatch.setattr("mimika.report.write_report", lambda folder, *, faces, texts: folder / "page.html")


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text('stages = ["depth", "architecture"]\n')
    return str(path)


def test_a_study_says_what_it_will_do_then_each_run_then_the_ranking(small, drawn, tmp_path, capsys):
    out = tmp_path / "study"
    assert main.run(["study", "run", small, "--data", drawn, "--out", str(out), "--tracker", "none"]) == 0
    told = capsys.readouterr()
    lines = told.err.splitlines()
    assert lines[2:5] == ["two stages, seven networks, seed 42: 7 runs", "", "depth · How many layers?"]
    assert "  cnn1   51.0 %   gap  15.0    3 epochs    9.50 M   overfits" in lines
    assert sum(" to go in all" in line for line in lines) == 2
    assert "  cnn5 wins" in lines
    assert json.loads((out / "study.json").read_text(encoding="utf-8"))["test_faces"] == 14
    assert "  cnn5+skip             64.0 %   gap  15.0    3 epochs   11.25 M   overfits" in lines
    ranked = told.out.splitlines()
    assert ranked[0] == "depth · How many layers?"
    assert [line.split()[0] for line in ranked[1:5]] == ["cnn5", "cnn3", "cnn1", "cnn7"]
    (winner,) = (out / "runs").glob("cnn5+attention+skip-seed42-*")
    assert ranked[-2:] == [f"The winner's run: {winner}", f"The page: {out / 'page.html'}"]
    assert (out / "page.html").is_file()


@pytest.mark.usefixtures("pageless")
def test_the_same_command_trains_nothing_twice(small, drawn, tmp_path, capsys, monkeypatch):
    command = ["study", "run", small, "--data", drawn, "--out", str(tmp_path / "study"), "--json"]
    assert main.run(command) == 0
    first = json.loads(capsys.readouterr().out)
    monkeypatch.setattr("mimika.training.train.train", None)
    assert main.run(command) == 0
    told = capsys.readouterr()
    assert told.err.splitlines()[2] == "two stages, seven networks, seed 42: 7 runs, all of them in the ledger already"
    assert json.loads(told.out) == first
    assert [stage["base"] for stage in first["stages"]] == [None, "cnn5"]
    assert first["stages"][1]["networks"][0]["network"] == "cnn5+attention+skip"


@pytest.mark.usefixtures("pageless")
def test_another_study_in_the_same_folder_says_that_the_page_becomes_its_own(small, drawn, tmp_path, capsys):
    out = tmp_path / "study"
    ask = ["study", "run", small, "--data", drawn, "--out", str(out), "--tracker", "none"]
    told = f"{out}: its page becomes this study's; the runs of the one before stay in the ledger.\n"
    same = [[], ["--seeds", "2"], ["--seeds", "2", "--set", "threads=1"]]
    for options, other in (*((options, False) for options in same), (["--set", "epochs=2"], True)):
        assert main.run([*ask, *options]) == 0
        assert (told in capsys.readouterr().err) == other


@pytest.mark.usefixtures("pageless")
def test_an_interrupted_study_goes_on_where_it_was(small, drawn, tmp_path, capsys, monkeypatch):
    from tests.cli.pretending import pretend_to_train

    def interrupted(recipe, *arguments, **keywords):
        if recipe.name == "cnn5":
            raise KeyboardInterrupt
        return pretend_to_train(recipe, *arguments, **keywords)

    command = ["study", "run", small, "--data", drawn, "--out", str(tmp_path / "study")]
    with monkeypatch.context() as patch:
        patch.setattr("mimika.training.train.train", interrupted)
        assert main.run(command) == 130
    assert capsys.readouterr().err.endswith("the same command goes on.\n")
    assert main.run(command) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[2] == "two stages, seven networks, seed 42: 7 runs, 2 of them in the ledger already"
    # What the stage has already is told again, without its epochs.
    assert lines[5].startswith("  cnn3   54.0 %")
    assert lines[6].startswith("  cnn1   51.0 %")
    assert lines[7].startswith("  cnn5  epoch  1/30")


@pytest.mark.usefixtures("pageless")
def test_several_seeds_are_told_apart(small, drawn, tmp_path, capsys):
    out = str(tmp_path / "study")
    assert main.run(["study", "run", small, "--data", drawn, "--out", out, "--seeds", "2", "--tracker", "none"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[2] == "two stages, seven networks, seeds 42, 43: 14 runs"
    assert "  cnn1   seed 43   51.0 %   gap  15.0    3 epochs    9.50 M   overfits" in lines


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], ""),
        (["--seeds", "1", "--validation", "0.2"], " --seeds 1 --validation 0.2"),
        (["--set", "epochs=4", "--set", "optimizer=sgd"], " --set epochs=4 --set optimizer=sgd"),
    ],
)
def test_the_command_is_kept_for_the_page_without_a_path_of_the_machine(options, told, small, drawn, monkeypatch):
    from mimika.study.study import StudyRun

    shown = []
    monkeypatch.setattr("mimika.report.write_report", lambda folder, *, faces, texts: shown.append((faces, texts.code)))
    monkeypatch.setattr("mimika.data.store.open_data", lambda data, **_: open_data(data))
    out = Path(small).parent / "my study"
    assert main.run(["study", "run", small, "--data", drawn, "--out", str(out), "--no-faces", *options]) == 0
    assert StudyRun.load(out).call == f"mimika study run small.toml --data DATA --out 'my study'{told}"
    assert set(shown) == {(False, "en")}


def test_the_page_is_written_again_from_the_ledger(small, drawn, tmp_path, capsys):
    out = tmp_path / "study"
    assert main.run(["study", "run", small, "--data", drawn, "--out", str(out)]) == 0
    (out / "page.html").unlink()
    capsys.readouterr()
    assert main.run(["study", "report", str(out), "--no-faces"]) == 0
    assert capsys.readouterr().out == f"{out / 'page.html'}\n"
    assert (out / "page.html").is_file()


def test_the_page_is_written_in_georgian_while_the_study_runs_and_again(small, drawn, tmp_path, capsys):
    out = tmp_path / "study"
    run = ["study", "run", small, "--data", drawn, "--out", str(out), "--language", "ka"]
    assert main.run(run) == 0
    assert '<html lang="ka">' in (out / "page.html").read_text(encoding="utf-8")
    assert "--language" not in json.loads((out / "study.json").read_text(encoding="utf-8"))["call"]
    assert main.run(["study", "report", str(out)]) == 0
    assert '<html lang="en">' in (out / "page.html").read_text(encoding="utf-8")
    assert main.run(["study", "report", str(out), "--language", "ka"]) == 0
    assert '<html lang="ka">' in (out / "page.html").read_text(encoding="utf-8")


def test_nothing_is_trained_for_a_page_in_an_unknown_language(small, drawn, tmp_path, capsys):
    unknown = "de: no page is written in that language; there are en (English) and ka (ქართული). Name one of these.\n"
    out = tmp_path / "study"
    assert main.run(["study", "run", small, "--data", drawn, "--out", str(out), "--language", "de"]) == 2
    assert capsys.readouterr().err == unknown
    assert not out.exists()
    assert main.run(["study", "report", str(out), "--language", "de"]) == 2
    assert capsys.readouterr().err == unknown


def test_a_folder_without_a_study_has_no_page(tmp_path, capsys):
    assert main.run(["study", "report", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"{tmp_path}: no study there (study.json is missing); `mimika study run` makes one.\n"
    )


def test_an_unknown_study_names_those_that_exist(drawn, tmp_path, capsys):
    assert main.run(["study", "run", "fast", "--data", drawn, "--out", str(tmp_path / "study")]) == 2
    assert capsys.readouterr().err == (
        "fast: no such file. mimika ships the studies beyond, quick, reference, staged, teachers and the recipes "
        "distil, large, small.\n"
    )
    assert not (tmp_path / "study").exists()


# W&B


@pytest.mark.usefixtures("pageless")
def test_runs_are_mirrored_into_the_studys_folder_with_their_page(small, drawn, tmp_path, monkeypatch):
    from tests.cli.pretending import pretend_to_train

    where = []

    def keep(*arguments, tracking, **keywords):
        where.append(tracking)
        return pretend_to_train(*arguments, tracking=tracking, **keywords)

    monkeypatch.setattr("mimika.training.train.train", keep)
    out = tmp_path / "study"
    command = ["study", "run", small, "--data", drawn, "--entity", "us"]
    assert main.run([*command, "--out", str(out)]) == 0
    assert [one.project for one in where] == ["depth_experiment"] * 4 + ["advanced_architecture_experiment"] * 3
    assert {(one.group, one.entity, one.folder, one.page) for one in where} == {("small", "us", out, "study/page.html")}
    where.clear()
    assert main.run([*command, "--out", str(tmp_path / "quiet"), "--tracker", "none"]) == 0
    assert where == [None] * 7


@pytest.mark.parametrize(
    ("form", "tracker", "shown"), [("drawn", "wandb", True), ("csv", "wandb", False), ("csv", "wandb+faces", True)]
)
def test_faces_of_real_people_go_to_w_and_b_only_when_asked(form, tracker, shown, drawn):
    from mimika.cli.options import Tracker, may_be_shown

    provenance = open_data(drawn).provenance.model_copy(update={"form": form})
    assert may_be_shown(Tracker(tracker), provenance) is shown


@pytest.mark.usefixtures("pageless")
def test_the_mirror_is_looked_at_and_brought_in_line(small, drawn, tmp_path, capsys, monkeypatch):
    out = tmp_path / "study"
    assert main.run(["study", "run", small, "--data", drawn, "--out", str(out), "--tracker", "none"]) == 0
    capsys.readouterr()
    before = sorted(out.rglob("*"))
    assert main.run(["study", "mirror", str(out), "--dry-run", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["network"], row["mirror"], row["file"], row["address"]) for row in rows[:2]] == [
        ("cnn1", "not mirrored", None, None),
        ("cnn3", "not mirrored", None, None),
    ]
    assert len(rows) == 7
    assert main.run(["study", "mirror", str(out), "--dry-run"]) == 0
    assert capsys.readouterr().out == "7 runs in the ledger: 0 in W&B, 0 offline, 7 not mirrored.\n"
    assert sorted(out.rglob("*")) == before

    from mimika.report.mirror import Mirroring, look

    def mirror(folder, *, entity, tell):
        tell(f"for {entity}")
        return Mirroring(folder=folder, runs=look(folder).runs, written=0, sent=0, login=False)

    monkeypatch.setattr("mimika.report.mirror.mirror_study", mirror)
    assert main.run(["study", "mirror", str(out), "--entity", "us"]) == 2
    told = capsys.readouterr()
    assert told.err == "for us\n"
    assert told.out.splitlines() == [
        "7 runs in the ledger: 0 in W&B, 0 offline, 7 not mirrored.",
        f"7 runs could not be written below {out}: see the warnings.",
    ]


@pytest.mark.parametrize(
    ("command", "module", "purpose"),
    [(["mirror"], "wandb", "a mirror in W&B"), (["report", "--wandb"], "wandb_workspaces", "a report in W&B")],
)
def test_without_w_and_b_the_extra_is_named(command, module, purpose, *, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("mimika.errors.find_spec", lambda name: None if name == module else object())
    assert main.run(["study", command[0], str(tmp_path), *command[1:]]) == 2
    assert capsys.readouterr().err == (
        f'{purpose} needs {module}, which is not installed: pip install "mimika[wandb]"\n'
    )


@pytest.mark.usefixtures("pageless")
def test_the_page_comes_with_reports_in_w_and_b_when_asked(tmp_path, capsys, monkeypatch):
    pytest.importorskip("wandb_workspaces")
    from mimika.report.wandb_report import Reporting

    monkeypatch.setattr(
        "mimika.report.wandb_report.write_wandb_reports",
        lambda folder, *, entity: Reporting(
            file=folder / "wandb-reports.json", titles=["a"], addresses=[f"{entity}/1"]
        ),
    )
    assert main.run(["study", "report", str(tmp_path), "--wandb", "--entity", "us"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'page.html'}\nus/1\n"
    monkeypatch.setattr(
        "mimika.report.wandb_report.write_wandb_reports",
        lambda folder, *, entity: Reporting(file=folder / "wandb-reports.json", titles=["a"], fault="no such project"),
    )
    assert main.run(["study", "report", str(tmp_path), "--wandb"]) == 2
    assert "W&B did not make all reports (no such project)" in capsys.readouterr().err
