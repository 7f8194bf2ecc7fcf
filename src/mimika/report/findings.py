"""All that a report is made from, read from a study's folder once."""

from dataclasses import dataclass
from pathlib import Path

from mimika.language import ENGLISH, Texts
from mimika.recipe import Recipe
from mimika.record import Record, SealedResult
from mimika.report.reading import Reading, read_stage
from mimika.study.ledger import Ledger
from mimika.study.study import StageOutcome, StudyRun, outcome


@dataclass(frozen=True, kw_only=True, eq=False)
class Findings:
    """All that a report is made from: the study, its ledger, what both say of each stage, and the sealed result.

    `texts` is the language that it is to be told in.
    """

    folder: Path
    run: StudyRun
    ledger: Ledger
    outcomes: tuple[StageOutcome, ...]
    stages: tuple[tuple[Reading, ...], ...]
    sealed: SealedResult | None
    texts: Texts

    @classmethod
    def load(cls, folder: Path, texts: Texts = ENGLISH) -> "Findings":
        """Read a study's folder; raises `RunError` where it holds no study or a damaged one."""
        run = StudyRun.load(folder)
        ledger = Ledger.open(folder)
        outcomes = outcome(run.study, ledger, run.checksum)
        return cls(
            folder=folder,
            run=run,
            ledger=ledger,
            outcomes=outcomes,
            stages=tuple(read_stage(one, texts) for one in outcomes),
            sealed=SealedResult.find(folder),
            texts=texts,
        )

    @property
    def complete(self) -> bool:
        """Whether every network of every stage is finished."""
        return len(self.outcomes) == len(self.run.study.stages) and not any(one.missing for one in self.outcomes)

    @property
    def chosen(self) -> Reading | None:
        """The winner of the last stage; in an unfinished study whatever leads so far, None before any run."""
        if self.complete:
            return self.stages[-1][0]
        return max(self.networks, key=lambda one: one.candidate.accuracy, default=None)

    @property
    def records(self) -> tuple[Record, ...]:
        """The runs of the ledger on this study's faces."""
        return tuple(record for record in self.ledger.records if record.data.checksum == self.run.checksum)

    @property
    def networks(self) -> tuple[Reading, ...]:
        """Every finished network once, as its first stage reads it, in the order of the study."""
        found: dict[str, Reading] = {}
        for reading in (one for stage in self.stages for one in stage):
            found.setdefault(reading.candidate.recipe.fingerprint, reading)
        return tuple(found.values())

    @property
    def better(self) -> Reading | None:
        """The network with the highest accuracy of all, if that is not the chosen one."""
        best = max(self.networks, key=lambda one: one.candidate.accuracy, default=None)
        if best is None or self.chosen is None or best.candidate.accuracy <= self.chosen.candidate.accuracy:
            return None
        return best

    def following(self, position: int) -> tuple[Recipe | None, str | None, str]:
        """What comes after a stage: the base the next one starts from, its name and its question."""
        if position + 1 >= len(self.run.study.stages):
            return None, None, ""
        stage = self.run.study.stages[position + 1]
        known = self.outcomes[position + 1].base if position + 1 < len(self.outcomes) else None
        winner = self.outcomes[position].winner
        return known or (winner.recipe if winner else None), stage.name, stage.question
