"""A network is exported whole, answers as its checkpoint does, and takes 8 bits only where they are worth it."""

import logging
import shutil
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import onnx
import pytest
import torch

from mimika.calibration import apply_temperature, calibrate
from mimika.data.faces import SIDE
from mimika.data.sources.form import Found
from mimika.data.store import save
from mimika.data.twins import identical_in
from mimika.emotions import EMOTIONS
from mimika.errors import RunError
from mimika.export import export as exporting
from mimika.export.export import export
from mimika.export.graph import Deployed, write_graph
from mimika.export.int8 import objections
from mimika.export.judging import Judged
from mimika.models.build import build
from mimika.predict.network import NetworkCard, read_network
from mimika.recipe import Recipe, ResidualArchitecture
from mimika.record import Record
from mimika.training.batches import as_input
from mimika.training.checkpoint import find_checkpoint, load_network
from mimika.training.scoring import probabilities
from mimika.training.train import train
from tests.training.runs import small_faces, small_recipe


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    found = Found(faces=small_faces(), form="noise")
    return save(found, tmp_path_factory.mktemp("data") / "faces", source="noise", description="noise of seven grays")


@pytest.fixture(scope="module")
def run(stored, tmp_path_factory):
    """A finished run; not to be changed."""
    folder = tmp_path_factory.mktemp("run")
    train(small_recipe(), stored.faces, folder)
    return folder


@pytest.fixture(scope="module")
def exported(run, stored, tmp_path_factory):
    """What the run was exported to; not to be changed."""
    return export(find_checkpoint(run), tmp_path_factory.mktemp("exported") / "new" / "faces.onnx", stored)


@pytest.fixture
def taking(monkeypatch):
    """Lets the clock say how long the float file and the 8-bit file take; accuracy is no matter."""
    monkeypatch.setattr("mimika.export.int8.MOST_LOST", 1.0)

    def set_times(*milliseconds):
        monkeypatch.setattr(exporting, "milliseconds", lambda networks, _: list(milliseconds[: len(networks)]))

    return set_times


@pytest.mark.parametrize("batch", [1, 3, 40])
def test_the_file_answers_as_the_checkpoint_does_but_for_the_temperature(exported, run, stored, batch):
    network, _ = load_network(run / "best.safetensors")
    pixels = stored.faces.of("validation").pixels[:batch]
    with torch.inference_mode():
        logits = network(as_input(torch.from_numpy(np.array(pixels)).unsqueeze(1)))
    expected = (logits / exported.calibration.temperature).softmax(dim=1).numpy()
    assert np.abs(read_network(exported.path).probabilities(pixels) - expected).max() < 1e-5
    assert exported.parity < 1e-5


def test_what_is_told_is_what_the_file_and_the_checkpoint_do(exported, run, stored):
    validation = stored.faces.of("validation")
    answers = read_network(exported.path).probabilities(validation.pixels)
    accuracy = (answers.argmax(axis=1) == validation.emotions).mean()
    assert accuracy > 0.2
    assert exported.plain.accuracy == accuracy
    assert list(exported.plain.answers.values()) == np.bincount(answers.argmax(axis=1), minlength=7).tolist()
    assert exported.checkpoint_accuracy == accuracy == Record.load(run / "record.json").scores.validation_accuracy
    assert exported.faces == 40
    assert exported.written is exported.plain
    assert exported.plain.size == exported.path.stat().st_size
    assert 0 < exported.plain.milliseconds < 1000


def test_calibration_leaves_out_the_faces_that_train_has_too(exported, run, stored):
    network, _ = load_network(run / "best.safetensors")
    validation = stored.faces.of("validation")
    new = ~identical_in(validation, stored.faces.of("train"))
    assert exported.calibration.faces == new.sum() == 35
    assert exported.calibration == calibrate(probabilities(network, validation)[new], validation.emotions[new])


def test_the_file_says_what_it_is_and_where_it_comes_from(exported, run, stored):
    card = read_network(exported.path).card
    provenance = dict(card.provenance)
    recipe = Record.load(run / "record.json").recipe
    assert (card.labels, card.size, card.color) == (EMOTIONS, 48, "gray")
    assert card.temperature == exported.calibration.temperature
    assert card.threshold == exported.calibration.threshold
    assert Recipe.read(provenance.pop("recipe"), "provenance") == recipe
    assert provenance.pop("epoch") in {1, 2, 3}
    assert provenance == {
        "fingerprint": recipe.fingerprint,
        "data": "noise of seven grays",
        "data_checksum": stored.provenance.checksum,
        "calibrated_on": stored.provenance.checksum,
        "mimika": version("mimika"),
        "license": exporting.LICENSE,
        "views": "face",
        "weights": "float32",
        "validation_accuracy": exported.plain.accuracy,
        "validation_faces": 40,
    }


def test_the_file_is_one_valid_file_that_names_no_place_of_this_machine(exported):
    onnx.checker.check_model(onnx.load(exported.path), full_check=True)
    assert list(exported.path.parent.iterdir()) == [exported.path]
    content = exported.path.read_bytes()
    assert b"mimika/" not in content
    assert b'File "' not in content


def test_exporting_tells_nothing_on_its_own_and_leaves_the_logging_of_the_process_as_it_was(
    run, stored, tmp_path, capfd
):
    before = (list(logging.root.handlers), logging.root.manager.disable)
    export(run / "last.safetensors", tmp_path / "faces.onnx", stored, int8=True)
    assert capfd.readouterr() == ("", "")
    assert (logging.root.handlers, logging.root.manager.disable) == before


def test_with_the_mirror_image_file_and_checkpoint_answer_by_the_mean_of_both(run, stored, tmp_path):
    both = export(run / "best.safetensors", tmp_path / "faces.onnx", stored, flip=True)
    network, _ = load_network(run / "best.safetensors")
    validation = stored.faces.of("validation")
    other = replace(validation, pixels=validation.pixels[:, :, ::-1])
    mean = (probabilities(network, validation) + probabilities(network, other)) / 2
    expected = apply_temperature(mean, both.calibration.temperature)
    assert np.abs(read_network(both.path).probabilities(validation.pixels) - expected).max() < 1e-5
    assert both.checkpoint_accuracy == both.plain.accuracy == (mean.argmax(axis=1) == validation.emotions).mean()
    assert read_network(both.path).card.provenance["views"] == "face and mirror image"


def test_a_residual_network_is_exported_for_any_number_of_faces(tmp_path):
    torch.manual_seed(0)
    network = build(ResidualArchitecture(stem=8, stages=(8, 16))).eval()
    path = tmp_path / "faces.onnx"
    write_graph(network, 2.0, path)
    texts = NetworkCard(labels=EMOTIONS, temperature=2.0, threshold=0.5, provenance={}).to_metadata()
    model = onnx.load(path)
    onnx.helper.set_model_props(model, texts)
    onnx.save(model, path)
    pixels = small_faces(train=1, validation=6).pixels
    with torch.inference_mode():
        expected = Deployed(network, 2.0)(torch.tensor(pixels)).numpy()
    answers = read_network(path).probabilities
    assert np.abs(answers(pixels) - expected).max() < 1e-5
    assert np.abs(answers(pixels[:1]) - expected[:1]).max() < 1e-5


def test_a_file_that_answers_otherwise_is_not_written(run, stored, tmp_path, monkeypatch):
    monkeypatch.setattr("mimika.export.graph.prepare", lambda pixels: pixels / 255)
    out = tmp_path / "faces.onnx"
    out.write_text("before")
    with pytest.raises(RunError) as refusal:
        export(run / "best.safetensors", out, stored)
    message = str(refusal.value)
    difference = message.partition("by up to ")[2].partition(" in a")[0]
    assert float(difference) > 1e-4
    assert message == (
        f"{run / 'best.safetensors'}: the exported network answers otherwise than the checkpoint, by up to "
        f"{difference} in a probability, where 1e-04 is allowed. Nothing was written."
    )
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("faces.onnx", "before")]


def test_other_faces_than_those_of_the_run_are_refused(run, tmp_path, stored):
    found = Found(faces=small_faces(seed=1), form="noise")
    other = save(found, tmp_path / "other", source="noise.csv", description="other noise")
    with pytest.raises(RunError) as refusal:
        export(run / "best.safetensors", tmp_path / "faces.onnx", other)
    assert str(refusal.value) == (
        f"{run / 'best.safetensors'}: trained on other faces (noise of seven grays, checksum "
        f"{stored.provenance.checksum[:8]}) than noise.csv has ({other.provenance.checksum[:8]}). Name the data set it "
        "was trained on, with --validation if it was cut."
    )
    assert not (tmp_path / "faces.onnx").exists()


def test_too_few_faces_to_calibrate_on_are_refused(run, tmp_path, monkeypatch):
    few = save(
        Found(faces=small_faces(validation=8), form="noise"),  # of which five are twins
        tmp_path / "few",
        source="noise",
        description="noise",
    )
    monkeypatch.setattr(exporting, "check_faces", lambda *_: None)
    with pytest.raises(RunError, match=r"^Calibrating takes at least 5 .* there are 3\. Take a data set with more\.$"):
        export(run / "best.safetensors", tmp_path / "faces.onnx", few)


def test_a_card_alone_holds_the_faces_against_those_of_the_training(run, tmp_path):
    for name in ("best.safetensors", "best.json"):
        shutil.copy(run / name, tmp_path)
    other = save(
        Found(faces=small_faces(seed=3), form="noise"), tmp_path / "other", source="noise", description="noise"
    )
    trained_on = Record.load(run / "record.json").data.checksum
    with pytest.raises(RunError) as refused:
        export(tmp_path / "best.safetensors", tmp_path / "faces.onnx", other)
    assert str(refused.value) == (
        f"{tmp_path / 'best.safetensors'}: trained on other faces (checksum {trained_on[:8]}) than noise has "
        f"({other.provenance.checksum[:8]}). Name the data set it was trained on, with --validation if it was "
        "cut."
    )


def test_a_record_of_other_faces_vouches_for_nothing(run, tmp_path, stored):
    for name in ("best.safetensors", "best.json", "record.json"):
        shutil.copy(run / name, tmp_path)
    card = tmp_path / "best.json"
    card.write_text(card.read_text().replace(stored.provenance.checksum, "0" * 64))
    with pytest.raises(RunError, match=r"best\.safetensors: trained on other faces \(checksum 00000000\) than noise"):
        export(tmp_path / "best.safetensors", tmp_path / "faces.onnx", stored)


def test_weights_without_a_record_beside_them_are_exported_too(run, stored, tmp_path, exported):
    for name in ("best.safetensors", "best.json"):
        shutil.copy(run / name, tmp_path)
    alone = export(tmp_path / "best.safetensors", tmp_path / "faces.onnx", stored)
    assert alone.calibration == exported.calibration
    assert read_network(alone.path).card == read_network(exported.path).card


def test_a_runs_folder_stands_for_the_weights_that_are_its_result(run, tmp_path):
    record = Record.load(run / "record.json")
    assert find_checkpoint(run) == run / "best.safetensors"
    last = record.model_copy(update={"recipe": record.recipe.changed({"keep": "last"})})
    (tmp_path / "record.json").write_text(last.model_dump_json())
    assert find_checkpoint(tmp_path) == tmp_path / "last.safetensors"
    assert find_checkpoint(run / "last.safetensors") == run / "last.safetensors"


def test_a_folder_without_a_finished_run_is_refused(tmp_path):
    with pytest.raises(RunError) as refusal:
        find_checkpoint(tmp_path)
    assert str(refusal.value) == f"{tmp_path / 'record.json'}: no record there; a finished run leaves one."


def test_eight_bits_that_are_faster_are_taken(run, stored, tmp_path, taking, exported):
    taking(2.0, 1.0)
    small = export(run / "best.safetensors", tmp_path / "faces.onnx", stored, int8=True)
    assert small.objections == ()
    assert small.written is small.int8
    assert small.path.stat().st_size == small.int8.size < 0.5 * exported.plain.size
    network = read_network(small.path)
    validation = stored.faces.of("validation")
    answers = network.probabilities(validation.pixels)
    assert (answers.argmax(axis=1) == validation.emotions).mean() == small.int8.accuracy
    assert np.abs(answers - read_network(exported.path).probabilities(validation.pixels)).max() < 0.05
    assert network.card.provenance["weights"] == "int8"
    assert network.card.provenance["validation_accuracy"] == small.int8.accuracy


def test_eight_bits_that_are_no_faster_leave_the_float_file(run, stored, tmp_path, taking):
    taking(1.0, 1.0)
    kept = export(run / "best.safetensors", tmp_path / "faces.onnx", stored, int8=True)
    assert kept.objections == ("it is no faster",)
    assert kept.written is kept.plain
    assert kept.path.stat().st_size == kept.plain.size
    assert read_network(kept.path).card.provenance["weights"] == "float32"


def judged(accuracy, milliseconds):
    return Judged(
        accuracy=accuracy,
        accuracy_without_twins=accuracy,
        recall={},
        precision={},
        answers={},
        calibration_error=0.01,
        milliseconds=milliseconds,
        size=1,
    )


def test_eight_bits_may_cost_three_tenths_of_a_point_and_must_be_faster():
    plain = judged(0.7, 2.0)
    assert objections(plain, judged(0.697, 1.9)) == ()
    assert objections(plain, judged(0.71, 1.9)) == ()
    assert objections(plain, judged(0.69, 2.1)) == (
        "it loses 1.0 point, where 0.3 are allowed",
        "it is no faster",
    )


def test_the_graph_takes_gray_bytes(exported):
    graph = onnx.load(exported.path).graph
    (takes,), (gives,) = graph.input, graph.output
    assert takes.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert [axis.dim_value for axis in takes.type.tensor_type.shape.dim] == [0, SIDE, SIDE]
    assert [axis.dim_value for axis in gives.type.tensor_type.shape.dim] == [0, len(EMOTIONS)]
