import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.exports import EXPORTED
from tests.records import make_record

from mimika.cli import main
from mimika.data.store import open_data
from mimika.errors import RunError

SMALL = replace(EXPORTED.plain, accuracy=0.6989, milliseconds=1.32, size=951_000)


@pytest.fixture
def exporting(monkeypatch):
    """Nothing is exported; gives what the command asked for, and takes what it is to be told."""
    asked = {"answer": EXPORTED}

    def export(checkpoint, out, stored, *, flip, int8):
        asked.update(checkpoint=checkpoint, out=out, flip=flip, int8=int8)
        return asked["answer"]

    monkeypatch.setattr("mimika.export.export.export", export)
    return asked


def asking(drawn, *options):
    return main.run(["export", "run/best.safetensors", "--data", drawn, "--out", "out/faces.onnx", *options])


def test_an_export_is_told_with_all_that_was_measured(exporting, drawn, capsys):
    assert asking(drawn) == 0
    assert capsys.readouterr() == (
        "small: 70.0 % on validation from the file, 70.0 % from the checkpoint (n = 3,589)\n"
        "  parity       6.4 × 10⁻⁷: the largest difference in a probability between the two\n"
        "  calibration  error 8.9 %, and 1.3 % with temperature 1.38 (n = 3,308 without twins, cross-fitted)\n"
        "  unsure       below 0.55; 71.2 % of the answers are sure, and 80.3 % of those right (80 % aimed at)\n"
        "  one face     2.41 ms on one thread\n"
        "  out/faces.onnx  3.59 MB\n",
        "",
    )
    assert exporting["checkpoint"] == Path("run/best.safetensors")
    assert exporting["out"] == Path("out/faces.onnx")
    assert (exporting["flip"], exporting["int8"]) == (False, False)


def test_an_export_that_looks_at_the_mirror_image_too_says_so(exporting, drawn, capsys):
    exporting["answer"] = replace(EXPORTED, flip=True)
    assert asking(drawn, "--flip") == 0
    assert exporting["flip"] is True
    assert capsys.readouterr().out.splitlines()[0] == (
        "small: 70.0 % on validation from the file, 70.0 % from the checkpoint "
        "(n = 3,589, each face with its mirror image)"
    )


def test_eight_bits_that_were_taken_are_told_beside_the_float_file(exporting, drawn, capsys):
    exporting["answer"] = replace(EXPORTED, int8=SMALL)
    assert asking(drawn, "--int8") == 0
    lines = capsys.readouterr().out.splitlines()
    assert exporting["int8"] is True
    assert lines[0] == "small: 69.9 % on validation from the file, 70.0 % from the checkpoint (n = 3,589)"
    assert lines[1] == (
        "  parity       6.4 × 10⁻⁷: the largest difference in a probability between the two, before 8 bits"
    )
    assert lines[4:] == [
        "  8 bits       taken: 69.89 % for 70.02 %, 1.32 ms for 2.41 ms, 0.95 MB for 3.59 MB",
        "  one face     1.32 ms on one thread",
        "  out/faces.onnx  0.95 MB",
    ]


def test_eight_bits_that_were_not_taken_are_told_with_the_reasons(exporting, drawn, capsys):
    reasons = ("it loses 1.0 point, where 0.3 are allowed", "it is no faster")
    small = replace(SMALL, accuracy=0.6902, milliseconds=2.5)
    exporting["answer"] = replace(EXPORTED, int8=small, objections=reasons)
    assert asking(drawn, "--int8") == 0
    assert capsys.readouterr().out.splitlines()[4:] == [
        "  8 bits       not taken, as it loses 1.0 point, where 0.3 are allowed, and it is no faster: "
        "69.02 % for 70.02 %, 2.50 ms for 2.41 ms, 0.95 MB for 3.59 MB",
        "  one face     2.41 ms on one thread",
        "  out/faces.onnx  3.59 MB",
    ]


def test_an_export_as_json_has_every_figure(exporting, drawn, capsys):
    exporting["answer"] = replace(EXPORTED, int8=SMALL)
    assert asking(drawn, "--json", "--int8") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["path"] == "out/faces.onnx"
    assert told["written"] == "int8"
    assert told["calibration"]["temperature"] == 1.384
    assert (told["plain"]["accuracy"], told["int8"]["size"], told["objections"]) == (0.7002, 951_000, [])


def test_a_folder_without_a_finished_run_is_one_line(drawn, tmp_path, capsys):
    assert main.run(["export", str(tmp_path), "--data", drawn, "--out", str(tmp_path / "faces.onnx")]) == 2
    assert capsys.readouterr() == ("", f"{tmp_path / 'record.json'}: no record there; a finished run leaves one.\n")


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--out", "run/best.safetensors"], "--out run/best.safetensors"),
        (["--out", "run/record.json"], "--out run/record.json"),
        (["--out", "out/faces.onnx", "--card", "out/../out/faces.onnx"], "--card out/../out/faces.onnx"),
        (["--out", "out/faces.onnx", "--card", "run/best.json"], "--card run/best.json"),
    ],
)
def test_an_export_replaces_nothing_that_it_is_made_from(exporting, drawn, capsys, options, line):
    assert main.run(["export", "run/best.safetensors", "--data", drawn, *options]) == 2
    line = f"{line}: would replace another file of this export. Name another file."
    assert capsys.readouterr() == ("", f"{line}\n")
    assert "checkpoint" not in exporting


def test_a_temperature_that_mends_nothing_is_not_applied(exporting, drawn, capsys):
    nothing = replace(EXPORTED.calibration, temperature=1.0, error_before=0.021, error_after=0.021)
    exporting["answer"] = replace(EXPORTED, calibration=nothing)
    assert asking(drawn) == 0
    assert capsys.readouterr().out.splitlines()[2] == (
        "  calibration  error 2.1 % (n = 3,308 without twins); no temperature, as a fitted one would not lower it"
    )


def test_a_network_that_is_never_sure_says_so(exporting, drawn, capsys):
    never = replace(EXPORTED.calibration, threshold=1.0, sure_share=0.0, sure_precision=None)
    exporting["answer"] = replace(EXPORTED, calibration=never)
    assert asking(drawn) == 0
    assert "  unsure       below 1.00; no answer is sure\n" in capsys.readouterr().out


def test_a_refusal_is_one_line(monkeypatch, drawn, capsys):
    def refuse(*_, **__):
        raise RunError("run: trained on other faces.")

    monkeypatch.setattr("mimika.export.export.export", refuse)
    assert asking(drawn) == 2
    assert capsys.readouterr() == ("", "run: trained on other faces.\n")


@pytest.mark.parametrize("module", ["torch", "onnx", "onnxscript"])
def test_what_is_not_installed_is_named(monkeypatch, drawn, capsys, module):
    from mimika import errors

    find = errors.find_spec
    monkeypatch.setattr(errors, "find_spec", lambda name: None if name == module else find(name))
    assert asking(drawn) == 2
    assert capsys.readouterr().err == (
        f'exporting to ONNX needs {module}, which is not installed: pip install "mimika[export]"\n'
    )


def test_a_card_is_written_beside_the_file(exporting, drawn, tmp_path, capsys):
    record = make_record("cnn5", 0.7, 0.75, changes={"architecture.width": 0.5, "epochs": 3, "ema_decay": 0.9})
    (tmp_path / "record.json").write_text(record.model_dump_json())
    card = tmp_path / "new" / "card.md"
    ask = ["export", str(tmp_path / "best.safetensors"), "--data", drawn, "--out", str(tmp_path / "faces.onnx")]
    assert main.run([*ask, "--card", str(card)]) == 0
    assert capsys.readouterr().err == f"The model card: {card}\n"
    assert (
        "`mimika train cnn5 --set architecture.width=0.5 --set epochs=3 --set ema_decay=0.9 --data DATA "
        "--out cnn5`" in card.read_text()
    )


def test_a_run_without_a_known_name_is_trained_again_from_a_recipe(exporting, drawn, tmp_path):
    record = make_record("cnn5", 0.7, 0.75, changes={"name": "mine"})
    (tmp_path / "record.json").write_text(record.model_dump_json())
    card = tmp_path / "card.md"
    ask = ["export", str(tmp_path / "best.safetensors"), "--data", drawn, "--out", str(tmp_path / "faces.onnx")]
    assert main.run([*ask, "--card", str(card)]) == 0
    assert "`mimika train recipe.json --data DATA --out mine`" in card.read_text()


def test_a_card_of_a_run_whose_validation_was_cut_from_train_says_so(exporting, drawn, tmp_path, monkeypatch):
    monkeypatch.setattr("mimika.cli.progress.opened", lambda data, validation: open_data(data))
    record = make_record("cnn5", 0.6)
    (tmp_path / "record.json").write_text(record.model_dump_json())
    card = tmp_path / "card.md"
    ask = ["export", str(tmp_path / "best.safetensors"), "--data", drawn, "--out", str(tmp_path / "faces.onnx")]
    assert main.run([*ask, "--card", str(card), "--validation", "0.25"]) == 0
    assert "--data DATA --validation 0.25 --out cnn5`" in card.read_text()


def test_a_card_needs_the_runs_record(exporting, drawn, tmp_path, capsys):
    ask = ["export", str(tmp_path / "best.safetensors"), "--data", drawn, "--out", str(tmp_path / "faces.onnx")]
    assert main.run([*ask, "--card", str(tmp_path / "card.md")]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'record.json'}: no record there; a finished run leaves one.\n"
    assert "checkpoint" not in exporting


def test_a_card_tells_of_the_weights_that_are_the_runs_result_and_of_no_others(exporting, drawn, tmp_path, capsys):
    (tmp_path / "record.json").write_text(make_record("cnn5", 0.7, 0.75, changes={"keep": "last"}).model_dump_json())
    weights = tmp_path / "best.safetensors"
    ask = ["export", str(weights), "--data", drawn, "--out", str(tmp_path / "faces.onnx")]
    assert main.run([*ask, "--card", str(tmp_path / "card.md")]) == 2
    assert capsys.readouterr().err == f"{weights}: the card tells of the run's last weights. Leave out --card.\n"
    assert "checkpoint" not in exporting


def kept(folder, checksum="f8428a1e" * 8, **wanted):
    """A run's folder, with the record of a training on the faces of a checksum."""
    folder.mkdir()
    record = make_record("cnn5", 0.7, 0.75, **wanted)
    seen = record.data.model_copy(update={"checksum": checksum})
    (folder / "record.json").write_text(record.model_copy(update={"data": seen}).model_dump_json())
    return str(folder)


def asking_for_a_card(run, drawn, *others):
    card = Path(run, "card.md")
    ask = ["export", f"{run}/best.safetensors", "--data", drawn, "--out", f"{run}/faces.onnx", "--card", str(card)]
    return main.run([*ask, *(part for other in others for part in ("--rerun", other))]), card


def test_runs_with_other_seeds_stand_on_the_card(exporting, drawn, tmp_path):
    run, *others = (kept(tmp_path / str(seed), seed=seed) for seed in (42, 43, 44))
    status, card = asking_for_a_card(run, drawn, *others)
    assert status == 0
    assert "- **Spread**: trained with the seeds 42, 43 and 44, " in card.read_text()


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ({"seed": 42}, "seed 42 is there already"),
        ({"seed": 43, "checksum": "0" * 64}, "it saw other faces"),
        (
            {"seed": 43, "changes": {"epochs": 5, "architecture.width": 0.5}},
            "its recipe differs in architecture.width and epochs",
        ),
    ],
)
def test_what_is_not_the_same_run_with_another_seed_is_refused(drawn, tmp_path, capsys, wanted, fault):
    run, other = kept(tmp_path / "run"), kept(tmp_path / "other", **wanted)
    status, card = asking_for_a_card(run, drawn, other)
    assert (status, card.exists()) == (2, False)
    assert capsys.readouterr().err == f"{other}: not the same run with another seed, as {fault}.\n"


def test_runs_with_other_seeds_are_for_the_card(exporting, drawn, capsys):
    assert asking(drawn, "--rerun", "other") == 2
    assert capsys.readouterr().err == "--rerun: the spread over seeds stands on the model card. Add --card.\n"
    assert "checkpoint" not in exporting
