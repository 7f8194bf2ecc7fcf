import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("wandb_workspaces")

from wandb_workspaces.reports.v2 import internal

from mimika.errors import RunError
from mimika.report import wandb_report
from mimika.report.blocks import Picture, plain
from mimika.report.findings import Findings
from mimika.report.markdown import block_text
from mimika.report.study_report import study_report
from mimika.report.wandb_report import overview, stage_reports, write_wandb_reports
from mimika.study.ledger import Ledger


@pytest.fixture(scope="module")
def page(finished):
    findings = Findings.load(finished)
    return findings, study_report(findings, faces=False)


@pytest.fixture
def study(finished, page, tmp_path, monkeypatch):
    """A copy of the finished study, whose page's text is not worked out again."""
    monkeypatch.setattr(wandb_report, "study_report", lambda findings, faces: page[1])
    return Path(shutil.copytree(finished, tmp_path / "reference"))


def texts(report):
    return [block.text for block in report.blocks if hasattr(block, "text")]


def grids(report):
    return [block for block in report.blocks if type(block).__name__ == "PanelGrid"]


def test_each_stage_has_a_report_in_its_project_and_all_have_an_overview(page):
    reports = [*stage_reports(*page), overview(*page)]
    assert [(report.title, report.project) for report in reports] == [
        ("reference: depth", "depth_experiment"),
        ("reference: regularization", "regularization_exp"),
        ("reference: architecture", "advanced_architecture_experiment"),
        ("reference: overview", "mimika"),
    ]
    assert {report.description for report in reports} == {plain(page[1].subject)}


def test_a_stages_report_says_what_the_page_says(page):
    _, text = page
    for report, section in zip(stage_reports(*page), text.sections[:3], strict=True):
        told = [block_text(block) for block in section.blocks if not isinstance(block, Picture)]
        assert texts(report) == [plain(section.title), *told]
        assert "*Evidence:*" in report.blocks[-2].text and "*Analysis:*" in report.blocks[-2].text
        assert report.blocks[-1].text.startswith("**Conclusion.**")


def test_the_overview_says_the_rest_and_each_stages_conclusion(page):
    _, text = page
    told = texts(overview(*page, links={"reference: depth": "https://wandb.example/depth"}))
    assert told[0] == plain(text.finding)
    assert told[1] == block_text(text.opening[0])
    depth, regularization = text.sections[:2]
    assert f"## [{depth.title}](https://wandb.example/depth)\n\n{block_text(depth.blocks[-1])}" in told
    assert f"## {regularization.title}\n\n{block_text(regularization.blocks[-1])}" in told
    for section in text.sections[3:]:
        for block in section.blocks:
            assert isinstance(block, Picture) or block_text(block) in told


def test_a_stage_that_is_called_as_a_section_of_the_page_is_not_taken_for_it(page):
    findings, text = page
    depth = replace(findings.outcomes[0], stage=findings.outcomes[0].stage.model_copy(update={"name": "cost"}))
    renamed = replace(findings, outcomes=(depth, *findings.outcomes[1:]))
    sections = [replace(text.sections[0], anchor="stage-cost"), *text.sections[1:]]
    told = renamed, replace(text, sections=sections)
    assert stage_reports(*told)[0].title == "reference: cost"
    costs = next(section for section in sections if section.anchor == "cost")
    assert plain(costs.title) in texts(overview(*told))


def test_panels_show_exactly_the_runs_of_the_ledger_in_their_projects(page):
    findings, _ = page
    keys = {record.name: record.key for record in findings.records}
    regularization = stage_reports(*page)[1]
    (grid,) = grids(regularization)
    assert sorted(one.project for one in grid.runsets) == ["depth_experiment", "regularization_exp"]
    shown = json.dumps([one.filters for one in grid.runsets])
    assert {name for name, key in keys.items() if key in shown} == {reading.name for reading in findings.stages[1]}
    assert [panel.title for panel in grid.panels] == [
        "Validation accuracy of the kept weights",
        "Gap: clean train accuracy less validation accuracy",
        "Validation accuracy",
        "Train accuracy, as it ran",
        "Validation loss",
        "Train loss, as it ran",
        "Gradient norm",
        "Learning rate",
    ]


def test_without_a_login_the_specification_is_written_and_the_command_says_so(study, monkeypatch):
    monkeypatch.setattr(wandb_report, "has_login", lambda: False)
    file = study / "wandb-reports.json"
    assert write_wandb_reports(study).lines() == [
        "Without a login W&B makes no report: the specification of 4, checked by wandb-workspaces, is in "
        f"{file}; after `wandb login` the same command makes them."
    ]
    told = json.loads(file.read_text())["reports"]
    assert [one["title"] for one in told] == [
        "reference: depth",
        "reference: regularization",
        "reference: architecture",
        "reference: overview",
    ]
    for one in told:
        view = internal.ReportViewspec.model_validate({**one["view"], "spec": json.dumps(one["view"]["spec"])})
        assert view.display_name == one["title"]
        assert len(view.spec.blocks) == len(one["view"]["spec"]["blocks"]) > 5


def note_sent(study, records):
    notes = {record.key: {"file": "sent.wandb", "finished": record.finished.isoformat()} for record in records}
    (study / "mirror.json").write_text(json.dumps({"runs": notes}))


@pytest.fixture
def server(study, monkeypatch):
    """A login, and a server that has the study's runs and keeps reports under ids; there is no real one."""
    kept = {}
    note_sent(study, Ledger.open(study).records)

    def save(report):
        report.id = report.id or f"id{len(kept) + 1}"
        kept[report.id] = report
        return report

    class Api:
        default_entity = "us"

    monkeypatch.setattr(wandb_report, "has_login", lambda: True)
    monkeypatch.setattr(wandb_report.wandb, "Api", Api)
    monkeypatch.setattr(wandb_report.reports.Report, "save", save)
    monkeypatch.setattr(
        wandb_report.reports.Report, "url", property(lambda report: f"https://wandb.example/{report.id}")
    )
    return kept


def test_with_a_login_the_reports_are_made_once_and_then_written_anew(study, server):
    addresses = [f"https://wandb.example/id{number}" for number in (1, 2, 3, 4)]
    for _ in range(2):
        assert write_wandb_reports(study).lines() == addresses
    assert list(server) == ["id1", "id2", "id3", "id4"]
    assert {report.entity for report in server.values()} == {"us"}
    assert {one.entity for one in grids(server["id1"])[0].runsets} == {"us"}
    assert any("](https://wandb.example/id3)" in text for text in texts(server["id4"]))
    assert [one["id"] for one in json.loads((study / "wandb-reports.json").read_text())["reports"]] == list(server)


def test_reports_of_stages_that_a_study_lacks_for_a_while_are_found_again(study, server, monkeypatch):
    write_wandb_reports(study)
    built = wandb_report.stage_reports
    with monkeypatch.context() as patch:
        patch.setattr(wandb_report, "stage_reports", lambda *asked: list(built(*asked))[:1])
        assert len(write_wandb_reports(study).addresses) == 2
    assert len(write_wandb_reports(study).addresses) == 4
    assert list(server) == ["id1", "id2", "id3", "id4"]


def test_a_damaged_specification_is_one_line(study, server):
    (study / "wandb-reports.json").write_text('{"reports": [{')
    with pytest.raises(RunError, match=r"wandb-reports\.json: damaged\. Put a copy back, or remove it"):
        write_wandb_reports(study)


def test_runs_that_are_not_in_w_and_b_come_first(study, server):
    note_sent(study, Ledger.open(study).records[:-3])
    with pytest.raises(RunError) as mistake:
        write_wandb_reports(study)
    assert str(mistake.value) == (f"{study}: 3 of 11 runs are not in W&B. Run `mimika study mirror {study}` first.")
    assert not server


def test_a_server_that_refuses_leaves_the_specification(study, server, monkeypatch):
    def refuse(report):
        raise ValueError("Run set 'depth_experiment' project 'us/depth_experiment' not found. Please verify.")

    monkeypatch.setattr(wandb_report.reports.Report, "save", refuse)
    file = study / "wandb-reports.json"
    assert write_wandb_reports(study).lines() == [
        "W&B did not make all reports (Run set 'depth_experiment' project 'us/depth_experiment' not found. Please "
        f"verify); the specification of 4 is in {file}."
    ]
    assert len(json.loads(file.read_text())["reports"]) == 4


def test_reports_that_were_made_before_the_server_refused_are_not_made_again(study, server, monkeypatch):
    save = wandb_report.reports.Report.save

    def refuse_the_third(report):
        if len(server) == 2:
            raise TimeoutError
        return save(report)

    file = study / "wandb-reports.json"
    with monkeypatch.context() as patch:
        patch.setattr(wandb_report.reports.Report, "save", refuse_the_third)
        assert write_wandb_reports(study).lines() == [
            f"W&B did not make all reports (TimeoutError); the specification of 4 is in {file}."
        ]
    assert [one["id"] for one in json.loads(file.read_text())["reports"]] == ["id1", "id2", "", ""]
    assert len(write_wandb_reports(study).lines()) == 4
    assert list(server) == ["id1", "id2", "id3", "id4"]
