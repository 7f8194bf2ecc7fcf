"""What is read from a study's folder: which network is chosen, what ties with it, and how far the study is told."""

from dataclasses import replace

import pytest

from mimika.report.findings import Findings
from mimika.report.study_report import study_report
from mimika.study.study import STUDY, StudyRun
from tests.report.studies import FIGURES, write_study

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


def test_the_references_path_stands_only_beside_stages_that_it_has(finished):
    findings = Findings.load(finished)
    depth, regularization, architecture = findings.outcomes
    unfinished = replace(findings, outcomes=(depth, replace(regularization, missing=("cnn5+x",)), architecture))
    assert "reaches **58.4 → 63.4** %; in the reference, 55.6 → 62.9." in opening_of(unfinished)[-1]
    training = replace(architecture, stage=architecture.stage.model_copy(update={"name": "training"}))
    beyond = replace(findings, outcomes=(depth, regularization, training))
    assert "reaches **58.4 → 63.8 → 63.4** %; in the reference, 55.6 → 62.4 → –." in opening_of(beyond)[-1]
