"""The test split is opened once, for a finished study's winner, and by nothing else."""

import ast
import io
import shutil
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from mimika.data.sealed import open_sealed
from mimika.data.store import draw_data
from mimika.errors import RunError, SealedError, SourceBroken, SplitMissing
from mimika.files import hold
from mimika.final import open_test, openings
from mimika.metrics import wilson_interval
from mimika.recipe import Recipe
from mimika.record import SealedResult
from mimika.report.findings import Findings
from mimika.study.ledger import Ledger
from mimika.study.stages import Stage, Study
from mimika.study.study import StudyRun, chosen_run, run_at, run_folder, run_study
from mimika.training import checkpoint

STUDY = Study(
    name="one",
    stages=(Stage(name="depth", question="How many?", variants={"cnn1": {"architecture.depth": 1}}),),
    recipe=Recipe().changed({"architecture.width": 0.125, "epochs": 1, "batch_size": 16, "threads": 1}),
)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return draw_data(120, out=tmp_path_factory.mktemp("data") / "drawn", copies=0.2)


@pytest.fixture(scope="module")
def finished(stored, tmp_path_factory):
    """A finished study of one tiny network, trained in earnest; not to be changed."""
    from mimika.training.train import train

    folder = tmp_path_factory.mktemp("study")
    run_study(STUDY, stored.faces, folder, train)
    return folder


@pytest.fixture
def folder(finished, tmp_path):
    shutil.copytree(finished, tmp_path / "study")
    return tmp_path / "study"


def weights_of(folder):
    (record,) = Ledger.open(folder).records
    return folder / "runs" / run_folder(record.recipe) / "best.safetensors"


def test_the_winner_is_judged_on_the_test_faces_and_the_result_sealed(folder, stored):
    from mimika.training.checkpoint import load_network
    from mimika.training.scoring import probabilities

    result = open_test(folder, stored)
    assert SealedResult.model_validate_json((folder / "final.json").read_text()) == result
    test = open_sealed(stored.sealed)
    predicted = probabilities(load_network(weights_of(folder))[0], test).argmax(axis=1)
    hits = int((predicted == test.emotions).sum())
    table = np.array(result.confusion)
    assert result.network == "cnn1"
    assert result.key == Ledger.open(folder).records[0].key
    assert result.faces == len(test) == table.sum() == 12
    assert result.accuracy == hits / 12 == table.trace() / 12
    assert table.sum(axis=1).tolist() == np.bincount(test.emotions, minlength=7).tolist()
    assert result.interval == wilson_interval(hits / 12, 12)
    assert len(result.opened) == 1


def test_a_single_run_is_judged_as_a_studys_winner_is(folder, stored, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(run_at(folder), run)
    alone, winner = open_test(run, stored), open_test(folder, stored)
    unlike = {"opened": winner.opened, "elsewhere": winner.elsewhere}
    assert alone.model_copy(update=unlike) == winner
    assert SealedResult.find(run) == alone
    with pytest.raises(SealedError, match=r"^.*: the test split was opened on .* for cnn1; its figure stands in"):
        open_test(run, stored)
    assert openings(stored)[-2].study == str(run)


def test_a_look_at_a_run_of_a_study_is_one_of_the_studys(folder, stored):
    run = run_at(folder)
    first = open_test(run, stored)
    with pytest.raises(SealedError) as refused:
        open_test(folder, stored)
    assert str(refused.value) == (
        f"{folder}: the test split was opened on {first.opened[0]:%Y-%m-%d} for cnn1; its figure stands in "
        f"{run / 'final.json'}. A split that is looked at twice is no test any more; --again opens it all the same."
    )
    again = open_test(folder, stored, again=True)
    assert again.opened[:-1] == first.opened
    assert again.first_accuracy == first.accuracy
    with pytest.raises(SealedError, match=r"its figure stands in .*study/final\.json"):
        open_test(run, stored)


@pytest.mark.parametrize("first", ["study", "run"])
def test_a_study_that_was_renamed_keeps_its_looks(folder, stored, first):
    named = {"study": folder, "run": run_at(folder)}
    open_test(named[first], stored)
    shown = Findings.load(folder).sealed
    assert shown is not None, "a look at a run is one of the study's"
    moved = folder.rename(folder.with_name("renamed"))
    for again in (moved, run_at(moved)):
        with pytest.raises(SealedError, match="the test split was opened on"):
            open_test(again, stored)
    before = len(openings(stored))
    again = open_test(moved, stored, again=True)
    assert (len(again.opened), again.elsewhere) == (2, before - 1), "its own look is none for others"


def test_where_the_result_could_not_be_written_no_look_is_counted(folder, stored, monkeypatch):
    class Full(io.BytesIO):
        def __init__(self, *, dir):
            super().__init__()

        def write(self, _):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("mimika.final.TemporaryFile", Full)
    before = openings(stored)
    with pytest.raises(OSError, match="No space left"):
        open_test(folder, stored)
    assert openings(stored) == before


def test_the_weights_of_another_run_are_refused_before_the_test_faces_are_opened(folder, stored):
    card = weights_of(folder).with_suffix(".json")
    other = card.read_text().replace('"seed": 42', '"seed": 43')
    card.write_text(other)
    with pytest.raises(RunError) as refused:
        open_test(folder, stored)
    assert str(refused.value) == f"{weights_of(folder)}: the weights of another run than cnn1, seed 42."
    assert not (folder / "final.json").exists()


def test_where_neither_a_run_nor_a_study_is_nothing_is_opened(tmp_path, stored):
    before = openings(stored)
    with pytest.raises(RunError) as refused:
        open_test(tmp_path, stored)
    assert str(refused.value) == (
        f"{tmp_path}: neither a finished run (record.json) nor a study (study.json) is there; `mimika train` and "
        "`mimika study run` make them."
    )
    assert openings(stored) == before


def test_faces_that_train_has_too_are_counted_and_left_out(folder, stored):
    from mimika.training.checkpoint import load_network
    from mimika.training.scoring import probabilities

    result = open_test(folder, stored)
    test = open_sealed(stored.sealed)
    train = {face.tobytes() for face in stored.faces.of("train").pixels}
    alone = np.array([face.tobytes() not in train for face in test.pixels])
    predicted = probabilities(load_network(weights_of(folder))[0], test).argmax(axis=1)
    assert 0 < result.twins == 12 - alone.sum() < 12
    assert result.accuracy_without_twins == pytest.approx((predicted == test.emotions)[alone].mean())


def test_a_second_opening_is_refused_and_changes_nothing(folder, stored):
    first = open_test(folder, stored)
    before = (folder / "final.json").read_bytes()
    with pytest.raises(SealedError) as refusal:
        open_test(folder, stored)
    assert str(refusal.value) == (
        f"{folder}: the test split was opened on {first.opened[0]:%Y-%m-%d} for cnn1; its figure stands in "
        f"{folder / 'final.json'}. A split that is looked at twice is no test any more; --again opens it all the same."
    )
    assert (folder / "final.json").read_bytes() == before


def test_opening_it_again_is_counted(folder, stored):
    first = open_test(folder, stored)
    second = open_test(folder, stored, again=True)
    third = open_test(folder, stored, again=True)
    assert second.opened[0] == first.opened[0]
    assert [len(one.opened) for one in (first, second, third)] == [1, 2, 3]
    assert third.model_copy(update={"opened": first.opened}) == first
    assert first.first_network == "cnn1"


def test_the_first_figure_stays_that_of_the_network_that_it_was_opened_for(folder, stored):
    first = open_test(folder, stored)
    sealed = first.model_copy(update={"network": "cnn9", "first_network": "cnn9", "first_accuracy": 0.9})
    (folder / "final.json").write_text(sealed.model_dump_json())
    second = open_test(folder, stored, again=True)
    assert (second.network, second.first_network, second.first_accuracy) == ("cnn1", "cnn9", 0.9)


def test_openings_for_other_studies_and_copies_are_counted_beside_the_faces(folder, stored, tmp_path):
    before = len(openings(stored))
    shutil.copytree(folder, tmp_path / "copy")
    first, second = open_test(folder, stored), open_test(tmp_path / "copy", stored)
    assert (first.elsewhere, second.elsewhere) == (before, before + 1)
    assert [one.network for one in openings(stored)[before:]] == ["cnn1", "cnn1"]
    assert open_test(folder, stored, again=True).elsewhere == before + 1


def test_a_look_whose_result_was_lost_still_counts(folder, stored):
    first = open_test(folder, stored)
    (folder / "final.json").unlink()
    with pytest.raises(SealedError) as refusal:
        open_test(folder, stored)
    assert str(refusal.value) == (
        f"{folder}: the test split was opened on {first.opened[0]:%Y-%m-%d} for cnn1; its figure is not here. "
        "A split that is looked at twice is no test any more; --again opens it all the same."
    )
    second = open_test(folder, stored, again=True)
    assert (len(second.opened), second.first_accuracy, second.first_network) == (2, None, "cnn1")
    assert second.elsewhere == first.elsewhere


def test_two_processes_do_not_count_their_looks_at_once(folder, stored):
    with hold(stored.path, ours=("dataset.json",), in_use="held"), pytest.raises(RunError) as refusal:
        open_test(folder, stored)
    assert str(refusal.value) == f"{stored.path}: another process is opening the test split. Wait for it."
    assert not (folder / "final.json").exists()


def test_of_two_processes_that_open_it_at_once_the_second_is_refused(folder, stored, monkeypatch):
    # The other opens it while this one reads the winner's weights.
    load_network, others = checkpoint.load_network, []

    def load_slowly(path):
        if not others:
            others.append(None)
            others.append(open_test(folder, stored))
        return load_network(path)

    monkeypatch.setattr(checkpoint, "load_network", load_slowly)
    before = len(openings(stored))
    with pytest.raises(SealedError) as refused:
        open_test(folder, stored)
    told = f"{folder}: another process has just opened the test split. Its result is the one."
    assert str(refused.value) == told
    assert len(openings(stored)) == before + 1
    assert SealedResult.find(folder) == others[1]


def test_damaged_test_faces_are_refused_before_a_look_is_counted(folder, tmp_path):
    stored = draw_data(120, out=tmp_path / "drawn", copies=0.2)
    sealed = stored.path / "test.sealed.npz"
    content = bytearray(sealed.read_bytes())
    content[len(content) // 2] ^= 0xFF
    marked = bytearray(sealed.read_bytes())
    marked[marked.rindex(b"PK\x01\x02") + 8] ^= 1  # as if the last array were encrypted
    for damaged in (bytes(content), bytes(content[:1000]), bytes(marked), b""):
        sealed.write_bytes(damaged)
        with pytest.raises(SourceBroken) as refused:
            open_test(folder, stored)
        assert str(refused.value) == f"{sealed}: the test faces are missing or damaged. Import the data set again."
        assert openings(stored) == ()
        assert SealedResult.find(folder) is None


def test_again_is_no_reproach_the_first_time(folder, stored):
    assert len(open_test(folder, stored, again=True).opened) == 1


def test_other_faces_are_refused(folder, tmp_path):
    other = draw_data(120, seed=1, out=tmp_path / "other")
    seen = Ledger.open(folder).records[0].data
    with pytest.raises(RunError) as refusal:
        open_test(folder, other)
    assert str(refusal.value) == (
        f"{folder}: trained on other faces (faces drawn by mimika, seed 0, checksum {seen.checksum[:8]}) than drawn "
        f"has ({other.provenance.checksum[:8]}). Name the data set it was trained on, with --validation if it was cut."
    )
    assert not (folder / "final.json").exists()


def test_a_damaged_list_of_openings_is_refused_with_what_may_be_done(stored, tmp_path):
    (path := tmp_path / "test.openings.json").write_text("[")
    with pytest.raises(RunError) as refusal:
        openings(replace(stored, path=tmp_path))
    assert str(refusal.value) == (
        f"{path}: damaged; it says who opened the test faces. Put a copy back, or remove it: the looks so far then go "
        "uncounted."
    )


def test_an_unfinished_study_is_refused_with_what_is_missing(folder, stored):
    (folder / "ledger.jsonl").unlink()
    with pytest.raises(RunError) as refusal:
        open_test(folder, stored)
    assert str(refusal.value) == (f"{folder}: the study is not finished (cnn1). `mimika study run` goes on with it.")
    assert not (folder / "final.json").exists()


def test_a_study_whose_later_stages_are_not_laid_out_yet_is_unfinished(folder, stored):
    run = StudyRun.load(folder)
    later = Stage(name="later", question="?", variants={"+skip": {"architecture.skip": True}})
    longer = run.study.model_copy(update={"stages": (*run.study.stages, later)})
    (folder / "study.json").write_text(run.model_copy(update={"study": longer}).model_dump_json())
    with pytest.raises(RunError, match=r"the study is not finished \(cnn1\+skip\)"):
        chosen_run(folder)


def test_a_run_missing_in_an_early_stage_leaves_a_study_unfinished_though_a_later_one_has_all(folder, stored):
    run = StudyRun.load(folder)
    early = Stage(name="early", question="?", variants={"cnn2": {"architecture.depth": 2}})
    again = Stage(name="again", question="?", base="cnn1", variants={"same": {"architecture.depth": 1}})
    study = run.study.model_copy(update={"stages": (early, again)})
    (folder / "study.json").write_text(run.model_copy(update={"study": study}).model_dump_json())
    with pytest.raises(RunError) as refusal:
        chosen_run(folder)
    assert str(refusal.value) == (f"{folder}: the study is not finished (cnn2). `mimika study run` goes on with it.")


def test_a_data_set_without_test_faces_is_refused(folder, stored):
    from dataclasses import replace

    nobody = dict.fromkeys(stored.provenance.counts["test"], 0)
    counts = {**stored.provenance.counts, "test": nobody}
    without = replace(stored, provenance=stored.provenance.model_copy(update={"counts": counts}))
    with pytest.raises(SplitMissing) as refusal:
        open_test(folder, without)
    assert str(refusal.value) == ("drawn has no test faces (PrivateTest). Training needs none; `mimika final` does.")


def test_missing_weights_are_refused_before_the_test_faces_are_opened(folder, stored, monkeypatch):
    def refuse(path):
        raise AssertionError("opened")

    monkeypatch.setattr("mimika.final.open_sealed", refuse)
    weights = weights_of(folder)
    weights.unlink()
    with pytest.raises(RunError) as refusal:
        open_test(folder, stored)
    assert str(refusal.value) == (
        f"{weights}: the winner's weights are missing; a ledger keeps figures only. Remove the line of cnn1, seed 42 "
        f"from {folder / 'ledger.jsonl'}, and `mimika study run` trains it again."
    )
    assert not (folder / "final.json").exists()


def test_of_several_seeds_the_best_on_validation_stands_for_the_network(tmp_path, stored):
    from tests.study.pretending import Pretending, answers, finished

    class Seeded(Pretending):
        def __call__(self, recipe, faces, folder):
            predictions = answers({42: 0.5, 43: 0.7, 44: 0.6}[recipe.seed])
            folder.mkdir(parents=True)
            predictions.save(folder / "predictions.npz")
            return finished(recipe, predictions, faces.checksum)

    run_study(STUDY.with_seeds(3), stored.faces, tmp_path, Seeded())
    assert chosen_run(tmp_path).recipe.seed == 43


def imported(path: Path) -> set[str]:
    """The full names of all modules and names that a file imports, inside functions too."""
    names: set[str] = set()
    package = ("mimika", *path.relative_to(Path(str(files("mimika")))).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *([node.module] if node.module else [])))
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return names


def test_only_the_store_and_final_know_where_the_test_faces_are():
    root = Path(str(files("mimika")))
    importers = {
        path.relative_to(root).as_posix() for path in root.rglob("*.py") if "mimika.data.sealed" in imported(path)
    }
    assert importers == {"data/store.py", "final.py"}


def test_nobody_but_the_store_names_the_file_of_the_test_faces():
    root = Path(str(files("mimika")))
    knowing = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value == "test.sealed.npz"
    }
    assert knowing == {"data/store.py"}
