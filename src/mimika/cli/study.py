"""`mimika study`: the staged study, and its page again."""

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mimika.cli.json_text import as_json_text
from mimika.cli.options import (
    AsJson,
    Changed,
    Data,
    Entity,
    Language,
    NoFaces,
    RunFolder,
    Tracked,
    Tracker,
    Validation,
    may_be_shown,
)

if TYPE_CHECKING:
    from mimika.data.faces import Faces
    from mimika.data.store import Stored
    from mimika.language import Texts
    from mimika.recipe import Recipe
    from mimika.record import Record
    from mimika.study.stages import Study
    from mimika.study.study import StageOutcome
    from mimika.training.watch import Watch

app = typer.Typer(help="Run the staged study and report it.", no_args_is_help=True)


@app.command()
def run(
    *,
    data: Data,
    out: RunFolder,
    study: Annotated[
        str,
        typer.Argument(metavar="NAME_OR_TOML", help="quick, staged, reference, beyond, teachers, or a study's TOML."),
    ] = "staged",
    seeds: Annotated[
        int | None, typer.Option("--seeds", metavar="N", min=1, help="Train each network with so many seeds.")
    ] = None,
    changes: Changed = None,
    validation: Validation = None,
    entity: Entity = None,
    tracker: Tracked = Tracker.WANDB,
    no_faces: NoFaces = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Run a study stage by stage, or continue it.

    The same command again continues after any interruption. Runs are known by recipe, seed and faces, so none is done
    twice; the page is written anew after each.
    """
    from mimika.errors import require_training

    require_training("training")

    from mimika.cli.progress import opened, say, watching
    from mimika.cli.stages import opening_lines, replaces
    from mimika.cli.training import read_changes
    from mimika.data.store import require_splits
    from mimika.language import speaking
    from mimika.report import ranking_lines, write_report
    from mimika.study.ledger import Ledger
    from mimika.study.plan import Plan
    from mimika.study.stages import read_study
    from mimika.study.study import STUDY, StudyRun, outcome, run_at, run_study

    texts = speaking(language)
    described = read_study(study, read_changes(changes))
    if seeds is not None:
        described = described.with_seeds(seeds)
    stored = opened(data, validation)
    require_splits(stored)
    faces = stored.faces
    before = Ledger.open(out) if out.is_dir() else Ledger(out, ())
    for line in opening_lines(described, stored.provenance, Plan.of(described, before, faces.checksum)):
        say(line)
    if (out / STUDY).is_file() and replaces(StudyRun.load(out), described, faces.checksum):
        say(f"{out}: its page becomes this study's; the runs of the one before stay in the ledger.")
    with watching() as watch:
        trainer = _Trainer(
            described, stored, out, watch, tracker=tracker, entity=entity, shown=not no_faces, texts=texts
        )
        call = _call(study, out, seeds, changes or [], validation)
        ledger = run_study(described, faces, out, trainer, call=call, test_faces=stored.provenance.faces_of("test"))
    outcomes = outcome(described, ledger, faces.checksum)
    page = write_report(out, faces=not no_faces, texts=texts)
    if as_json:
        print(as_json_text({"page": str(page), "stages": list(map(_stage, outcomes))}))
    else:
        for line in ranking_lines(outcomes):
            typer.secho(
                line, fg=typer.colors.GREEN if line.endswith("winner") and "NO_COLOR" not in os.environ else None
            )
        winner = run_at(out)
        print(f"\nThe winner's run: {winner}\nThe page: {page}" if winner.is_dir() else f"\nThe page: {page}")


@app.command()
def report(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A study's folder.")],
    no_faces: NoFaces = False,
    language: Language = "en",
    wandb: Annotated[
        bool, typer.Option("--wandb", help="Make the reports in W&B, too; without a login, their specification.")
    ] = False,
    entity: Entity = None,
) -> None:
    """Write the page again, from the ledger alone.

    Reports in W&B stay in English; the exit status is 2 where W&B refuses one.
    """
    from mimika.language import speaking
    from mimika.report import write_report

    if wandb:
        from mimika.errors import require

        require("wandb_workspaces", "wandb", "a report in W&B")
    print(write_report(folder, faces=not no_faces, texts=speaking(language)))
    if wandb:
        from mimika.report.wandb_report import write_wandb_reports

        reporting = write_wandb_reports(folder, entity=entity)
        print("\n".join(reporting.lines()), file=sys.stderr if reporting.fault else sys.stdout)
        if reporting.fault:
            raise typer.Exit(2)


@app.command()
def mirror(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A study's folder.")],
    entity: Entity = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only look where each run's mirror stands; write and send nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the W&B mirror of a study in line with its ledger.

    Runs logged offline are sent once there is a login; runs never logged, or not whole, are written from the ledger,
    without faces. Nothing is sent twice. The exit status is 2 where a run could not be written or, with a login, sent.
    """
    from mimika.errors import require

    require("wandb", "wandb", "a mirror in W&B")

    from mimika.cli.progress import say
    from mimika.report.mirror import look, mirror_study

    found = look(folder) if dry_run else mirror_study(folder, entity=entity, tell=say)
    if as_json:
        if found.complaint:
            say(f"W&B: {found.complaint}")
        print(as_json_text([run.to_row(folder) for run in found.runs]))
    else:
        print(found.summary if dry_run else "\n".join(found.lines()))
    if found.failed and not dry_run:
        raise typer.Exit(2)


class _Trainer:
    """Trains the runs of a study as they are asked for, and tells of each: its stage, its figures, what is left.

    The page takes seconds, so it is written again for every stage, and in it after every run of more than a minute.
    """

    def __init__(
        self,
        study: "Study",
        stored: "Stored",
        out: Path,
        watch: "Watch",
        *,
        tracker: Tracker,
        entity: str | None,
        shown: bool,
        texts: "Texts",
    ) -> None:
        self._study = study
        self._stored = stored
        self._out = out
        self._watch = watch
        self._tracker = tracker
        self._entity = entity
        self._shown = shown  # faces, on the page
        self._texts = texts  # of the page
        self._stage = ""
        self._measured: list[Record] = []

    def __call__(self, recipe: "Recipe", faces: "Faces", folder: Path) -> "Record":
        """Train one run of the study, or continue it."""
        from mimika.cli.progress import say
        from mimika.cli.stages import run_line, stage_lines
        from mimika.report import write_report
        from mimika.report.page import PAGE
        from mimika.study.ledger import Ledger
        from mimika.study.plan import Plan
        from mimika.study.study import outcome
        from mimika.training.tracking import Tracking, project_of
        from mimika.training.train import train
        from mimika.wording import duration

        ledger = Ledger.open(self._out)
        outcomes = outcome(self._study, ledger, faces.checksum)
        position, under_way = next((place, one) for place, one in enumerate(outcomes) if one.missing)
        stage = under_way.stage.name
        entering = stage != self._stage
        if ledger.records and (entering or self._measured[-1].seconds > 60):
            write_report(self._out, faces=self._shown, texts=self._texts)
        if entering:
            for line in stage_lines(outcomes[:position], under_way, self._study):
                say(line)
            self._stage = stage
        tracking = Tracking(
            project=project_of(stage),
            group=self._study.name,
            entity=self._entity,
            folder=self._out,
            page=f"{self._out.resolve().name}/{PAGE}",
            faces=may_be_shown(self._tracker, self._stored.provenance),
        )
        record = train(
            recipe,
            faces,
            folder,
            watch=self._watch,
            tracking=None if self._tracker is Tracker.NONE else tracking,
        )
        say(run_line(record, under_way, self._study))
        self._measured.append(record)
        left = Plan.of(self._study, ledger, faces.checksum).without(recipe)
        if left.missing and entering:
            limit = "at most" if recipe.patience else "about"
            say(f"  {limit} {duration(left.seconds_left(self._measured))} to go in all")
        return record


def _call(study: str, out: Path, seeds: int | None, changes: Sequence[str], validation: float | None) -> str:
    """The command that makes the study again, without a path of this machine: pages are published."""
    name = Path(study).name if Path(study).is_absolute() else study
    call = ["mimika", "study", "run", name, "--data", "DATA", "--out", out.resolve().name]
    if seeds is not None:
        call += ["--seeds", str(seeds)]
    for change in changes:
        call += ["--set", change]
    if validation is not None:
        call += ["--validation", str(validation)]
    return shlex.join(call)


def _stage(outcome: "StageOutcome") -> dict[str, Any]:
    """A stage as JSON."""
    from mimika.report.reading import read_stage
    from mimika.report.tables import ranking

    return {
        "name": outcome.stage.name,
        "question": outcome.stage.question,
        "base": outcome.base.name if outcome.base else None,
        "networks": ranking(read_stage(outcome), outcome.missing).to_rows(),
    }
