"""The network that comes with mimika: small enough, described in full, and what its card and its run's record say."""

import json
import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image
from skimage.data import astronaut

import mimika
from mimika.cli import main
from mimika.predict.network import ABOUT, read_network
from mimika.predict.recogniser import WEIGHTS
from tests.predict.files import CARD, write_network

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def path():
    (path,) = WEIGHTS.glob("*.onnx")
    return path


@pytest.fixture(scope="module")
def record(path):
    return json.loads((ROOT / "docs" / "results" / path.stem / "record.json").read_text(encoding="utf-8"))


def test_it_is_small(path, record):
    assert path.stat().st_size <= 6_000_000
    assert record["parameters"] <= 1_500_000
    assert record["multiply_adds"] <= 65_000_000


def test_the_astronaut_is_happy(monkeypatch, tmp_path):
    monkeypatch.setenv("MIMIKA_HOME", str(tmp_path))
    (face,) = mimika.load(detector="haar").predict(astronaut())
    assert face.expression == "happy"


def test_what_the_documentation_shows_is_what_it_answers(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MIMIKA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    Image.fromarray(astronaut()).save("photo.jpg")
    assert main.run(["predict", "photo.jpg"]) == 0
    shown = capsys.readouterr().out
    for page in ("README.md", "docs/recogniser.md"):
        assert f"$ mimika predict photo.jpg\n{shown}" in (ROOT / page).read_text(encoding="utf-8")


def test_without_mimika_the_documented_code_gives_mimikas_answer(tmp_path, monkeypatch, capsys, path):
    text = (ROOT / "docs" / "recogniser.md").read_text(encoding="utf-8").partition("## Without mimika")[2]
    monkeypatch.chdir(tmp_path)
    Image.fromarray(astronaut()).save("photo.jpg")
    Path("distil.onnx").write_bytes(path.read_bytes())
    names = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], names)
    (face,) = mimika.load("distil", "haar").predict("photo.jpg")
    assert capsys.readouterr().out.startswith(f"{face.expression} [")
    assert face.box == (names["x"], names["y"], names["side"], names["side"])
    assert list(face.probabilities.values()) == pytest.approx(names["probabilities"].tolist(), abs=1e-5)


@pytest.mark.parametrize("which", ["bundled", "new"])
def test_a_file_says_what_it_is_to_those_who_open_it_without_mimika(tmp_path, path, which):
    if which == "new":
        pytest.importorskip("torch")
        from mimika.export.graph import describe

        write_network(path := tmp_path / "faces.onnx")
        describe(path, CARD)
    model = onnx.load(path)
    assert model.doc_string == ABOUT
    assert (model.producer_name, model.model_version) == ("mimika", 1)


def test_it_was_made_by_the_run_whose_record_is_kept(path, record):
    provenance = read_network(path).card.provenance
    assert provenance["recipe"] == record["recipe"]
    assert provenance["validation_faces"] == record["data"]["validation"] == 3589
    assert provenance["validation_accuracy"] == pytest.approx(record["scores"]["validation_accuracy"], abs=1 / 3589)


def test_its_card_says_what_the_file_says(path):
    card = read_network(path).card
    text = path.with_suffix(".md").read_text(encoding="utf-8")
    assert text.startswith(f"# {path.stem}\n")
    assert f"| {100 * card.provenance['validation_accuracy']:.1f} % |" in text
    tempered = f"temperature {card.temperature:.2f}" if card.temperature != 1 else "No temperature is applied"
    assert tempered in text
    assert f"below {card.threshold:.2f} is *unsure*" in text
    for word in ("PublicTest", "recall", "twins", "Article 5(1)(f)", "`mimika train "):
        assert word in text


def test_some_of_its_answers_are_sure_and_most_of_those_right(path):
    text = path.with_suffix(".md").read_text(encoding="utf-8")
    ((sure, right),) = re.findall(r"([\d.]+) % of the answers are sure, and ([\d.]+) % of those agree", text)
    assert float(sure) > 50
    assert float(right) > 78


def test_it_holds_no_path_of_the_machine_that_made_it(path):
    model = onnx.load(path)
    assert not re.search(rb"/(home|root|work|tmp|usr)/|site-packages", model.SerializeToString())


def test_a_blank_face_gets_probabilities_like_any_other(path):
    network = read_network(path)
    faces = np.stack([np.full((48, 48), gray, np.uint8) for gray in (0, 127, 255)])
    answers = network.probabilities(faces)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    assert np.isfinite(answers).all()
