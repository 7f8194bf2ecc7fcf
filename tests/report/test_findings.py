"""What is read from a study's folder: which network is chosen, what ties with it, and how far the study is told."""

from dataclasses import replace

import pytest

from mimika.recipe import Recipe
from mimika.report.findings import Findings
from mimika.report.markdown import to_markdown
from mimika.report.study_report import study_report
from mimika.study.stages import Stage, Study
from mimika.study.study import STUDY, StudyRun, run_study
from tests.report.studies import FIGURES, write_study
from tests.study.pretending import Pretending
from tests.training.runs import small_faces

SKIP, DROPOUT = "cnn5+batch_norm+skip", "cnn5+batch_norm+dropout"


def opening_of(findings):
    return [block.text for block in study_report(findings, faces=False).opening if hasattr(block, "text")]


def ask_for_seeds(folder, count):
    """Make the study of a folder one of so many seeds, as the command does before it trains them."""
    run = StudyRun.load(folder)
    more = run.model_copy(update={"study": run.study.with_seeds(count)})
    (folder / STUDY).write_text(more.model_dump_json(), encoding="utf-8")


@pytest.fixture(scope="module")
def drawn_level(tmp_path_factory):
    """A study whose chosen network and a smaller one of an earlier stage get exactly as many faces right."""
    level = {DROPOUT: (0.634, 0.861, 14, 19, 4400)}
    folder = write_study(tmp_path_factory.mktemp("studies") / "level", figures=level, faces=400)
    return Findings.load(folder)


def test_a_network_of_an_earlier_stage_is_tested_against_the_chosen_one(finished):
    findings = Findings.load(finished)
    assert findings.chosen.name == SKIP
    assert findings.better.candidate.name == DROPOUT
    assert findings.better.ties
    assert study_report(findings, faces=False).finding == (
        f"The last stage chooses `{SKIP}` with 63.4 % on validation; `{DROPOUT}` before it reaches 63.8 %, a tie "
        "(p = 0.91)"
    )


def test_ties_are_sought_among_the_networks_of_all_stages(drawn_level):
    names = [one.candidate.name for one in drawn_level.standings if one.ties]
    assert DROPOUT in names
    assert "cnn5+dropout" in names
    assert {reading.name for reading in drawn_level.stages[-1]}.isdisjoint({DROPOUT, "cnn5+dropout"})
    assert len(drawn_level.standings) == 11


def test_an_exact_draw_is_not_read_as_being_overtaken(drawn_level):
    chosen, first = drawn_level.chosen, drawn_level.standings[0].candidate
    assert (first.name, first.accuracy) == (DROPOUT, chosen.candidate.accuracy)
    assert drawn_level.better is None


def test_a_study_that_is_given_more_seeds_is_told_by_those_that_all_networks_have(tmp_path):
    leave_out = [(name, seed) for name in FIGURES if name != "cnn1" for seed in (43, 44)]
    findings = Findings.load(write_study(tmp_path / "study", seeds=3, faces=400, leave_out=leave_out))
    assert (findings.study.seeds, findings.run.study.seeds) == ((42,), (42, 43, 44))
    assert not findings.complete
    assert {len(one.records) for one in findings.networks} == {1}
    report = study_report(findings, faces=False)
    assert report.finding == (
        f"Not finished yet: by one of three seeds the choice among eleven networks is `{SKIP}`, with 63.5 % on "
        "validation"
    )
    unfinished, told = (block.text for block in report.opening if hasattr(block, "text"))
    assert unfinished.startswith("**This study is not finished**; missing: `cnn3` (depth, 1 of 3 seeds), `cnn5` (depth")
    assert unfinished.endswith("everything below is preliminary. Below, every network is told by its run with seed 42.")
    assert "`cnn1` (" not in unfinished
    assert told.startswith("Three stages (depth, regularization and architecture), one seed a network")


def test_a_study_of_several_seeds_that_has_just_begun_says_what_there_is(tmp_path):
    later = [name for name in FIGURES if name not in ("cnn1", "cnn3")]
    begun = write_study(tmp_path / "begun", seeds=3, faces=300, leave_out=[*later, "cnn3", ("cnn1", 44)])
    findings = Findings.load(begun)
    assert study_report(findings, faces=False).finding == (
        "Not finished yet: two runs so far, and no network has all its three seeds"
    )
    assert opening_of(findings)[0].startswith(
        "**This study is not finished**; missing: `cnn1` (depth, 2 of 3 seeds), `cnn3` (depth, 0 of 3 seeds), "
    )
    leading = write_study(tmp_path / "leading", seeds=3, faces=300, leave_out=[*later, ("cnn3", 44)])
    assert study_report(Findings.load(leading), faces=False).finding.startswith(
        "Not finished yet: `cnn1`, the only network that is, reaches "
    )


def test_a_study_is_not_finished_before_its_last_seed_is(tmp_path):
    folder = write_study(tmp_path / "study", faces=300)
    assert Findings.load(folder).complete
    ask_for_seeds(folder, 2)
    findings = Findings.load(folder)
    assert not findings.complete
    assert len(findings.unfinished) == 11
    assert {one.seeds for one in findings.unfinished} == {1}


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """What the page says of a study of one's own, beside runs of another study in its folder, by its sections."""
    folder, faces = tmp_path_factory.mktemp("studies") / "odd", small_faces()
    depth = Study(name="before", stages=(Stage(name="d", question="?", variants={"deep": {"architecture.depth": 3}}),))
    widths = {"plain": {}, "half": {"architecture.width": 0.5}}
    parts = {"+nothing": {"architecture.dropout": 0.0}, "+batch_norm": {"architecture.batch_norm": True}}
    study = Study(
        name="mine",
        recipe=Recipe().changed({"architecture.dropout": 0.0}),
        stages=(
            Stage(name="cost", question="ReLU or GELU?", variants=widths),
            Stage(name="parts", question="Which?", variants=parts),
        ),
    )
    run_study(depth, faces, folder, Pretending())
    run_study(study, faces, folder, Pretending({"plain": 0.8, "plain+batch_norm": 0.6}), test_faces=0)
    report = study_report(Findings.load(folder), faces=False)
    return {part.anchor: part for part in report.sections}, to_markdown(report)


def test_a_name_for_a_network_that_has_one_is_neither_ranked_nor_tested(odd):
    sections, text = odd
    assert "`plain+nothing` is the same network as `plain` and stands here under that name." in text
    assert text.count("plain+nothing") == 1
    assert "because the study names it" not in text
    ranking = next(block for block in sections["parts"].blocks if hasattr(block, "rows"))
    assert [(row.cells[0].value, row.cells[1].text) for row in ranking.rows] == [
        ("plain", "the base"),
        ("plain+batch_norm", "batch norm"),
    ]


def test_a_variant_that_changes_nothing_is_no_base(odd):
    ranking = next(block for block in odd[0]["stage-cost"].blocks if hasattr(block, "rows"))
    assert [row.cells[1].text for row in ranking.rows] == ["–", "width 0.5"]


def test_a_stage_that_is_called_as_a_section_of_the_page_stands_beside_it(odd):
    assert list(odd[0]) == ["stage-cost", "parts", "chosen", "cost", "certainty", "test", "made"]
    assert odd[0]["stage-cost"].title == "Cost: ReLU or GELU?"


def test_how_it_was_made_is_told_of_the_runs_that_the_page_tells_of(odd):
    facts, runs = odd[0]["made"].blocks
    assert dict(facts.entries)["Trained"].startswith("three runs, ")
    assert [row.cells[0].value for row in runs.rows] == ["plain", "half", "plain+batch_norm", "deep"]
    assert runs.caption == (
        "The runs of this page, as the ledger has them, and one run in the ledger that this page does not use."
    )


def test_a_data_set_without_test_faces_has_nothing_sealed(odd):
    assert "Sealed" not in odd[1]
    assert odd[0]["test"].blocks[0].text.startswith("This data set has no test split;")


def test_the_references_path_stands_only_beside_stages_that_it_has(finished):
    findings = Findings.load(finished)
    depth, regularization, architecture = findings.outcomes
    unfinished = replace(findings, outcomes=(depth, replace(regularization, missing=("cnn5+x",)), architecture))
    assert "reaches **58.4 → 63.4** %; in the reference, 55.6 → 62.9." in opening_of(unfinished)[-1]
    training = replace(architecture, stage=architecture.stage.model_copy(update={"name": "training"}))
    beyond = replace(findings, outcomes=(depth, regularization, training))
    assert "reaches **58.4 → 63.8 → 63.4** %; in the reference, 55.6 → 62.4 → –." in opening_of(beyond)[-1]
