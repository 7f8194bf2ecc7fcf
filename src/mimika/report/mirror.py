"""Brings the W&B mirror of a study in line with its ledger, at any time: what was sent stays, what is lacking follows.

A run logged offline is sent through W&B's own sync. One that was never logged, or whose file says less or anything else
than its record, or whose tables were left behind by a move, is written offline from the ledger first. Each run's id in
W&B is its key, and mirror.json notes what was sent, so that nothing is sent twice.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import AwareDatetime, Field, ValidationError

from mimika.errors import RunError
from mimika.files import write_text
from mimika.recipe import Frozen, first_fault
from mimika.record import Record
from mimika.report.findings import Findings
from mimika.report.page import PAGE
from mimika.study.study import RUNS, run_folder
from mimika.training.offline import OfflineRun, is_sent, mark_of, offline_files
from mimika.training.tracking import Mirror, Tracking, has_login, project_of
from mimika.wording import duration, numbered

NOTES: Final = "mirror.json"

SYNC_SECONDS_EACH: Final = 120
"""How long a run may take to be sent."""


class Place(StrEnum):
    """Where the mirror of a run stands."""

    ONLINE = "online"
    OFFLINE = "offline"
    NOWHERE = "not mirrored"


class Note(Frozen):
    """A run that was sent.

    Attributes:
        file: the file it stood in, below the study's folder.
        finished: when the training had ended that it is of: the same run trained anew is another.
    """

    file: str
    finished: AwareDatetime


class Notes(Frozen):
    """All that mirror.json says, by the runs' keys."""

    runs: dict[str, Note] = Field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "Notes":
        """The notes in a study's folder, none where there are none yet; raises `RunError` if they are damaged."""
        path = folder / NOTES
        if not path.is_file():
            return cls()
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except ValidationError as error:
            raise RunError(
                f"{path}: damaged ({first_fault(error)}). Remove it to have every run looked at again."
            ) from None


@dataclass(frozen=True, kw_only=True)
class MirroredRun:
    """One run of the ledger, and its mirror.

    Attributes:
        project: its W&B project.
        file: the offline file that holds it, or held it when it was sent; None where it was logged online, or nowhere.
        faulty: offline files of it that hold less than its record, or something else.
        address: where it can be seen, if it was logged online.
    """

    record: Record
    project: str
    place: Place
    file: Path | None = None
    faulty: tuple[Path, ...] = ()
    address: str | None = None

    def to_row(self, folder: Path) -> dict[str, Any]:
        """As JSON, with paths below the study's folder."""
        return {
            "network": self.record.name,
            "seed": self.record.recipe.seed,
            "id": self.record.key,
            "project": self.project,
            "mirror": self.place,
            "file": self.file.relative_to(folder).as_posix() if self.file else None,
            "address": self.address,
        }


@dataclass(frozen=True, kw_only=True)
class Mirroring:
    """What a mirroring came to.

    Attributes:
        runs: every run, as it stands now.
        written: how many were written from the ledger.
        sent: how many were sent.
        login: whether there is one; without it nothing is sent.
        complaint: what W&B said last, where something could not be sent.
    """

    folder: Path
    runs: tuple[MirroredRun, ...]
    written: int
    sent: int
    login: bool
    complaint: str = ""

    @property
    def failed(self) -> bool:
        """Whether a run could not be written, or not be sent although there is a login."""
        places = [run.place for run in self.runs]
        return Place.NOWHERE in places or (self.login and Place.OFFLINE in places)

    @property
    def summary(self) -> str:
        """Where the runs stand, and what was done."""
        if not self.runs:
            return "No run of this study is finished yet: there is nothing to mirror."
        online, offline = (sum(run.place is place for run in self.runs) for place in (Place.ONLINE, Place.OFFLINE))
        nowhere = len(self.runs) - online - offline
        done = [f"{self.written} written from the ledger"] if self.written else []
        done += [f"{self.sent} sent"] if self.sent else []
        return (
            f"{numbered(len(self.runs), 'run')} in the ledger: {online} in W&B, {offline} offline"
            + (f", {nowhere} not mirrored" if nowhere else "")
            + (f" ({', '.join(done)})" if done else "")
            + "."
        )

    def lines(self) -> list[str]:
        """The summary, and what is left to do."""
        lines = [self.summary]
        offline, nowhere = (sum(run.place is place for run in self.runs) for place in (Place.OFFLINE, Place.NOWHERE))
        if nowhere:
            lines.append(f"{numbered(nowhere, 'run')} could not be written below {self.folder}: see the warnings.")
        if offline and self.login:
            said = f" (W&B: {self.complaint})" if self.complaint else ""
            lines.append(f"{numbered(offline, 'run')} could not be sent{said}; the same command tries again.")
        elif offline:
            command = f"`wandb login`, then `mimika study mirror {self.folder}`"
            lines.append(f"Without a login nothing is sent. To send {numbered(offline, 'run')}: {command}.")
        return lines


def look(folder: Path) -> Mirroring:
    """Where the mirror of each run of a study's ledger stands; changes nothing.

    Raises:
        RunError: when the folder holds no study, or its ledger or mirror.json is damaged.
    """
    runs = _look(Findings.load(folder), Notes.load(folder))
    return Mirroring(folder=folder, runs=runs, written=0, sent=0, login=False)


def mirror_study(
    folder: Path, *, entity: str | None = None, tell: Callable[[str], None] = lambda line: None
) -> Mirroring:
    """Write offline what is mirrored nowhere, and send what is offline, if there is a login.

    Args:
        folder: a study's; a study may be running there.
        entity: the W&B user or team; None: the login's own.
        tell: told of each run that is written, and of what is sent.

    Raises:
        RunError: when the folder holds no study, or its ledger, predictions or mirror.json are damaged.
    """
    findings = Findings.load(folder)
    notes = Notes.load(folder)
    runs = list(_look(findings, notes))
    written = 0
    for position, run in enumerate(runs):
        if run.place is Place.NOWHERE:
            runs[position] = _write(findings, run, entity)
            if runs[position].place is Place.OFFLINE:
                written += 1
                tell(f"{run.record.name}, seed {run.record.recipe.seed}: written from the ledger")
    waiting = [run.file for run in runs if run.place is Place.OFFLINE and run.file]
    login = bool(waiting) and has_login()
    sent, complaint = 0, ""
    if login:
        tell(f"Sending {numbered(len(waiting), 'run')} to W&B")
        complaint = _send(waiting, entity)
        sent = sum(map(is_sent, waiting))
        complaint = complaint if sent < len(waiting) else ""
        runs = [replace(run, place=Place.ONLINE) if run.file and is_sent(run.file) else run for run in runs]
    _note(folder, runs)
    return Mirroring(folder=folder, runs=tuple(runs), written=written, sent=sent, login=login, complaint=complaint)


def _look(findings: Findings, notes: Notes) -> tuple[MirroredRun, ...]:
    return tuple(
        _find(findings.folder, record, project_of(stage), notes.runs.get(record.key))
        for stage, _, record in findings.runs
    )


def _find(folder: Path, record: Record, project: str, note: Note | None) -> MirroredRun:
    if record.tracked_at is not None:
        return MirroredRun(record=record, project=project, place=Place.ONLINE, address=record.tracked_at)
    if note is not None and note.finished == record.finished:
        return MirroredRun(record=record, project=project, place=Place.ONLINE, file=folder / note.file)
    faulty: list[Path] = []
    for home in (folder, folder / RUNS / run_folder(record.recipe)):
        for file in offline_files(home, record.key):
            found = OfflineRun.read(file)
            if found is not None and found.holds(record):
                place = Place.ONLINE if is_sent(file) else Place.OFFLINE
                return MirroredRun(record=record, project=project, place=place, file=file, faulty=tuple(faulty))
            faulty.append(file)
    return MirroredRun(record=record, project=project, place=Place.NOWHERE, faulty=tuple(faulty))


def _write(findings: Findings, run: MirroredRun, entity: str | None) -> MirroredRun:
    """A run written offline from the ledger; as it was, where that fails."""
    record, folder = run.record, findings.folder
    predictions = findings.ledger.predictions(record)
    tracking = Tracking(
        project=run.project,
        group=findings.run.study.name,
        entity=entity,
        page=f"{folder.resolve().name}/{PAGE}",
    )
    mirror = Mirror.start(tracking, record.recipe, record.key, folder, mode="offline")
    mirror.catch_up(record.epochs)
    if not mirror.finish(record, predictions):
        return run
    # W&B's own sync is to pass over what this file replaces.
    for file in run.faulty:
        mark_of(file).touch()
    return replace(run, place=Place.OFFLINE, file=offline_files(folder, record.key)[0])


def _send(files: Sequence[Path], entity: str | None) -> str:
    """Have W&B's own sync send files, and return its last line; it leaves its mark beside each that arrived."""
    command = [sys.executable, "-m", "wandb", "sync", *(["--entity", entity] if entity else []), *map(str, files)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=SYNC_SECONDS_EACH * len(files),
            check=False,
        )
    except subprocess.TimeoutExpired as waited:
        return f"no end after {duration(waited.timeout)}"
    told = (line.removeprefix("wandb:").strip() for line in reversed(done.stdout.splitlines()))
    return next(filter(None, told), "")


def _note(folder: Path, runs: Sequence[MirroredRun]) -> None:
    """Write down what was sent, so that it stays known without its file."""
    notes = {
        run.record.key: Note(file=run.file.relative_to(folder).as_posix(), finished=run.record.finished)
        for run in runs
        if run.place is Place.ONLINE and run.file
    }
    write_text(folder / NOTES, Notes(runs=notes).model_dump_json(indent=2) + "\n")
