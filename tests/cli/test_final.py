from datetime import UTC, datetime

import pytest

from mimika.cli import main
from mimika.emotions import EMOTIONS
from mimika.errors import SealedError
from mimika.record import SealedResult

RESULT = SealedResult(
    network="cnn5+batch_norm+skip",
    key="0123456789abcdef-87ed8d94",
    opened=(datetime(2026, 11, 24, tzinfo=UTC),),
    first_accuracy=0.629,
    first_network="cnn5+batch_norm+skip",
    elsewhere=0,
    faces=3589,
    twins=288,
    accuracy=0.629,
    interval=(0.613, 0.645),
    accuracy_without_twins=0.611,
    macro_f1=0.6,
    calibration_error=0.1,
    recall=dict(zip(EMOTIONS, (0.5, 0.41, 0.4, 0.9, 0.6, 0.8, 0.7), strict=True)),
    confusion=tuple((70,) * 7 for _ in range(7)),
)


@pytest.fixture
def reference(tmp_path, monkeypatch):
    """A study's folder, in the working directory."""
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "study.json").touch()
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def opening(monkeypatch, reference):
    """The test split is opened without being there; gives what the command asked for."""
    asked = {}

    def open_test(folder, stored, *, again):
        asked.update(folder=folder, again=again)
        return RESULT.model_copy(update={"opened": RESULT.opened * (1 + again)})

    def write_report(folder, *, faces, texts):
        asked.update(faces=faces, language=texts.code)
        return folder / "page.html"

    monkeypatch.setattr("mimika.final.open_test", open_test)
    monkeypatch.setattr("mimika.report.write_report", write_report)
    return asked


def test_the_sealed_result_is_told_in_four_lines(opening, drawn, capsys):
    assert main.run(["final", "reference", "--data", drawn]) == 0
    told = capsys.readouterr()
    assert told.out == (
        "cnn5+batch_norm+skip on the test split, opened for the first time:\n"
        "  62.9 % (95 %: 61.3–64.5, n = 3,589) · 61.1 % without the 288 faces that have an identical twin in train\n"
        "  weakest: fear 40 %, disgust 41 %\n"
        "  sealed in reference/final.json\n"
    )
    assert told.err == "On the page: reference/page.html\n"
    assert opening["again"] is False
    assert opening["faces"] is True


def test_an_emotion_without_test_faces_is_not_called_weak(monkeypatch, opening, drawn, capsys):
    faces = ((0,) * 7 if emotion in ("disgust", "fear") else (70,) * 7 for emotion in EMOTIONS)
    recall = {**RESULT.recall, "disgust": 0.0, "fear": 0.0}
    result = RESULT.model_copy(update={"recall": recall, "confusion": tuple(faces)})
    monkeypatch.setattr("mimika.final.open_test", lambda *_, **__: result)
    assert main.run(["final", "reference", "--data", drawn]) == 0
    assert "  weakest: angry 50 %, sad 60 %\n" in capsys.readouterr().out


def test_a_single_run_has_no_page(opening, drawn, capsys):
    assert main.run(["final", "run", "--data", drawn]) == 0
    assert capsys.readouterr().err == ""
    assert "faces" not in opening


def test_a_first_figure_of_another_network_and_openings_for_other_studies_are_told(monkeypatch, opening, drawn, capsys):
    result = RESULT.model_copy(
        update={"opened": RESULT.opened * 2, "first_accuracy": 0.6, "first_network": "cnn3", "elsewhere": 1}
    )
    monkeypatch.setattr("mimika.final.open_test", lambda *_, **__: result)
    assert main.run(["final", "reference", "--data", drawn, "--again"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "cnn5+batch_norm+skip on the test split, opened 2 times by now (the first gave 60.0 % of cnn3):"
    )
    assert lines[3] == "  for other studies and runs the same stored test faces were opened before: one time"


def test_a_page_that_is_to_be_published_keeps_without_faces(opening, drawn, capsys):
    assert main.run(["final", "reference", "--data", drawn, "--no-faces"]) == 0
    assert capsys.readouterr().err == "On the page: reference/page.html\n"
    assert opening["faces"] is False


def test_the_page_is_written_in_the_language_that_is_asked_for(opening, drawn):
    assert main.run(["final", "reference", "--data", drawn]) == 0
    assert opening["language"] == "en"
    assert main.run(["final", "reference", "--data", drawn, "--language", "ka"]) == 0
    assert opening["language"] == "ka"


def test_nothing_is_opened_for_a_page_in_an_unknown_language(opening, drawn, capsys):
    assert main.run(["final", "reference", "--data", drawn, "--language", "de"]) == 2
    assert capsys.readouterr().err == (
        "de: no page is written in that language; there are en (English) and ka (ქართული). Name one of these.\n"
    )
    assert opening == {}


def test_nothing_is_opened_for_a_page_that_could_not_be_drawn(opening, drawn, capsys, monkeypatch):
    monkeypatch.setattr("mimika.errors.find_spec", lambda name: None if name == "matplotlib" else object())
    assert main.run(["final", "reference", "--data", drawn]) == 2
    assert capsys.readouterr().err.startswith("the page of a study needs matplotlib, which is not installed")
    assert opening == {}


def test_opening_it_again_is_counted(opening, drawn, capsys):
    assert main.run(["final", "reference", "--data", drawn, "--again"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.endswith("opened 2 times by now (the first gave 62.9 %):")
    assert opening["again"] is True


def test_the_sealed_result_as_json(opening, drawn, capsys):
    assert main.run(["final", "reference", "--data", drawn, "--json"]) == 0
    assert SealedResult.model_validate_json(capsys.readouterr().out) == RESULT


def test_a_refusal_is_one_line(monkeypatch, drawn, capsys):
    def refuse(*_, **__):
        raise SealedError("reference: the test split was opened.")

    monkeypatch.setattr("mimika.final.open_test", refuse)
    assert main.run(["final", "reference", "--data", drawn]) == 2
    assert capsys.readouterr() == ("", "reference: the test split was opened.\n")
