import json
import re

import pytest
from tests.records import make_predictions, make_record
from tests.report.studies import CHECKSUM, FIGURES, write_study
from tests.training.runs import small_recipe

from mimika.cli import main
from mimika.cli.album import FROM_DATA, SHOWN_FACES
from mimika.data.store import open_data

RECORD_ALONE = ("network.svg", "gradients.svg", "curves.svg")
ANSWERS = ("recall.svg", "confusion.svg", "reliability.svg", "confused_pairs.svg")


@pytest.fixture(scope="module")
def trained(drawn, tmp_path_factory):
    """The folder of a run that was trained for an epoch on the drawn faces."""
    pytest.importorskip("torch")
    from mimika.training.train import train

    folder = tmp_path_factory.mktemp("trained") / "run"
    train(small_recipe("cnn1", epochs=1), open_data(drawn).faces, folder)
    return folder


@pytest.fixture
def run(tmp_path):
    """What a run leaves for those who have neither its weights nor its faces."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "record.json").write_text(make_record(faces=400).model_dump_json())
    make_predictions(0.556, faces=400).save(folder / "predictions.npz")
    return folder


def figures(*arguments):
    return main.run(["figures", *map(str, arguments)])


def made(folder):
    return {path.name for path in (folder / "figures").iterdir()}


def left_out(told):
    """Names and reasons of what was told to be left out."""
    lines = told.partition("\nleft out\n")[2].splitlines()
    return dict(line.split(maxsplit=1) for line in lines)


def test_a_run_without_faces_and_weights_is_drawn_as_far_as_its_record_goes(run, capsys):
    assert figures(run) == 0
    told = capsys.readouterr().out
    assert made(run) == {*RECORD_ALONE, *ANSWERS}
    lines = told.splitlines()
    assert lines[0] == f"seven pictures in {run / 'figures'}"
    assert lines[4].split(maxsplit=1) == ["recall.svg", lines[4].split(maxsplit=1)[1]]
    why = "needs the faces; name them with --data"
    assert left_out(told) == dict.fromkeys(("mistakes.png", "embedding.png", "looking.png", *FROM_DATA), why)


def test_for_latex_pdf_stands_in_the_place_of_svg(run, capsys):
    assert figures(run, "--pdf", "--json") == 0
    assert made(run) == {name.replace(".svg", ".pdf") for name in (*RECORD_ALONE, *ANSWERS)}
    assert {one["name"] for one in json.loads(capsys.readouterr().out)["made"]} == made(run)
    assert figures(run) == 0
    assert made(run) == {*RECORD_ALONE, *ANSWERS}, "of an earlier call nothing is left"


def test_a_run_without_its_answers_says_so(run, capsys):
    (run / "predictions.npz").unlink()
    assert figures(run) == 0
    assert made(run) == set(RECORD_ALONE)
    why = f"{run / 'predictions.npz'}: the validation probabilities are missing or damaged; train the run again."
    assert left_out(capsys.readouterr().out)["confusion.svg"] == why


def test_with_faces_and_weights_nothing_is_left_out_and_without_faces_nothing_shows_one(trained, drawn, capsys):
    everything = {*RECORD_ALONE, *ANSWERS, *FROM_DATA, *SHOWN_FACES, "embedding.png"}
    assert figures(trained, "--data", drawn, "--map-faces", 1) == 0
    assert left_out(capsys.readouterr().out) == {}
    assert made(trained) == everything

    assert figures(trained, "--data", drawn, "--no-faces") == 0
    assert left_out(capsys.readouterr().out) == dict.fromkeys(SHOWN_FACES, "shows faces, and --no-faces was asked for")
    assert made(trained) == everything - set(SHOWN_FACES), "those of the first call are gone"


def test_without_weights_the_pictures_of_them_are_left_out(trained, drawn, tmp_path, capsys):
    for name in ("record.json", "predictions.npz"):
        (tmp_path / name).write_bytes((trained / name).read_bytes())
    assert figures(tmp_path, "--data", drawn) == 0
    why = f"needs the weights, and there is no {tmp_path / 'best.safetensors'}"
    assert left_out(capsys.readouterr().out) == {"embedding.png": why, "looking.png": why}
    assert "mistakes.png" in made(tmp_path)


def test_weights_that_have_diverged_draw_no_maps(trained, drawn, tmp_path, capsys):
    from safetensors.torch import load_file, save_file

    for name in ("record.json", "predictions.npz", "best.json"):
        (tmp_path / name).write_bytes((trained / name).read_bytes())
    values = load_file(trained / "best.safetensors")
    values[min(values)].fill_(float("nan"))
    save_file(values, tmp_path / "best.safetensors")
    assert figures(tmp_path, "--data", drawn) == 0
    why = "its weights are not finite: the training diverged"
    assert left_out(capsys.readouterr().out) == {"embedding.png": why, "looking.png": why}


def test_a_study_is_drawn_from_its_ledger_alone(tmp_path, capsys):
    few = ("cnn1", "cnn3")
    write_study(tmp_path, seeds=2, faces=400, leave_out=set(FIGURES) - set(few))
    assert figures(tmp_path) == 0
    networks = {f"{kind}-{name}.svg" for kind in ("network", "gradients") for name in few}
    stage = {"path.svg", "cost.svg", "curves-depth.svg", "seeds-depth.svg"}
    assert made(tmp_path) == {*stage, *networks, "curves.svg", *ANSWERS}
    for picture in ("curves.svg", "gradients-cnn3.svg"):
        assert re.search(r"cnn[13], seed \d+", (tmp_path / "figures" / picture).read_text(encoding="utf-8")), picture
    assert "embedding.png" in left_out(capsys.readouterr().out)


def test_pictures_of_networks_that_a_study_had_before_do_not_stay_among_its_own(tmp_path):
    few = ("cnn1", "cnn3")
    write_study(tmp_path, faces=400, leave_out=set(FIGURES) - set(few))
    (tmp_path / "figures").mkdir()
    for name in (
        "network-cnn7.svg",
        "gradients-cnn7.pdf",
        "curves-architecture.svg",
        "seeds-depth.svg",
        "mine-cnn7.svg",
    ):
        (tmp_path / "figures" / name).write_text("earlier")
    assert figures(tmp_path) == 0
    assert {name for name in made(tmp_path) if "cnn7" in name or "architecture" in name or "seeds" in name} == {
        "mine-cnn7.svg"
    }


def test_a_study_with_one_seed_has_no_picture_of_seeds_and_one_drawing_a_network(tmp_path, capsys):
    few = ("cnn1", "cnn3", "cnn5", "cnn7", "cnn5+augmentation")
    write_study(tmp_path, faces=400, leave_out=set(FIGURES) - set(few))
    assert figures(tmp_path, "--no-faces") == 0
    told = left_out(capsys.readouterr().out)
    assert told["seeds-depth.svg"] == "each network has one seed; --seeds 3 trains more"
    assert told["mistakes.png"] == "shows faces, and --no-faces was asked for"
    assert "gradients-cnn5+augmentation.svg" in made(tmp_path)
    assert "network-cnn5+augmentation.svg" not in made(tmp_path), "it is cnn5's"


@pytest.mark.parametrize(
    ("leave", "message"),
    [
        (
            "nothing",
            "{folder}: neither a finished run (record.json) nor a study (study.json) is there; `mimika train` and "
            "`mimika study run` make them.\n",
        ),
        (
            "empty study",
            "{folder}: no run of this study is finished; `mimika study run` goes on with it.\n",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said(leave, message, tmp_path, capsys):
    if leave == "empty study":
        write_study(tmp_path, leave_out=FIGURES)
    assert figures(tmp_path) == 2
    assert capsys.readouterr().err == message.format(folder=tmp_path)
    assert not (tmp_path / "figures").exists()


def test_other_faces_than_those_of_the_training_are_refused(run, drawn, capsys):
    assert figures(run, "--data", drawn) == 2
    stored = open_data(drawn)
    assert capsys.readouterr().err == (
        f"{run}: trained on other faces (drawn for a test, checksum {CHECKSUM[:8]}) than drawn has "
        f"({stored.faces.checksum[:8]}). Name the data set it was trained on, with --validation if it was cut.\n"
    )
