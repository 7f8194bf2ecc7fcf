"""A study's reports in W&B: one a stage and an overview, in the page's own words, over the mirrored runs.

Built with the classes of wandb-workspaces, which check them. Without a login they are written to a file and made later.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import wandb
from wandb_workspaces.reports import v2 as reports

from mimika.errors import RunError, first_line
from mimika.files import write_text
from mimika.record import Record
from mimika.report.blocks import Block, Picture, Report, Section, plain
from mimika.report.findings import Findings
from mimika.report.markdown import block_text
from mimika.report.mirror import Place, look
from mimika.report.study_report import anchor_of, study_report
from mimika.training.tracked import EPOCH
from mimika.training.tracking import has_login, project_of
from mimika.wording import numbered

SPECIFICATION: Final = "wandb-reports.json"

_COST: Final = "cost"


@dataclass(frozen=True, kw_only=True)
class Reporting:
    """What became of a study's W&B reports: their addresses, or why there are none, and the specification's file."""

    file: Path
    titles: Sequence[str]
    addresses: Sequence[str] = ()
    fault: str = ""

    def lines(self) -> list[str]:
        """Where they are, or what is left to do."""
        if self.addresses:
            return list(self.addresses)
        count = len(self.titles)
        if self.fault:
            return [f"W&B did not make all reports ({self.fault}); the specification of {count} is in {self.file}."]
        return [
            f"Without a login W&B makes no report: the specification of {count}, checked by wandb-workspaces, is in "
            f"{self.file}; after `wandb login` the same command makes them."
        ]


def write_wandb_reports(folder: Path, *, entity: str | None = None) -> Reporting:
    """Write the specification of a study's W&B reports into its folder and, with a login, make them there.

    Reports that an earlier call made are written anew, not added.

    Args:
        folder: a study's.
        entity: the W&B user or team; None: the login's own.

    Raises:
        RunError: when the folder holds no study, its ledger or predictions are damaged, or, with a login, W&B lacks
            some of its runs, over which the panels are.
        ExtraMissing: when matplotlib is not installed.
    """
    findings = Findings.load(folder)
    login = has_login()
    if login:
        _require_mirrored(folder)
    file = folder / SPECIFICATION
    made = _made(file)
    text = study_report(findings, faces=False)
    built = [*stage_reports(findings, text), overview(findings, text)]
    titles = [report.title for report in built]
    _write(file, built, made)
    if not login:
        return Reporting(file=file, titles=titles)
    try:
        for title, kept in _make(findings, text, made, entity):
            made[title] = kept
    except Exception as error:  # whatever W&B raises: the specification stands
        return Reporting(file=file, titles=titles, fault=first_line(error))
    finally:
        _write(file, built, made)
    return Reporting(file=file, titles=titles, addresses=[made[title]["url"] for title in titles])


def stage_reports(findings: Findings, text: Report, entity: str = "") -> list[reports.Report]:
    """A report for each stage of a study, in the stage's project.

    Args:
        findings: the study.
        text: its page, whose sentences and tables are taken over; pictures become panels over the mirrored runs.
        entity: the W&B user or team; empty without a login.
    """
    sections = {section.anchor: section for section in text.sections}
    return [
        reports.Report(
            project=project_of(outcome.stage.name),
            entity=entity,
            title=_title(findings, outcome.stage.name),
            description=plain(text.subject),
            blocks=_section(
                sections[anchor_of(outcome.stage.name)],
                _grid(findings, [record for reading in readings for record in reading.records], entity, _curves()),
            ),
        )
        for outcome, readings in zip(findings.outcomes, findings.stages, strict=True)
    ]


def overview(
    findings: Findings, text: Report, entity: str = "", links: Mapping[str, str] = MappingProxyType({})
) -> reports.Report:
    """What the page says beside its stages, and each stage's conclusion, under a link to its report.

    Args:
        findings: as for `stage_reports`.
        text: likewise.
        entity: likewise.
        links: where the stages' reports are, by their titles.
    """
    stages = {anchor_of(outcome.stage.name): outcome.stage.name for outcome in findings.outcomes}
    blocks = [
        reports.H1(text=plain(text.finding)),
        *_texts(text.opening),
        _grid(findings, findings.records, entity, _accuracies()),
    ]
    for section in text.sections:
        if section.anchor in stages:
            link = links.get(_title(findings, stages[section.anchor]))
            heading = f"[{section.title}]({link})" if link else section.title
            blocks.append(reports.MarkdownBlock(text=f"## {heading}\n\n{block_text(section.blocks[-1])}"))
        else:
            costs = section.anchor == _COST
            blocks += _section(section, _grid(findings, findings.records, entity, _costs()) if costs else None)
    return reports.Report(
        project=project_of(""),
        entity=entity,
        title=_title(findings, "overview"),
        description=plain(text.subject),
        blocks=blocks,
    )


def _title(findings: Findings, part: str) -> str:
    return f"{findings.run.study.name}: {part}"


def _require_mirrored(folder: Path) -> None:
    runs = look(folder).runs
    lacking = sum(run.place is not Place.ONLINE for run in runs)
    if lacking:
        raise RunError(
            f"{folder}: {lacking} of {numbered(len(runs), 'run')} {'is' if lacking == 1 else 'are'} not in W&B. Run "
            f"`mimika study mirror {folder}` first."
        )


def _section(section: Section, grid: reports.PanelGrid | None) -> list[Any]:
    """A section under its heading, with panels in place of its first picture."""
    first = next((place for place, block in enumerate(section.blocks) if isinstance(block, Picture)), None)
    before, after = section.blocks[:first], section.blocks[first:] if first is not None else []
    panels = [grid] if grid is not None else []
    return [
        reports.H2(text=plain(section.title)),
        *_texts(before),
        *(panels if first is not None else []),
        *_texts(after),
    ]


def _texts(blocks: Iterable[Block]) -> list[Any]:
    return [reports.MarkdownBlock(text=text) for text in map(block_text, blocks) if text]


def _grid(findings: Findings, records: Sequence[Record], entity: str, panels: list[Any]) -> reports.PanelGrid:
    """Panels over exactly these runs, which may stand in several projects; seeds of a network are grouped."""
    projects = {record.key: project_of(stage) for stage, _, record in findings.runs}
    keys: dict[str, list[str]] = {}
    for record in records:
        keys.setdefault(projects[record.key], []).append(record.key)
    several = len({record.recipe.seed for record in records}) > 1
    runsets = [
        reports.Runset(
            project=project,
            entity=entity,
            name=project,
            filters=f"ID in {json.dumps(ids)}",
            groupby=["config.name"] if several else [],
        )
        for project, ids in keys.items()
    ]
    return reports.PanelGrid(runsets=runsets or [reports.Runset(project=project_of(""), entity=entity)], panels=panels)


def _curves() -> list[Any]:
    names = {
        "validation_accuracy": "Validation accuracy",
        "train_accuracy": "Train accuracy, as it ran",
        "validation_loss": "Validation loss",
        "train_loss": "Train loss, as it ran",
        "gradient_norm": "Gradient norm",
        "learning_rate": "Learning rate",
    }
    return [
        *_accuracies(),
        *[reports.LinePlot(title=title, x="Step", title_x="epoch", y=[EPOCH + name]) for name, title in names.items()],
    ]


def _accuracies() -> list[Any]:
    return [
        reports.BarPlot(title="Validation accuracy of the kept weights", metrics=["validation_accuracy"]),
        reports.BarPlot(title="Gap: clean train accuracy less validation accuracy", metrics=["gap"]),
    ]


def _costs() -> list[Any]:
    costs = {"parameters": "Parameters", "multiply_adds": "Multiply-adds a face", "seconds": "Seconds of training"}
    return [
        reports.ScatterPlot(
            title=title,
            x=reports.SummaryMetric(name),
            y=reports.SummaryMetric("validation_accuracy"),
            log_x=True,
        )
        for name, title in costs.items()
    ]


def _make(
    findings: Findings, text: Report, made: Mapping[str, Mapping[str, str]], entity: str | None
) -> Iterator[tuple[str, dict[str, str]]]:
    """Save every report in W&B, those made before under their ids, the overview last, with links to the others.

    Gives each one's title with its id and address as soon as it is saved.
    """
    owner = entity or wandb.Api().default_entity or ""
    links: dict[str, str] = {}

    def save(report: reports.Report) -> tuple[str, dict[str, str]]:
        report.id = made.get(report.title, {}).get("id", "")
        report.save()
        links[report.title] = report.url
        return report.title, {"id": report.id, "url": report.url}

    yield from map(save, stage_reports(findings, text, owner))
    yield save(overview(findings, text, owner, links))


def _made(file: Path) -> dict[str, dict[str, str]]:
    """The ids and addresses of the reports that an earlier call made, by their titles."""
    if not file.is_file():
        return {}
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        known = [*told["reports"], *told.get("earlier", [])]
        return {one["title"]: {"id": one["id"], "url": one["url"]} for one in known if one["id"]}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RunError(f"{file}: damaged. Put a copy back, or remove it: the reports are then made anew.") from None


def _write(file: Path, built: Sequence[reports.Report], made: Mapping[str, Mapping[str, str]]) -> None:
    told = [
        {
            "title": report.title,
            "id": made.get(report.title, {}).get("id", ""),
            "url": made.get(report.title, {}).get("url", ""),
            "view": _specified(report),
        }
        for report in built
    ]
    # A study may have been longer before, and be so again: its reports are to be found by their ids then.
    earlier = [{"title": title, **ids} for title, ids in made.items() if title not in {one.title for one in built}]
    tree = {"reports": told, **({"earlier": earlier} if earlier else {})}
    write_text(file, json.dumps(tree, indent=2, ensure_ascii=False) + "\n")


def _specified(report: reports.Report) -> dict[str, Any]:
    """A report as W&B's server is given it; the library has no public name for that."""
    view: dict[str, Any] = report._to_model().model_dump(mode="json", by_alias=True, exclude_none=True)  # type: ignore[no-untyped-call]
    return view
