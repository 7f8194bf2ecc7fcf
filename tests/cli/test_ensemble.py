import json
import shutil
from pathlib import Path

import pytest
import torch
from tests.records import make_record

from mimika.cli import main
from mimika.data.store import open_data
from mimika.models.build import build
from mimika.recipe import Recipe
from mimika.training.checkpoint import CheckpointCard, save_weights
from mimika.training.teachers import Teachers

STUDENT = """
[augmentation]
shift = 0.1

[distillation]
views = 2
"""


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory, drawn):
    faces, folder = open_data(drawn).faces.checksum, tmp_path_factory.mktemp("checkpoints")
    paths = []
    for seed, name in enumerate(("narrow", "narrower")):
        recipe = Recipe().changed({"name": name, "architecture": {"stem": 8, "stages": [16 - 8 * seed]}})
        torch.manual_seed(seed)
        path = folder / f"{name}.safetensors"
        card = CheckpointCard(recipe=recipe, epoch=1, validation_accuracy=0.2, faces=faces)
        save_weights(build(recipe.architecture).state_dict(), card, path)
        paths.append(str(path))
    return paths


def test_an_ensemble_is_told_member_by_member(checkpoints, drawn, capsys):
    assert main.run(["ensemble", *checkpoints, "--data", drawn]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["parameters", "multiply-adds", "one", "view", "with", "flip"]
    assert [line.split()[0] for line in lines[1:4]] == ["narrow", "narrower", "together"]
    assert len({len(line) for line in lines[:4]}) == 1
    assert lines[4] == "  on 14 validation faces; in brackets without the 0 that have a twin in train"


def test_an_ensemble_as_json_holds_every_figure(checkpoints, drawn, capsys):
    assert main.run(["ensemble", *checkpoints, "--data", drawn, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [member["name"] for member in told["members"]] == ["narrow", "narrower"]
    assert set(told["together"]) == {"name", "parameters", "multiply_adds", "one_view", "with_flip"}
    assert 0 <= told["together"]["with_flip"]["without_twins"] <= 1


def test_an_ensemble_writes_what_it_teaches_and_a_student_learns_from_it(checkpoints, drawn, tmp_path, capsys):
    recipe, out = tmp_path / "student.toml", tmp_path / "new" / "teachers.npz"
    recipe.write_text(STUDENT)
    ask = ["ensemble", *checkpoints, "--data", drawn, "--student", str(recipe), "--out", str(out)]
    assert main.run(ask) == 0
    assert capsys.readouterr().err == f"{out}: their answers to 2 views of each of 112 training faces\n"
    assert Teachers.load(out).card.teachers == ("narrow", "narrower")
    learn = ["train", str(recipe), "--data", drawn, "--out", str(tmp_path / "run"), "--teachers", str(out)]
    small = ["--set", "architecture.width=0.125", "--set", "epochs=1", "--tracker", "none", "--json"]
    assert main.run([*learn, *small]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["recipe"]["distillation"]["teachers"] == Teachers.load(out).checksum


def test_one_checkpoint_is_no_ensemble(checkpoints, drawn, capsys):
    assert main.run(["ensemble", checkpoints[0], "--data", drawn]) == 2
    assert capsys.readouterr().err == "An ensemble takes two checkpoints or more, and one was given.\n"


def test_a_student_without_teachers_is_told_where_they_come_from(drawn, tmp_path, capsys):
    assert main.run(["train", "distil", "--data", drawn, "--out", str(tmp_path / "run")]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "The recipe distils and needs its teachers' answers: --teachers FILE, from `mimika ensemble --out`."
    )


def test_a_member_that_was_trained_on_other_faces_is_refused(checkpoints, drawn, tmp_path, capsys):
    before = Path(checkpoints[0])
    shutil.copy(before, tmp_path / "last.safetensors")
    card = json.loads(before.with_suffix(".json").read_text())
    (tmp_path / "last.json").write_text(json.dumps({**card, "faces": "f8428a1e" * 8}))
    (tmp_path / "record.json").write_text(make_record(changes={"keep": "last"}).model_dump_json())
    assert main.run(["ensemble", checkpoints[1], str(tmp_path), "--data", drawn]) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith(
        f"{tmp_path / 'last.safetensors'}: trained on other faces (drawn for a test, checksum f8428a1e)"
    )
